import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { allPages, type AwsClients } from "@selfhosted/common";
import type { Known } from "../init/choice";
import type { RunningApi, Use } from "./facts";

/** ECS describes so many services at once. */
const mostServices = 10;

/** Finds the API that uses a database, among all services of the region; undefined where none names its endpoint. */
export async function findApi({ ecs }: AwsClients, endpoint: string): Promise<RunningApi | undefined> {
  const clusters = await allPages(async (nextToken) => {
    const page = await ecs.listClusters({ nextToken });
    return { items: page.clusterArns, next: page.nextToken };
  });
  const found = await Promise.all(clusters.map((cluster) => findIn(ecs, cluster, endpoint)));
  return found.find((api) => api !== undefined);
}

async function findIn(ecs: AwsClients["ecs"], cluster: string, endpoint: string): Promise<RunningApi | undefined> {
  const arns = await allPages(async (nextToken) => {
    const page = await ecs.listServices({ cluster, nextToken });
    return { items: page.serviceArns, next: page.nextToken };
  });
  for (let start = 0; start < arns.length; start += mostServices) {
    const { services = [] } = await ecs.describeServices({
      cluster,
      services: arns.slice(start, start + mostServices),
    });
    for (const { serviceName: service = "", taskDefinition } of services) {
      const { taskDefinition: task } = await ecs.describeTaskDefinition({ taskDefinition });
      const api = task?.containerDefinitions?.find((container) => isApi(container, endpoint));
      if (api !== undefined) {
        const secrets = Object.fromEntries(
          (api.secrets ?? []).map(({ name = "", valueFrom = "" }) => [name, valueFrom]),
        );
        return { service, image: api.image ?? "", environment: environmentOf(api), secrets };
      }
    }
  }
  return undefined;
}

function environmentOf({ environment = [] }: ContainerDefinition): RunningApi["environment"] {
  return Object.fromEntries(environment.map(({ name = "", value = "" }) => [name, value]));
}

function isApi(container: ContainerDefinition, endpoint: string): boolean {
  const { PULUMI_DATABASE_ENDPOINT: database = "", PULUMI_API_DOMAIN: domain } = environmentOf(container);
  return domain !== undefined && database.replace(/:\d+$/, "") === endpoint;
}

const bucketVariables: Record<Use, string> = {
  checkpoint: "PULUMI_CHECKPOINT_BLOB_STORAGE_ENDPOINT",
  policy: "PULUMI_POLICY_PACK_BLOB_STORAGE_ENDPOINT",
  metadata: "PULUMI_SERVICE_METADATA_BLOB_STORAGE_ENDPOINT",
  events: "PULUMI_ENGINE_EVENTS_BLOB_STORAGE_ENDPOINT",
};

/** What the variables of the running API answer. */
export function answersOf({ environment }: RunningApi): Known {
  const buckets = Object.entries(bucketVariables).flatMap(([use, variable]) => {
    const [, bucket] = /^s3:\/\/([^/?]+)/.exec(environment[variable] ?? "") ?? [];
    return bucket === undefined ? [] : [[`${use}Bucket`, bucket] as const];
  });
  const { PULUMI_KMS_KEY: key, PULUMI_ENGINE_EVENTS_LEGACY_WRITE: legacyWrite } = environment;
  return {
    ...Object.fromEntries(buckets),
    ...(key && { serviceKeyId: key }),
    // Where the variable isn't set, the service keeps to the older storage.
    engineEventsSchemaV2: String(environment["PULUMI_ENGINE_EVENTS_SCHEMA_V2"] === "true"),
    ...(legacyWrite && { engineEventsLegacyWrite: legacyWrite }),
  };
}
