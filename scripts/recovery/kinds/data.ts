import { allPages, type AwsClients, unlessError } from "@selfhosted/common";
import { isMadeUp } from "../../pulumi/autonaming";
import { type Creation, type Found, isNameOf, isTagged, type Kind } from "./kind";

const setting = { again: "a setting of its bucket, which is put again" };

/** What holds data, and what protects it. */
export const data: Record<string, Kind> = {
  // A vault is known by its name; plans and selections may share theirs.
  "backup/plan": {
    async find({ name }, { backup }, creation) {
      const plans = await allPages(async (NextToken) => {
        const { BackupPlansList: items, NextToken: next } = await backup.listBackupPlans({ NextToken });
        return { items, next };
      });
      const found = plans
        .filter(({ BackupPlanName }) => BackupPlanName === name)
        .map(async ({ BackupPlanArn: ResourceArn, BackupPlanId: id = "" }) => {
          const { Tags } = await backup.listTags({ ResourceArn });
          return { id, isOwn: isTagged(Tags, creation) };
        });
      return Promise.all(found);
    },
  },
  "backup/selection": {
    async find({ name, planId: BackupPlanId }, { backup }) {
      const { BackupSelectionsList: all = [] } = await backup.listBackupSelections({ BackupPlanId });
      const found = all.find(({ SelectionName }) => SelectionName === name);
      return found && { id: `${BackupPlanId}|${found.SelectionId}`, isOwn: true };
    },
  },
  "backup/vault": {
    async find({ name: BackupVaultName = "" }, { backup }, creation) {
      // For a vault that doesn't exist, AWS Backup denies access.
      const found = await unlessError(
        /^(ResourceNotFound|AccessDenied)Exception$/,
        backup.describeBackupVault({ BackupVaultName }),
      );
      const { Tags } = found ? await backup.listTags({ ResourceArn: found.BackupVaultArn }) : {};
      return found && { id: BackupVaultName, isOwn: isTagged(Tags, creation) };
    },
  },
  "backup/vaultLockConfiguration": { again: "a setting of its vault, which is put again" },
  "kms/alias": {
    async find({ name = "", targetKeyId }, { kms }) {
      const found = await unlessError(/^NotFoundException$/, kms.describeKey({ KeyId: name }));
      return found && { id: name, isOwn: found.KeyMetadata?.KeyId === targetKeyId };
    },
  },
  "kms/grant": {
    async find({ name, keyId = "" }, { kms }) {
      const grants = await allPages(async (Marker) => {
        const { Grants: items, NextMarker: next } = await kms.listGrants({ KeyId: keyId, Marker });
        return { items, next };
      });
      const found = grants.find(({ Name }) => Name === name);
      return found && { id: `${keyId}:${found.GrantId}`, isOwn: true };
    },
  },
  // A key has no name: its description and tags are looked for.
  "kms/key": {
    async find({ description }, { kms }, creation) {
      const keys = await allPages(async (Marker) => {
        const { Keys: items, NextMarker: next } = await kms.listKeys({ Marker });
        return { items, next };
      });
      const found = keys.map(async ({ KeyId = "" }): Promise<Found[]> => {
        // Keys may be closed to the caller, and keys of AWS are.
        const tags = await unlessError(/^AccessDeniedException$/, kms.listResourceTags({ KeyId }));
        if (!isTagged(tags?.Tags, creation)) {
          return [];
        }
        const { KeyMetadata: key } = await kms.describeKey({ KeyId });
        const isIt = key?.Description === description && key?.Enabled;
        return isIt ? [{ id: KeyId, isOwn: true, madeAt: key.CreationDate }] : [];
      });
      return (await Promise.all(found)).flat();
    },
  },
  "opensearch/domain": {
    async find({ domainName = "" }, { search }, creation) {
      const request = search.describeDomain({ DomainName: domainName });
      const found = (await unlessError(/^ResourceNotFoundException$/, request))?.DomainStatus;
      const { TagList } = found ? await search.listTags({ ARN: found.ARN }) : {};
      return found && { id: domainName, isOwn: isTagged(TagList, creation), isUnfinished: !found.Endpoints };
    },
  },
  "rds/cluster": {
    async find({ clusterIdentifier: id = "" }, { rds }, creation) {
      const request = rds.describeDBClusters({ DBClusterIdentifier: id });
      const [found] = (await unlessError(/^DBClusterNotFound/, request))?.DBClusters ?? [];
      return found && { id, isOwn: isTagged(found.TagList, creation), isUnfinished: found.Status === "creating" };
    },
  },
  "rds/clusterInstance": {
    async find({ identifier: id = "" }, { rds }, creation) {
      const request = rds.describeDBInstances({ DBInstanceIdentifier: id });
      const [found] = (await unlessError(/^DBInstanceNotFound/, request))?.DBInstances ?? [];
      return (
        found && { id, isOwn: isTagged(found.TagList, creation), isUnfinished: found.DBInstanceStatus === "creating" }
      );
    },
  },
  "rds/clusterParameterGroup": {
    async find({ name: id = "" }, { rds }, creation) {
      const request = rds.describeDBClusterParameterGroups({ DBClusterParameterGroupName: id });
      const [found] = (await unlessError(/^DBParameterGroupNotFound/, request))?.DBClusterParameterGroups ?? [];
      return found && { id, isOwn: isTagged(await rdsTags(rds, found.DBClusterParameterGroupArn), creation) };
    },
  },
  "rds/eventSubscription": {
    async find({ name: id = "" }, { rds }, creation) {
      const request = rds.describeEventSubscriptions({ SubscriptionName: id });
      const [found] = (await unlessError(/^SubscriptionNotFound/, request))?.EventSubscriptionsList ?? [];
      return found && { id, isOwn: isTagged(await rdsTags(rds, found.EventSubscriptionArn), creation) };
    },
  },
  "rds/subnetGroup": {
    async find({ name: id = "" }, { rds }, creation) {
      const request = rds.describeDBSubnetGroups({ DBSubnetGroupName: id });
      const [found] = (await unlessError(/^DBSubnetGroupNotFound/, request))?.DBSubnetGroups ?? [];
      return found && { id, isOwn: isTagged(await rdsTags(rds, found.DBSubnetGroupArn), creation) };
    },
  },
  "s3/bucket": {
    async find({ bucket: Bucket = "" }, { s3 }, creation) {
      const bucket = await unlessError(/^(NotFound|NoSuchBucket)$/, s3.headBucket({ Bucket }));
      const tags = bucket && (await unlessError(/^NoSuchTagSet/, s3.getBucketTagging({ Bucket })));
      return bucket && { id: Bucket, isOwn: isTagged(tags?.TagSet, creation) };
    },
  },
  ...Object.fromEntries(
    [
      ...["BucketLifecycleConfiguration", "BucketLogging", "BucketMetric", "BucketObjectLockConfiguration"],
      ...["BucketOwnershipControls", "BucketPolicy", "BucketPublicAccessBlock", "BucketReplicationConfig"],
      ...["BucketServerSideEncryptionConfiguration", "BucketVersioning"],
    ].map((type) => [`s3/b${type.slice(1)}`, setting]),
  ),
  "secretsmanager/secret": {
    async find({ name = "" }, { secrets }, creation) {
      const named = await unlessError(/^ResourceNotFoundException$/, secrets.describeSecret({ SecretId: name }));
      const others = isMadeUp(name, creation.name) ? await secretsNamed(creation, secrets) : [];
      return [named ?? [], others].flat().flatMap(({ ARN: id, DeletedDate, Tags }) => {
        return id === undefined || DeletedDate ? [] : [{ id, isOwn: isTagged(Tags, creation) }];
      });
    },
  },
  // The current version is that of the last creation.
  "secretsmanager/secretVersion": {
    async find({ secretId: SecretId = "" }, { secrets }) {
      const { VersionIdsToStages: stages = {} } = await secrets.describeSecret({ SecretId });
      const [current] = Object.entries(stages).find(([, labels]) => labels.includes("AWSCURRENT")) ?? [];
      return current === undefined ? undefined : { id: `${SecretId}|${current}`, isOwn: true };
    },
  },
  "sns/topic": { again: "SNS gives back the topic of that name" },
  "sns/topicPolicy": { again: "a setting of its topic, which is put again" },
  "sns/topicSubscription": { again: "SNS gives back the subscription of that address" },
};

/** The list may be five minutes late: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html */
async function secretsNamed(creation: Creation, secrets: AwsClients["secrets"]) {
  const Filters = [{ Key: "name" as const, Values: [creation.name] }];
  const listed = await allPages(async (NextToken) => {
    const { SecretList: items, NextToken: next } = await secrets.listSecrets({ Filters, NextToken });
    return { items, next };
  });
  return listed.filter(({ Name = "", Tags }) => isNameOf(Name, creation) && isTagged(Tags, creation));
}

async function rdsTags(rds: { listTagsForResource: ListTags }, ResourceName: string | undefined) {
  return (await rds.listTagsForResource({ ResourceName })).TagList;
}
type ListTags = (input: {
  ResourceName: string | undefined;
}) => Promise<{ TagList?: { Key?: string; Value?: string }[] }>;
