import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { canonicalNetwork } from "../config/shapes/network";

/** Whether the environment names a proxy or a bundle of certificate authorities. */
export function hasConnectionSettings(env: NodeJS.ProcessEnv): boolean {
  return ["AWS_CA_BUNDLE", "HTTPS_PROXY", "HTTP_PROXY"].some((name) => variable(env, name) !== undefined);
}

/** The certificate authorities in the file that AWS_CA_BUNDLE names, as PEM text. */
export function caBundle(env: NodeJS.ProcessEnv): string | undefined {
  const file = env["AWS_CA_BUNDLE"];
  try {
    return file ? readFileSync(file, "utf8") : undefined;
  } catch {
    throw new Error(`AWS_CA_BUNDLE names the file ${file}, which can't be read`);
  }
}

/**
 * The URL of the proxy for a host, by the rules of Go (https://pkg.go.dev/golang.org/x/net/http/httpproxy), in which Pulumi's
 * provider is written: HTTPS_PROXY or HTTP_PROXY, unless the host is in NO_PROXY or on this machine.
 */
export function proxyFor(
  { secure, host, port }: { secure: boolean; host: string; port?: number | string | null },
  env: NodeJS.ProcessEnv,
): string | undefined {
  const proxy = variable(env, secure ? "HTTPS_PROXY" : "HTTP_PROXY");
  const bare = host.replace(/^\[|\]$/g, "").toLowerCase();
  const exceptions = (variable(env, "NO_PROXY") ?? "").toLowerCase().split(",");
  if (proxy === undefined || isLoopback(bare) || exceptions.some((each) => isMeant(each.trim(), bare, String(port)))) {
    return undefined;
  }
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d+){3}$/.test(host);
}

/** Whether an item of NO_PROXY is about a host: `*`, an address, a network, or a domain with all below it. */
function isMeant(item: string, host: string, port: string): boolean {
  const [, name = "", itsPort = port] = /^\[?([^\]]*?)\]?(?::(\d+))?$/.exec(isIP(item) ? `[${item}]` : item) ?? [];
  if (name === "" || itsPort !== port) {
    return false;
  }
  if (name.includes("/")) {
    return isWithin(host, name);
  }
  const domain = name.replace(/^\*(?=\.)/, "");
  return name === "*" || host === domain || host.endsWith(domain.startsWith(".") ? domain : `.${domain}`);
}

function isWithin(host: string, block: string): boolean {
  const [, prefix] = block.split("/");
  const network = canonicalNetwork(`${host}/${prefix}`);
  return network !== undefined && network === canonicalNetwork(block);
}

/** Upper case goes first; an empty variable counts as none. */
function variable(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return env[name] || env[name.toLowerCase()] || undefined;
}
