import * as http from "node:http";
import * as https from "node:https";
import { Agent, type AgentConnectOpts } from "agent-base";
import { HttpProxyAgent } from "http-proxy-agent";
import { HttpsProxyAgent } from "https-proxy-agent";
import { caBundle, proxyFor } from "./proxy";

interface Agents {
  httpAgent: http.Agent;
  httpsAgent: https.Agent;
}

/**
 * Agents by which the AWS SDK reaches AWS as Pulumi's provider does: by the proxy that the environment names, trusting AWS_CA_BUNDLE.
 *
 * @throws Error where AWS_CA_BUNDLE can't be read.
 */
export function environmentAgents(env: NodeJS.ProcessEnv): Agents {
  const options = { keepAlive: true, ca: caBundle(env) };
  return { httpAgent: new EnvironmentAgent(env, false, options), httpsAgent: new EnvironmentAgent(env, true, options) };
}

/** Chooses the connection for each request: a client calls several hosts. */
class EnvironmentAgent extends Agent {
  private readonly direct: http.Agent;
  private readonly proxied = new Map<string, http.Agent>();

  constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly secure: boolean,
    private readonly given: https.AgentOptions,
  ) {
    super(given);
    this.direct = secure ? new https.Agent(given) : new http.Agent(given);
  }

  override isSecureEndpoint(): boolean {
    return this.secure;
  }

  override connect(_request: http.ClientRequest, { host, port }: AgentConnectOpts): http.Agent {
    const proxy = proxyFor({ secure: this.secure, host: host ?? "localhost", port }, this.env);
    return proxy === undefined ? this.direct : this.through(proxy);
  }

  private through(proxy: string): http.Agent {
    const Through = this.secure ? HttpsProxyAgent : HttpProxyAgent;
    const agent = this.proxied.get(proxy) ?? new Through(proxy, this.given);
    this.proxied.set(proxy, agent);
    return agent;
  }
}
