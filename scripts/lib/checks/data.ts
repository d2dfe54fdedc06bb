import type { DBCluster, DBInstance, RDS } from "@aws-sdk/client-rds";
import { paginateListGrants, type GrantListEntry, type KMS, type KeyMetadata } from "@aws-sdk/client-kms";
import type { InfrastructureOutputs } from "@selfhosted/common";
import { finding, type Finding } from "../report";

/** What AWS tells of the database. */
export interface DatabaseFacts {
  cluster: DBCluster;
  instances: DBInstance[];
}

export async function lookAtDatabase(rds: RDS, identifier: string): Promise<DatabaseFacts> {
  const [clusters, instances] = await Promise.all([
    rds.describeDBClusters({ DBClusterIdentifier: identifier }),
    rds.describeDBInstances({ Filters: [{ Name: "db-cluster-id", Values: [identifier] }] }),
  ]);
  return { cluster: clusters.DBClusters?.[0] ?? {}, instances: instances.DBInstances ?? [] };
}

/** The database is up, can fail over, and is protected. */
export function judgeDatabase({ cluster, instances }: DatabaseFacts, ephemeral: boolean): Finding[] {
  const members = cluster.DBClusterMembers ?? [];
  const writers = members.filter((member) => member.IsClusterWriter);
  const zones = new Set(instances.map((instance) => instance.AvailabilityZone));
  const states = instances.map((each) => `${each.DBInstanceIdentifier} ${each.DBInstanceStatus}`).join(", ");
  return [
    finding(
      "database",
      cluster.Status === "available",
      `${cluster.Status ?? "no such cluster"}, ${cluster.Engine ?? ""} ${cluster.EngineVersion ?? ""}`.trim(),
      "see its events in RDS; while it is modified or backed up, wait",
    ),
    finding(
      "database writer",
      writers.length === 1 && instances.every((instance) => instance.DBInstanceStatus === "available"),
      states || "no instances",
      "see the events of the instance in RDS, or `pulumi refresh` and `pulumi up` in infrastructure/",
    ),
    finding(
      "database failover",
      members.length > 1 && zones.size > 1,
      `${members.length} instances in ${zones.size} availability zones`,
      "with one instance or zone its loss is an outage: `pulumi config set databaseInstanceCount 2` in infrastructure/",
      "warn",
    ),
    finding(
      "database encrypted",
      cluster.StorageEncrypted === true,
      cluster.StorageEncrypted ? `with ${cluster.KmsKeyId ?? "the key of RDS"}` : "not encrypted",
      "storage can only be encrypted by restoring a snapshot into an encrypted cluster",
    ),
    ...(ephemeral
      ? []
      : [
          finding(
            "database deletion protection",
            cluster.DeletionProtection === true,
            cluster.DeletionProtection ? "on" : "off",
            "`pulumi refresh` and `pulumi up` in infrastructure/",
          ),
        ]),
  ];
}

/** The keys without which nothing can be read. */
export async function checkKeys(kms: KMS, infrastructure: InfrastructureOutputs): Promise<Finding[]> {
  const keys = { "data key": infrastructure.dataKeyArn, "service key": infrastructure.serviceKeyArn };
  return Promise.all(
    Object.entries(keys).map(async ([name, arn]) =>
      judgeKey(name, (await kms.describeKey({ KeyId: arn })).KeyMetadata),
    ),
  );
}

export function judgeKey(name: string, key: KeyMetadata | undefined): Finding {
  const until = key?.DeletionDate ? `, deleted on ${key.DeletionDate.toISOString().slice(0, 10)}` : "";
  return finding(
    name,
    key?.KeyState === "Enabled",
    `${key?.KeyState ?? "no such key"}${until}`,
    key?.KeyState === "PendingDeletion"
      ? "cancel its deletion now: without it everything it encrypted is lost (`aws kms cancel-key-deletion`, then enable-key)"
      : "enable it: without it the service can't decrypt what it stored",
  );
}

/**
 * The grant that opens the service key to the API's role.
 *
 * @param name that of the grant.
 */
export async function checkGrant(
  kms: KMS,
  { serviceKeyArn, apiTaskRoleArn }: InfrastructureOutputs,
  name: string,
): Promise<Finding> {
  const grants: GrantListEntry[] = [];
  for await (const page of paginateListGrants({ client: kms }, { KeyId: serviceKeyArn })) {
    grants.push(...(page.Grants ?? []));
  }
  return grantFinding(grants, { name, keyArn: serviceKeyArn, roleArn: apiTaskRoleArn });
}

export interface WantedGrant {
  name: string;
  keyArn: string;
  roleArn: string;
}

/**
 * A role that was deleted and made again has the same ARN, but the grant goes on naming the role that is gone, by its id. The
 * provider can't read such a grant, and can't replace one that is protected, so it must be revoked first:
 * https://github.com/hashicorp/terraform-provider-aws/issues/29340
 */
export function grantFinding(grants: GrantListEntry[], { name, keyArn, roleArn }: WantedGrant): Finding {
  const missingOf = (held: GrantListEntry[]): string[] =>
    (["Decrypt", "Encrypt", "GenerateDataKey"] as const).filter(
      (each) => !held.some(({ Operations = [] }) => Operations.includes(each)),
    );
  const missing = missingOf(grants.filter(({ GranteePrincipal: grantee }) => grantee === roleArn));
  const unfit = grants.filter(
    (grant) => grant.Name === name && (grant.GranteePrincipal !== roleArn || missingOf([grant]).length > 0),
  );
  const described = unfit.map(({ GrantId, GranteePrincipal: grantee = "" }) =>
    grantee === roleArn
      ? `${GrantId} opens less`
      : `${GrantId} is for ${grantee}${grantee.startsWith("arn:") ? "" : ", a role that is gone"}`,
  );
  const region = keyArn.split(":")[3];
  const commands = unfit.map(
    ({ GrantId }) => `aws kms revoke-grant --region ${region} --key-id ${keyArn} --grant-id ${GrantId}`,
  );
  return finding(
    "service key grant",
    missing.length === 0,
    missing.length === 0 ? `to ${roleArn}` : [`none to ${roleArn} for ${missing.join(", ")}`, ...described].join("; "),
    [...commands, "in infrastructure/: pulumi up --refresh"].join(", then "),
  );
}
