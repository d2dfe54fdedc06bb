import { type Rule, setCommand } from "@selfhosted/common";
import type { ApplicationConfig } from "../config";

/** The names under which users find the installation. */
export interface Hosts {
  api: string;
  console: string;
  /** The domain of both. */
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

/**
 * A DNS name has 253 characters at most, the first name of a certificate 64
 * (https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html).
 */
const hostLength: Rule<ApplicationConfig> = (config) => {
  const { api } = hosts(config);
  const [most, of] = config.certificateZoneId === undefined ? [253, "DNS"] : [64, "a certificate of ACM"];
  return api.length <= most
    ? undefined
    : {
        key: "domain",
        reason: `the API's host, ${api}, has ${api.length} characters; ${of} takes ${most}`,
        fix:
          config.certificateZoneId === undefined
            ? "shorten domain or subdomain"
            : "shorten domain or subdomain; or set certificateArn, of a certificate that names it second, in place of certificateZoneId",
      };
};

/** `api.` and `app.` are put in front of the domain: a subdomain with them in it repeats them. */
const repeatedNames: Rule<ApplicationConfig> = (config) => {
  const { domain, subdomain = "" } = config;
  const bare = `.${subdomain}`
    .replace(new RegExp(`\\.${domain.replaceAll(".", "\\.")}$`), "")
    .replace(/^\.(api|app)(?=\.|$)/, "")
    .slice(1);
  return bare === subdomain
    ? undefined
    : {
        key: "subdomain",
        reason: `found ${subdomain}, which repeats what is put around it: users would find the API at ${hosts(config).api}`,
        fix: bare === "" ? "pulumi config rm subdomain" : setCommand("subdomain", bare),
      };
};

export const hostRules: Rule<ApplicationConfig>[] = [hostLength, repeatedNames];
