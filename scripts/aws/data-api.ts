import { setTimeout as sleep } from "node:timers/promises";
import type { Field } from "@aws-sdk/client-rds-data";
import type { AwsClients } from "@selfhosted/common";
import { causeOf, explain } from "../report";
import { saying } from "../waiting";
import type { DescribedDatabase } from "./database";

/** Runs a statement of SQL with the credentials in a secret, as they are now, and gives its first row. */
export type RunSql = (sql: string) => Promise<Field[]>;

/** While the HTTP endpoint, or a new password, isn't there yet, or a serverless database wakes up. */
const passing =
  /^(BadRequest|DatabaseError|DatabaseResuming|DatabaseUnavailable|HttpEndpointNotEnabled|InvalidResourceState)/;
const patienceMs = 300_000;

/**
 * Why a database has no Data API; undefined where it has, as far as one can see.
 *
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.limitations.html: not on T classes. Of Aurora MySQL it has
 * version 3.07 and newer, and not everywhere.
 */
export async function lacksDataApi(
  rds: AwsClients["rds"],
  { cluster, instances }: DescribedDatabase,
): Promise<string | undefined> {
  const { Engine, EngineVersion = "" } = cluster;
  const classes = [...new Set(instances.map(({ DBInstanceClass = "" }) => DBInstanceClass))];
  const burstable = classes.find((each) => each.startsWith("db.t"));
  if (burstable !== undefined) {
    return `RDS Data API doesn't run on instances of class ${burstable}`;
  }
  const [, minor = "0"] = /mysql_aurora\.3\.(\d+)/.exec(EngineVersion) ?? [];
  if (Number(minor) < 7) {
    return `RDS Data API needs Aurora MySQL 3.07 or newer, and this is ${EngineVersion}`;
  }
  for (const DBInstanceClass of classes) {
    const { OrderableDBInstanceOptions: offers = [] } = await rds.describeOrderableDBInstanceOptions({
      ...{ Engine, EngineVersion, DBInstanceClass },
    });
    if (offers.some(({ SupportsHttpEndpoint }) => SupportsHttpEndpoint === false)) {
      return `this region has no RDS Data API for ${DBInstanceClass} with ${EngineVersion}`;
    }
  }
  return undefined;
}

/** Why a database takes no SQL from outside of its network. */
export class NoDataApi extends Error {}

/**
 * Does some work with the HTTP endpoint of the database on, which takes SQL from whoever may call it and read the secret.
 *
 * @param first a statement that only reads: the work begins when it succeeds.
 * @param staysOn the endpoint isn't turned off afterwards, since it was on before, or the stack wants it.
 * @throws NoDataApi where the endpoint can't be turned on, or not by this caller.
 */
export async function withDataApi<T>(
  { rds, rdsData }: Pick<AwsClients, "rds" | "rdsData">,
  { clusterArn, secretArn, staysOn }: { clusterArn: string; secretArn: string; staysOn: boolean },
  first: string,
  work: (run: RunSql, row: Field[]) => Promise<T>,
): Promise<T> {
  const run: RunSql = async (sql) => {
    const { records = [] } = await rdsData.executeStatement({ resourceArn: clusterArn, secretArn, sql });
    return records[0] ?? [];
  };
  const turnOff = (): Promise<void> => (staysOn ? Promise.resolve() : disable(rds, clusterArn));
  const onSignal = (): void => void turnOff().finally(() => process.exit(130));
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  try {
    await enable(rds, clusterArn);
    try {
      return await work(
        run,
        await saying(
          "signing in to the database",
          patiently(() => run(first)),
        ),
      );
    } finally {
      await turnOff();
    }
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

/** Not while the cluster is busy with something else. Some regions say only here that they have none. */
async function enable(rds: AwsClients["rds"], ResourceArn: string): Promise<void> {
  try {
    await saying(
      "turning on its HTTP endpoint",
      patiently(() => rds.enableHttpEndpoint({ ResourceArn })),
    );
  } catch (error) {
    const isRefused =
      error instanceof Error && /^(AccessDenied|InvalidParameter|OperationNotSupported|Unsupported)/.test(error.name);
    throw isRefused ? new NoDataApi(explain(error, "the database")) : error;
  }
}

/** What it was on for matters more: that it stays on is said, and no error. */
async function disable(rds: AwsClients["rds"], ResourceArn: string): Promise<void> {
  try {
    await saying(
      "turning off its HTTP endpoint",
      patiently(() => rds.disableHttpEndpoint({ ResourceArn })),
    );
  } catch (error) {
    console.error(
      `The HTTP endpoint of the database is still on: ${causeOf(error)}\nTo turn it off: ` +
        `aws rds disable-http-endpoint --resource-arn ${ResourceArn}`,
    );
  }
}

async function patiently<T>(attempt: () => Promise<T>, until = Date.now() + patienceMs): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof Error && passing.test(error.name)) || Date.now() > until) {
      throw error;
    }
    await sleep(3_000);
    return patiently(attempt, until);
  }
}
