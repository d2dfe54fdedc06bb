import {
  type AwsClients,
  findBucket,
  type LookUp,
  type LookUpResult,
  namedLookUp,
  problemIf,
} from "@selfhosted/common";
import type { RuleArgs } from "../config";

/** A bucket of the customer for artefacts of the registry. */
function registryBucket(name: string, key: "registryPublicBucket" | "registryPrivateBucket"): LookUp<RuleArgs> {
  return namedLookUp(name, "bucket", key, (bucket, { upstream: { installation } }, { aws }) =>
    checkBucket(key, bucket, installation.region, aws.s3),
  );
}

export const registryPublicBucket = registryBucket("public registry bucket", "registryPublicBucket");
export const registryPrivateBucket = registryBucket("private registry bucket", "registryPrivateBucket");

async function checkBucket(key: string, bucket: string, region: string, s3: AwsClients["s3"]): Promise<LookUpResult> {
  const found = await findBucket(s3, bucket, region);
  const problems = [
    ...problemIf(found.region !== region, {
      key,
      reason: `bucket ${bucket} is in ${found.region}; the API looks for it in the installation's region, ${region}`,
      fix: `make a bucket in ${region}, and name that`,
    }),
    ...problemIf(!found.isReadable, {
      key,
      reason: `bucket ${bucket} exists, but these credentials may not see it (s3:ListBucket): is it of another account?`,
      fix: "in a bucket of another account, its bucket policy must admit the API's role",
      severity: "warning",
    }),
  ];
  return { detail: bucket, problems };
}

/** The table for audit logs has the keys and the index that the product asks for. */
export const auditLogsTable: LookUp<RuleArgs> = namedLookUp(
  "audit log table",
  "table",
  "auditLogsTable",
  async (name, _inputs, { aws }) => {
    const { Table: table = {} } = await aws.dynamodb.describeTable({ TableName: name });
    const index = table.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === "org_user");
    const lacking = [
      ...(hasKeys(table.KeySchema, "org_id", "timestamp_id")
        ? []
        : ["the keys org_id (partition) and timestamp_id (sort), which can't be changed later"]),
      ...(hasKeys(index?.KeySchema, "org_user_id", "timestamp_id")
        ? []
        : ["the global secondary index org_user with the keys org_user_id (partition) and timestamp_id (sort)"]),
      ...(index?.Projection === undefined || index.Projection.ProjectionType === "ALL"
        ? []
        : ["all attributes in the index org_user"]),
    ];
    return {
      detail: `${name}, keys org_id and timestamp_id, index org_user`,
      problems: lacking.map((what) => ({
        key: "auditLogsTable",
        reason: `table ${name} lacks ${what}`,
        fix: "make a table as the product's documentation says, and name that",
      })),
    };
  },
);

interface KeyElement {
  AttributeName?: string;
  KeyType?: string;
}

function hasKeys(schema: KeyElement[] = [], partition: string, sort: string): boolean {
  const name = (type: string): string | undefined => schema.find(({ KeyType }) => KeyType === type)?.AttributeName;
  return name("HASH") === partition && name("RANGE") === sort;
}
