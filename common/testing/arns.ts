import { createHash } from "node:crypto";
import { accountId, partitions, type Partition } from "./account";
import type { Values } from "./values";

/**
 * What follows the partition in the ARNs that reach policies, by type of resource
 * (https://docs.aws.amazon.com/service-authorization/latest/reference).
 */
const spellings: Record<string, string> = {
  // AWS writes `:*` at its end; the provider cuts that off.
  "aws:cloudwatch/logGroup:LogGroup": "logs:REGION:ACCOUNT:log-group:NAME",
  "aws:iam/role:Role": "iam::ACCOUNT:role/NAME",
  "aws:kms/key:Key": "kms:REGION:ACCOUNT:key/UUID",
  "aws:s3/bucket:Bucket": "s3:::NAME",
  "aws:secretsmanager/secret:Secret": "secretsmanager:REGION:ACCOUNT:secret:NAME-AbCdEf",
  "aws:sns/topic:Topic": "sns:REGION:ACCOUNT:NAME",
};

/** The ARN that the mocks give a resource: of the types above as AWS spells it, of others in the provider's words. */
export function arnOf(
  { type, name, inputs }: { type: string; name: string; inputs: Values },
  partition: Partition = "aws",
): string {
  const [service = ""] = (type.split(":")[1] ?? "").split("/");
  const parts: Record<string, string> = {
    REGION: partitions[partition].region,
    ACCOUNT: accountId,
    NAME: [inputs["bucket"], inputs["name"]].find((each) => typeof each === "string") ?? name,
    UUID: uuid(name),
  };
  const spelling = spellings[type] ?? `${service}:REGION:ACCOUNT:NAME`;
  return `arn:${partition}:${spelling.replace(/[A-Z]{4,}/g, (part) => parts[part] ?? part)}`;
}

/** The same for the same name. */
function uuid(name: string): string {
  const digest = createHash("sha256").update(name).digest("hex");
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, "$1-$2-$3-$4-$5");
}
