/** The names under which users find the installation. */
export interface Hosts {
  api: string;
  console: string;
  /** What both stand under. */
  domain: string;
}

/**
 * `api.` and `app.` are not free to choose: the Pulumi CLI finds the console by putting `app.` in the place of `api.`
 * (pulumi/pulumi, pkg/backend/httpstate/console.go).
 */
export function hosts({ domain, subdomain }: { domain: string; subdomain?: string }): Hosts {
  const base = subdomain ? `${subdomain}.${domain}` : domain;
  return { api: `api.${base}`, console: `app.${base}`, domain: base };
}
