import { awsClients } from "@selfhosted/common/aws";
import { databaseRows, describeDatabase } from "./aws/database";
import { describeLoadBalancer, loadBalancerRow } from "./aws/load-balancers";
import { migrationRow } from "./aws/migration";
import { describeService, serviceRow, servicesOf } from "./aws/services";
import { type Deployed, deployedOf, layers } from "./layers";
import { backupRows, deploymentRows, environmentRows } from "./overview";
import { type State, stateOf } from "./release/pulumi-state";
import { snapshotRow, upgradeSnapshots } from "./release/snapshot";
import { explain, type StatusRow } from "./report";
import type { Stacks } from "./stacks";

/** What runs where, with which image. Nothing is checked; that is `verify`. */
export async function status(stacks: Stacks, env: string): Promise<StatusRow[]> {
  const deployed = deployedOf(stacks, env);
  const { migrated } = stateOf(stacks.application);
  const rows = await Promise.all([
    Promise.resolve(environmentRows(env, deployed)),
    rowsOf("last deployment", () => deploymentRows(env)),
    ...(deployed.dns ? [Promise.resolve(addresses(deployed.dns))] : []),
    ...(deployed.application ? applicationRows(deployed.application, migrated) : []),
    ...(deployed.infrastructure ? infrastructureRows(deployed.infrastructure) : []),
  ]);
  const absent = layers.filter((layer) => deployed[layer] === undefined);
  return [...rows.flat(), ...absent.map((layer) => ({ what: layer, where: "", version: "", state: "not deployed" }))];
}

function addresses({ apiUrl, consoleUrl }: Deployed["dns"]): StatusRow[] {
  return [
    { what: "console address", where: consoleUrl, version: "", state: "" },
    { what: "api address", where: apiUrl, version: "", state: "" },
  ];
}

function applicationRows(application: Deployed["application"], migrated: State["migrated"]): Promise<StatusRow[]>[] {
  const { ecs, elb } = awsClients({ region: application.installation.region });
  const services = servicesOf(application).flatMap(({ name, outputs }) => {
    const service = rowsOf(name, async () => [
      serviceRow(name, await describeService(ecs, application.clusterName, outputs.serviceName)),
    ]);
    if (!("loadBalancer" in outputs)) {
      return [service];
    }
    const what = `${name} load balancer`;
    return [service, rowsOf(what, async () => [loadBalancerRow(what, await describeLoadBalancer(elb, outputs))])];
  });
  return [...services, Promise.resolve(migrated ? [migrationRow(migrated)] : [])];
}

function infrastructureRows(infrastructure: Deployed["infrastructure"]): Promise<StatusRow[]>[] {
  const { database, installation } = infrastructure;
  const { rds } = awsClients({ region: installation.region });
  return [
    rowsOf("last backup", () => backupRows(infrastructure)),
    rowsOf("database", async () => databaseRows(await describeDatabase(rds, database.clusterIdentifier))),
    rowsOf("snapshot", async () => {
      const [last] = await upgradeSnapshots(database.clusterIdentifier, installation.region);
      return last ? [snapshotRow(last)] : [];
    }),
  ];
}

/** The rows of one thing; where AWS can't be asked, a row that says why. */
async function rowsOf(what: string, describe: () => Promise<StatusRow[]>): Promise<StatusRow[]> {
  try {
    return await describe();
  } catch (error) {
    return [{ what, where: "", version: "", state: explain(error, what), healthy: false }];
  }
}
