import { awsClients } from "@selfhosted/common";
import { lookAtDatabase } from "./lib/checks/data";
import { lookAtLoadBalancer } from "./lib/checks/load-balancers";
import { lookAtService, servicesOf } from "./lib/checks/services";
import { command, requireEnv, requireFlag } from "./lib/command";
import { enter } from "./lib/environment";
import { readLayers, type Deployed } from "./lib/layers";
import { layers } from "./lib/pulumi";
import { explain, table } from "./lib/report";
import { restorePoints } from "./lib/release/snapshot";
import { readState } from "./lib/release/state";
import { databaseRows, loadBalancerRow, migrationRow, restorePointRow, serviceRow, type Row } from "./lib/status-rows";

/** `make status`: what runs where, with which image. It judges nothing; that is `make verify`. */
command({ env: { type: "string" }, json: { type: "string" } }, async (args) => {
  const json = requireFlag("JSON", args.json);
  const { name } = await enter(requireEnv(args.env));
  const rows = await statusOf(name, await readLayers(name));
  const columns = rows.map(({ what, where, version, state }) => [what, where, version, state]);
  console.log(json ? JSON.stringify(rows, undefined, 2) : table(["WHAT", "WHERE", "VERSION", "STATE"], columns));
  return 0;
});

async function statusOf(env: string, deployed: Partial<Deployed>): Promise<Row[]> {
  const rows = await Promise.all([
    ...(deployed.dns ? [Promise.resolve(addresses(deployed.dns))] : []),
    ...(deployed.application ? applicationRows(env, deployed.application) : []),
    ...(deployed.infrastructure ? databaseOf(deployed.infrastructure) : []),
  ]);
  const absent = layers.filter((layer) => deployed[layer] === undefined);
  return [...rows.flat(), ...absent.map((layer) => ({ what: layer, where: "", version: "", state: "not deployed" }))];
}

function addresses({ apiUrl, consoleUrl }: Deployed["dns"]): Row[] {
  return [
    { what: "console address", where: consoleUrl, version: "", state: "" },
    { what: "api address", where: apiUrl, version: "", state: "" },
  ];
}

function applicationRows(env: string, application: Deployed["application"]): Promise<Row[]>[] {
  const { ecs, elb } = awsClients({ region: application.installation.region });
  const services = servicesOf(application).flatMap(({ name, outputs }) => [
    rowsOf(name, async () => [
      serviceRow(name, await lookAtService(ecs, application.clusterName, outputs.serviceName)),
    ]),
    ...("loadBalancer" in outputs
      ? [
          rowsOf(`${name} entry`, async () => [
            loadBalancerRow(`${name} entry`, await lookAtLoadBalancer(elb, outputs)),
          ]),
        ]
      : []),
  ]);
  const migration = rowsOf("migration", async () => {
    const { migrated } = await readState(env);
    return migrated ? [migrationRow(migrated)] : [];
  });
  return [...services, migration];
}

function databaseOf({ database, installation }: Deployed["infrastructure"]): Promise<Row[]>[] {
  const { rds } = awsClients({ region: installation.region });
  return [
    rowsOf("database", async () => databaseRows(await lookAtDatabase(rds, database.clusterIdentifier))),
    rowsOf("restore point", async () => {
      const [last] = await restorePoints(database.clusterIdentifier, installation.region);
      return last ? [restorePointRow(last)] : [];
    }),
  ];
}

/** The rows of one thing; where AWS can't be asked, a row that says why. */
async function rowsOf(what: string, look: () => Promise<Row[]>): Promise<Row[]> {
  try {
    return await look();
  } catch (error) {
    return [{ what, where: "", version: "", state: `could not be read: ${explain(error)}` }];
  }
}
