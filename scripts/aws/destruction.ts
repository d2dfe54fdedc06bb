import type { InfrastructureOutputs } from "@selfhosted/common";
import type { StateResource } from "../pulumi/stacks";

/** A resource with what decides over its end. */
export type EndingResource = Pick<StateResource, "type" | "id" | "inputs" | "retainOnDelete">;

const dayMs = 24 * 60 * 60 * 1000;

/**
 * What a destruction does to what holds data, a line each: by the states, since a bucket in the outputs may be the customer's own.
 *
 * @param resources in the states of all layers.
 */
export function describeDestruction(
  data: Partial<InfrastructureOutputs> | undefined,
  resources: EndingResource[],
  today: Date,
): string[] {
  const own = (type: string): EndingResource[] => resources.filter((resource) => resource.type === type);
  const ends = new Set(own("aws:s3/bucket:Bucket").flatMap(({ id, retainOnDelete }) => (retainOnDelete ? [] : id)));
  return [
    ...(data?.database
      ? [
          `lost: database ${data.database.clusterIdentifier} with its automated backups: users, organisations, stacks, history`,
        ]
      : []),
    ...Object.entries({ ...data?.buckets }).map(([use, bucket]) => {
      const objects = use === "logs" ? "access logs" : `${use} objects`;
      return ends.has(bucket)
        ? `lost: bucket ${bucket}: every version of its ${objects}`
        : `stays: bucket ${bucket} with its ${objects}`;
    }),
    ...Object.entries(data?.copies?.buckets ?? {}).map(([use, bucket]) => {
      const what = `bucket ${bucket} in ${data?.copies?.region}`;
      return ends.has(bucket)
        ? `lost: ${what}: the copy of its ${use} objects`
        : `stays: ${what} with the copy of its ${use} objects`;
    }),
    ...own("aws:backup/vault:Vault").map(({ id, retainOnDelete }) =>
      retainOnDelete ? `stays: backup vault ${id} with its backups` : `lost: backup vault ${id}: every backup in it`,
    ),
    ...own("aws:cloudwatch/logGroup:LogGroup").map(
      ({ id, retainOnDelete }) => `${retainOnDelete ? "stays" : "lost"}: log group ${id}`,
    ),
    ...own("aws:secretsmanager/secret:Secret").flatMap(({ id, inputs }) => restorableSecret(id, inputs, today)),
    ...(data?.serviceKeyArn ? [`stays: your service key ${data.serviceKeyArn}`] : []),
  ];
}

/** Secrets Manager deletes a secret after a number of days. */
function restorableSecret(id = "", inputs: EndingResource["inputs"], today: Date): string[] {
  const days = Number(inputs?.["recoveryWindowInDays"] ?? 0);
  const until = new Date(today.getTime() + days * dayMs).toISOString().slice(0, 10);
  return days > 0 ? [`stays until ${until}: secret ${id}, by \`aws secretsmanager restore-secret\``] : [];
}
