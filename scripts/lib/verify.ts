import { assumingRole, awsClients, logicalName, type AwsClients } from "@selfhosted/common";
import { serviceKeyGrantName } from "../../infrastructure/data-access";
import { checkBackups } from "./checks/backups";
import { checkBuckets } from "./checks/buckets";
import { certificateHosts, checkCertificate } from "./checks/certificate";
import { checkGrant, checkKeys, judgeDatabase, lookAtDatabase } from "./checks/data";
import { checkHealthChecks } from "./checks/health-checks";
import { judgeLoadBalancer, lookAtLoadBalancer } from "./checks/load-balancers";
import { checkReachable, patienceMs } from "./checks/reachable";
import { checkRecords } from "./checks/records";
import { checkSecrets } from "./checks/secrets";
import { checkMigration, judgeService, lookAtService, servicesOf } from "./checks/services";
import type { Environment } from "./environment";
import { readInstallation, type Deployed } from "./layers";
import { examine, report, type Finding } from "./report";

export interface VerifyOptions {
  json?: boolean;
  /** Wait some minutes for the names to be known and answered: they may be new. */
  patient?: boolean;
}

/**
 * Checks an installation from the outside in: DNS, certificate, load balancers, services, database, buckets, secrets. Read-only.
 *
 * @returns the exit code: 1 when something is not as it was asked for.
 */
export async function verify(
  { name, isSandbox }: Environment,
  { json = false, patient = false }: VerifyOptions = {},
): Promise<number> {
  const deployed = await readInstallation(name);
  const clients = awsClients({ region: deployed.application.installation.region });
  const looks = [...checks(clients, deployed, name), outside(deployed, isSandbox, patient)];
  const { consoleUrl, apiUrl } = deployed.dns;
  return report(`${name}: console ${consoleUrl}, API ${apiUrl}`, (await Promise.all(looks)).flat(), json);
}

/** In the order in which a request meets them. */
function checks(
  clients: AwsClients,
  { infrastructure, application, dns }: Deployed,
  env: string,
): Promise<Finding[]>[] {
  const { acm, ecs, elb, kms, rds, s3, secrets } = clients;
  const { installation, clusterName } = application;
  const grant = serviceKeyGrantName(logicalName(installation.name, env, "data-access"));
  const zones = assumingRole(clients, installation.region, dns.zoneRoleArn);
  const services = servicesOf(application).map(({ name, outputs }) => {
    return { name, outputs, facts: lookAtService(ecs, clusterName, outputs.serviceName) };
  });
  return [
    examine("records", async () => checkRecords((await zones).route53, application, dns)),
    examine("health checks", async () => checkHealthChecks((await zones).route53, dns.healthCheckIds ?? [])),
    examine("certificate", () =>
      checkCertificate(acm, application.certificateArn, certificateHosts(application, dns.records)),
    ),
    ...services.map(({ name, outputs, facts }) =>
      examine(`${name} load balancer`, async () => {
        if (!("loadBalancer" in outputs)) {
          return [];
        }
        const wanted = (await facts).service.desiredCount ?? 1;
        return judgeLoadBalancer(name, await lookAtLoadBalancer(elb, outputs), application, wanted);
      }),
    ),
    ...services.map(({ name, outputs, facts }) =>
      examine(`${name} service`, async () => judgeService(name, await facts, outputs)),
    ),
    examine("migration", () => checkMigration(ecs, application)),
    examine("secrets", async () => {
      const definitions = await Promise.all(services.map(async ({ facts }) => (await facts).taskDefinition));
      return checkSecrets(secrets, definitions);
    }),
    examine("database", async () =>
      judgeDatabase(await lookAtDatabase(rds, infrastructure.database.clusterIdentifier), installation.ephemeral),
    ),
    examine("buckets", () => checkBuckets(s3, infrastructure)),
    examine("backups", async () => (infrastructure.backup ? checkBackups(clients.backup, infrastructure.backup) : [])),
    examine("keys", () => checkKeys(kms, infrastructure)),
    examine("service key grant", async () => [await checkGrant(kms, infrastructure, grant)]),
  ];
}

/** What users see; the emulated account has neither name servers nor containers. */
async function outside({ application }: Deployed, isSandbox: boolean, patient: boolean): Promise<Finding[]> {
  if (isSandbox) {
    return [
      { name: "over HTTPS", verdict: "skip", evidence: "the sandbox has no name servers and runs no containers" },
    ];
  }
  return examine("over HTTPS", () => checkReachable(application, patient ? patienceMs : 0));
}
