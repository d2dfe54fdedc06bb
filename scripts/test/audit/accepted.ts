import type { Finding } from "./tools";

/** A finding that stays, with the reason. */
interface Accepted {
  check: string | RegExp;
  where: RegExp;
  why: string;
}

/** Of Checkov's. */
export const acceptedChecks: Accepted[] = [
  {
    check: "CKV2_AWS_5",
    where: /-migration-task-group$/,
    why: "The task of the migration has it, which a resource of the program's own runs, not ECS's service.",
  },
  {
    check: "CKV2_AWS_8",
    where: /-database-cluster$/,
    why: "By option, backupEnabled: Aurora has its own backups, of 30 days.",
  },
  {
    check: "CKV2_AWS_23",
    where: /-records-/,
    why: "The load balancers are in the stack above, which names them.",
  },
  {
    check: "CKV2_AWS_57",
    where: /-secret$/,
    why: "`make rotate` rotates them: the services must be rolled with it.",
  },
  { check: "CKV2_AWS_62", where: /-bucket$/, why: "Nothing listens to events of the buckets." },
  {
    check: "CKV_AWS_144",
    where: /-bucket$/,
    why: "By option, bucketReplicationRegion, for what the service keeps; neither logs nor the copies are copied.",
  },
  {
    check: "CKV_AWS_145",
    where: /-logs-data-bucket$/,
    why: "S3 delivers access logs to no bucket with a key of KMS.",
  },
  {
    check: "CKV_AWS_224",
    where: /-cluster-ecs$/,
    why: "Shells in containers are off; execEnabled logs them, encrypted with the data key.",
  },
  { check: "CKV_AWS_326", where: /-database-cluster$/, why: "By option, databaseBacktrackHours: it costs money." },
  {
    check: "CKV_AWS_336",
    where: /-definition$/,
    why: "By option, readOnlyRootFilesystem: it must be proven with each release's images.",
  },
];

/** Of cfn-lint's. */
export const acceptedLints: Accepted[] = [
  {
    check: "E3682",
    where: /-database-instance-\d$/,
    why: "copyTagsToSnapshot: on instances of Aurora, AWS takes and ignores it; the cluster has it too.",
  },
  {
    check: "W2501",
    where: /-database-cluster$/,
    why: "The password is a secret of Pulumi's, generated for the stack.",
  },
  {
    check: "W3010",
    where: /-database-instance-\d$/,
    why: "The zones are those of the subnets, looked up: an instance in each.",
  },
];

/** Of detect-secrets': it goes by names, and by how random a text looks. */
export const acceptedSecrets: Accepted[] = [
  {
    check: /./,
    where: /(^|\/)(test|testing)\/.*\.ts$/,
    why: "Made up: tests plant such values to see that none gets where it shouldn't.",
  },
  { check: "Hex High Entropy String", where: /requirements\.txt$/, why: "Digests of packages." },
  {
    check: "Hex High Entropy String",
    where: /^scripts\/cost\/prices\.ts$/,
    why: "Commits at which the sources of prices were read.",
  },
  {
    check: "Hex High Entropy String",
    where: /^scripts\/sandbox\/(engine\/state|provider)\/values\.ts$/,
    why: "The signatures by which Pulumi's protocol marks values.",
  },
  { check: "Hex High Entropy String", where: /^application\/config\/sign-in\.ts$/, why: "An example in the docs." },
  {
    check: "Secret Keyword",
    where:
      /^(common\/tags|infrastructure\/storage\/data-access|scripts\/(adoption\/(facts|plan)|controls\/(keys|recorded)|diagrams\/(kinds|overview)|docs\/settings-page|doctor\/redact\/names|images\/plan|pulumi\/stacks|rotation\/progress))\.ts$/,
    why: "Names of things that have to do with secrets, and words about them.",
  },
  {
    check: "Secret Keyword",
    where: /^scripts\/(docs\/permissions\/actions\.yaml|permissions\/README\.md)$/,
    why: "Names of actions.",
  },
  {
    check: "Secret Keyword",
    where: /^scripts\/sandbox\//,
    why: "The emulated account takes any credentials; names of properties.",
  },
];

export function isAccepted({ check, where }: Finding, by: Accepted[]): boolean {
  return by.some((one) => matches(one, { check, where }));
}

export function matches(accepted: Accepted, { check, where }: Pick<Finding, "check" | "where">): boolean {
  const isCheck = typeof accepted.check === "string" ? accepted.check === check : accepted.check.test(check);
  return isCheck && accepted.where.test(where);
}
