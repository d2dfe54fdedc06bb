import { createHash } from "node:crypto";
import { globalPrincipals, servicePrincipal } from "../partition";
import type { Values } from "./values";

/** The three partitions in which layers are tested, each with one of its regions. */
export const partitions = {
  aws: { partition: "aws", dnsSuffix: "amazonaws.com", region: "eu-central-1" },
  "aws-us-gov": { partition: "aws-us-gov", dnsSuffix: "amazonaws.com", region: "us-gov-west-1" },
  "aws-cn": { partition: "aws-cn", dnsSuffix: "amazonaws.com.cn", region: "cn-north-1" },
} as const;
export type Partition = keyof typeof partitions;

export const accountId = "111122223333";

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

const principals: readonly string[] = globalPrincipals.map(servicePrincipal);

/**
 * The ARNs and hosts of other partitions anywhere in a value, such as the recorded inputs of a layer. Principals of
 * services are the same everywhere.
 */
export function foreignNames(partition: Partition, value: unknown): string[] {
  // As JSON, policies and container definitions stand in texts of their own. Of `kms:ViaService` both suffixes are known.
  const text = JSON.stringify(value).replace(/kms:ViaService\\*":\[[^\]]*\]/g, "");
  const arns = (text.match(/\barn:aws[a-z-]*:[^"\\]*/g) ?? []).filter((arn) => !arn.startsWith(`arn:${partition}:`));
  const hosts = (text.match(/[\w.-]*\bamazonaws\.com(\.cn)?/g) ?? []).filter(
    (host) =>
      !principals.includes(host) && host.endsWith(".cn") !== (partitions[partition].dnsSuffix === "amazonaws.com.cn"),
  );
  return [...arns, ...hosts];
}
