import { discardOlder } from "../../rotation/administrator";
import type { Fault } from "../../sandbox/test/proxy";
import type { Interposed } from "./proxied";

/** The calls that change the database's password and what has it, in their order, until the account's faults are cleared. */
export function recordCalls(account: Interposed): string[] {
  const calls: string[] = [];
  const record = (service: string, action: RegExp, name: (body: string) => string | undefined): Fault => ({
    service,
    action,
    play: (call, forward) => {
      calls.push(...[name(call.body) ?? []].flat());
      return forward();
    },
  });
  account.inject(
    record("rds-data", /./, (body) =>
      body.includes("RETAIN CURRENT PASSWORD") ? "keep" : body.includes(discardOlder) ? "discard" : undefined,
    ),
    record("rds", /^(ModifyDBCluster|EnableHttpEndpoint|DisableHttpEndpoint)$/, (body) => {
      return new URLSearchParams(body).get("Action") ?? "";
    }),
    record(
      "ecs",
      /^UpdateService$/,
      (body) => `roll ${(JSON.parse(body) as { service: string }).service.split("/").at(-1)}`,
    ),
    record("secretsmanager", /^(PutSecretValue|UpdateSecretVersionStage)$/, (body) =>
      body.includes("RemoveFromVersionId") ? "retire" : "PutSecretValue",
    ),
  );
  return calls;
}
