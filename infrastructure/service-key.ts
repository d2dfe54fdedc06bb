import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Config } from "./config";
import { Findings } from "./findings";

/** The tag of the API's role that tells which key the service was given. */
export const serviceKeyTag = "service-key";

/**
 * Refuses another key than the deployed one unless that is confirmed: what the service encrypted with the old key would become
 * unreadable.
 *
 * @param role name of the API's role.
 */
export async function checkServiceKeyChange(
  config: Pick<Config, "confirmServiceKeyChange">,
  keyArn: string,
  role: string,
  findings: Findings,
  opts: pulumi.InvokeOptions,
): Promise<void> {
  const { names } = await aws.iam.getRoles({ nameRegex: `^${role}$` }, opts);
  const deployed = names.length === 0 ? undefined : (await aws.iam.getRole({ name: role }, opts)).tags[serviceKeyTag];
  if (deployed !== undefined && deployed !== keyArn && !config.confirmServiceKeyChange) {
    findings.problems.push({
      key: "serviceKeyId",
      reason:
        `found ${keyArn}, but the service encrypts with ${deployed}; what it encrypted so far would become unreadable. ` +
        "Go back to that key, or confirm the change for one deployment",
      fix: "pulumi config set confirmServiceKeyChange true",
    });
  }
}
