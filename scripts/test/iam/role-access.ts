import { accountId, arnOf, type Partition, partitions, type Recorded } from "@selfhosted/common/testing";
import { otherRegion } from "../support/all-layers";
import { document, type Installation, stranger } from "./key-use";
import { decide, type Document } from "./policy-evaluator";

/** What a role might reach, by the name that the table of roles has for it. */
interface Target {
  label: string;
  arn: string;
  kind: Kind;
  owner: string;
  /** Of a key, which has to agree. */
  policy?: Document;
}

type Kind = keyof typeof calls;

/**
 * Calls that read or change what a resource holds, and on what: the resource itself, or something in it. Those that a role needs are
 * here, and some that none does.
 */
const calls: Record<"bucket" | "secret" | "logs" | "images" | "key" | "table" | "topic", Record<string, string[]>> = {
  bucket: {
    "": ["s3:ListBucket", "s3:GetReplicationConfiguration", "s3:DeleteBucket", "s3:PutBucketPolicy"],
    "/an/object": [
      ...["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
      ...["s3:GetObjectVersionForReplication", "s3:ReplicateObject", "s3:DeleteObjectVersion", "s3:PutObjectRetention"],
    ],
  },
  secret: { "": ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:DeleteSecret"] },
  logs: {
    "": ["logs:DeleteLogGroup", "logs:FilterLogEvents"],
    ":log-stream:one": ["logs:CreateLogStream", "logs:PutLogEvents", "logs:GetLogEvents"],
  },
  images: {
    "": [
      ...["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      ...["ecr:PutImage", "ecr:BatchDeleteImage"],
    ],
  },
  key: {
    "": [
      ...["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"],
      ...["kms:CreateGrant", "kms:ScheduleKeyDeletion"],
    ],
  },
  table: {
    "": ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:BatchWriteItem", "dynamodb:DeleteTable"],
    "/index/org_user": ["dynamodb:Query"],
  },
  topic: { "": ["sns:Publish"] },
};

/** All calls that are tried. */
export function everyCall(): string[] {
  return Object.values(calls).flatMap((within) => Object.values(within).flat());
}

const kinds: Record<string, Kind> = {
  "aws:s3/bucket:Bucket": "bucket",
  "aws:secretsmanager/secret:Secret": "secret",
  "aws:cloudwatch/logGroup:LogGroup": "logs",
  "aws:sns/topic:Topic": "topic",
};

/** All that holds data in an installation, what it was given, and the same of others: in its account, and in another one. */
export function targets(installed: Installation, partition: Partition): Target[] {
  const { region } = partitions[partition];
  const made = [installed.data, installed.services].flatMap(({ resources }) =>
    resources.flatMap((resource): Target[] => {
      const kind = kinds[resource.type];
      const arn = arnOf(resource, partition);
      return kind === undefined ? [] : [{ label: labelOf(kind, resource, partition), arn, kind, owner: accountId }];
    }),
  );
  const at = (service: string, name: string, owner = accountId): string =>
    `arn:${partition}:${service}:${region}:${owner}:${name}`;
  const repositories = ["service", "console", "migrations"].map((name) => ({
    ...{ label: `images pulumi/${name}`, arn: at("ecr", `repository/pulumi/${name}`) },
    ...{ kind: "images" as const, owner: accountId },
  }));
  const given: Target[] = [
    { label: "the service key", arn: installed.serviceKey, kind: "key", owner: accountId, policy: openTo(accountId) },
    { label: "bucket registry", arn: `arn:${partition}:s3:::registry`, kind: "bucket", owner: accountId },
    { label: "table audit", arn: at("dynamodb", "table/audit"), kind: "table", owner: accountId },
  ];
  const foreign = [accountId, stranger].flatMap((owner): Target[] => {
    const of: [Kind, string][] = [
      // Their names begin or end as the installation's do.
      ["bucket", `arn:${partition}:s3:::pulumi-checkpoint-prod-2-${owner}-${region}`],
      ["bucket", `arn:${partition}:s3:::another-bucket`],
      ["secret", at("secretsmanager", "secret:pulumi-prod-2-api-secrets-AbCdEf", owner)],
      ["secret", at("secretsmanager", "secret:pulumi-prod-api-secrets-2-AbCdEf", owner)],
      ["logs", at("logs", "log-group:pulumi-prod-api-logs-2", owner)],
      ["images", at("ecr", "repository/pulumi/service-2", owner)],
      ["key", at("kms", "key/00000000-0000-0000-0000-000000000000", owner)],
      ["table", at("dynamodb", "table/audit-2", owner)],
      ["topic", at("sns", "pulumi-prod-database-events-2", owner)],
    ];
    return of.map(([kind, arn]) => ({ label: `${arn} of another`, arn, kind, owner, policy: openTo(accountId) }));
  });
  return [...made, ...repositories, ...given, ...foreign];

  /** A policy that leaves all to an account's own policies. */
  function openTo(account: string): Document {
    const AWS = `arn:${partition}:iam::${account}:root`;
    return { Statement: [{ Effect: "Allow", Principal: { AWS }, Action: "*", Resource: "*" }] };
  }
}

function labelOf(kind: Kind, { name }: Recorded, partition: Partition): string {
  const thing = name
    .replace(/^pulumi-prod-/, "")
    .replace(/-(data-bucket|bucket|secret|topic)$/, "")
    .replace(otherRegion[partition], "there");
  return `${kind} ${thing}`;
}

/** What a role can do, by target: those of the calls that AWS would allow under any circumstances that the policies ask for. */
export function accessOf(role: string, installed: Installation, all: Target[]): Record<string, string[]> {
  const identity = installed.identity(role);
  const entries = all.flatMap(({ label, arn, kind, owner, policy }) => {
    const allowed = Object.entries(calls[kind]).flatMap(([within, actions]) =>
      actions.filter((action) =>
        circumstances(installed).some((context) =>
          decide(
            { caller: role, action, resource: `${arn}${within}`, context },
            { identity, resource: policy, owner, isKey: kind === "key" },
          ),
        ),
      ),
    );
    return allowed.length === 0 ? [] : [[label, allowed]];
  });
  return Object.fromEntries(entries) as Record<string, string[]>;
}

/** How a call may reach a key: directly, or through a service, with what that says. */
function circumstances(installed: Installation): Record<string, string>[] {
  return [{}, installed.shell(), ...["s3", "secretsmanager"].map((service) => installed.through(service))];
}

/** The actions that a role may do on whatever there is. */
export function anywhere(role: string, installed: Installation): string[] {
  return installed
    .identity(role)
    .flatMap(({ Statement: all }) => all)
    .filter(({ Effect, Resource }) => Effect === "Allow" && [Resource ?? "*"].flat().includes("*"))
    .flatMap(({ Action }) => Action);
}

/** AWS's own policies that a role has. */
export function managed(role: string, installed: Installation): string[] {
  const name = role.split("/").at(-1);
  return [installed.data, installed.services]
    .flatMap((layer) => layer.ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment"))
    .filter(({ inputs }) => inputs["role"] === name)
    .map(({ inputs }) => String(inputs["policyArn"]).split(":policy/")[1] ?? "")
    .sort();
}

/** Whether a service may take the role on, on behalf of an account. */
export function assumable(role: Recorded, service: string, sourceAccount: string): boolean {
  const caller = { caller: service, action: "sts:AssumeRole", resource: "*" };
  const context = { "aws:SourceAccount": sourceAccount };
  return decide({ ...caller, context }, { resource: document(role, "assumeRolePolicy"), owner: accountId });
}
