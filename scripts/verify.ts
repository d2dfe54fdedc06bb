import { assumingRole, type AwsClients, awsClients, logicalName } from "@selfhosted/common";
import { serviceKeyGrantName } from "../infrastructure/operations";
import { checkAlarms } from "./aws/alarms";
import { checkBackups, describeBackups } from "./aws/backups";
import { checkBuckets } from "./aws/buckets";
import { certificateHosts, checkCertificate, describeCertificate } from "./aws/certificate";
import { checkDatabase, describeDatabase, wantsDataApi } from "./aws/database";
import { checkHealthChecks, checkRecords } from "./aws/dns";
import { checkReachable, patienceMs } from "./aws/https";
import { checkGrant, checkKeys, describeGrants } from "./aws/keys";
import { checkLicence } from "./aws/licence";
import { checkLoadBalancer, describeLoadBalancer } from "./aws/load-balancers";
import { checkMigration, describeMigration } from "./aws/migration";
import { checkSecrets } from "./aws/secrets";
import { checkService, describeService, servicesOf } from "./aws/services";
import { checkRecentBackup, databaseSnapshots } from "./aws/snapshots";
import type { Environment } from "./environment";
import { type Deployed, installationOf } from "./layers";
import type { States } from "./pulumi/stacks";
import { type CheckResult, report, runCheck } from "./report";
import { saying } from "./waiting";

export interface VerifyOptions {
  json?: boolean;
  /** Wait some minutes for the names to be known and answered: they may be new. */
  patient?: boolean;
}

/**
 * Checks an installation, and prints what was found.
 *
 * @param states as they are now.
 * @returns the exit code: 1 when something is not as it was deployed.
 */
export async function verify(
  environment: Environment,
  states: States,
  { json = false, patient = false }: VerifyOptions = {},
): Promise<number> {
  const { name } = environment;
  const deployed = installationOf(states, name);
  const results = await saying("verifying", checkInstallation(environment, states, patient));
  const code = report(`Verification of ${name}`, results, json);
  if (!json) {
    console.log(`\n${describeVerdict(name, results, deployed.dns)}`);
  }
  return code;
}

/** Whether all is well, and where to find it: what is read first of all that was printed. */
export function describeVerdict(env: string, results: CheckResult[], { consoleUrl, apiUrl }: Deployed["dns"]): string {
  const failed = results.filter(({ verdict }) => verdict === "fail").map(({ name }) => name);
  return [
    failed.length === 0 ? `${env} is healthy.` : `${env} is not healthy: ${failed.join(", ")}.`,
    `  console  ${consoleUrl}`,
    `  API      ${apiUrl}`,
  ].join("\n");
}

/** Checks an installation from the outside in: DNS, certificate, load balancers, services, database, buckets, secrets. Read-only. */
export async function checkInstallation(
  { name, isSandbox }: Environment,
  states: States,
  patient = false,
): Promise<CheckResult[]> {
  const deployed = installationOf(states, name);
  const dataApi = wantsDataApi(states.infrastructure.resources);
  const clients = awsClients({ region: deployed.application.installation.region });
  return (
    await Promise.all([...checks(clients, deployed, name, dataApi), outside(deployed, isSandbox, patient)])
  ).flat();
}

/** In the order in which a request meets them. */
function checks(
  clients: AwsClients,
  { infrastructure, application, dns }: Deployed,
  env: string,
  dataApi: boolean,
): Promise<CheckResult[]>[] {
  const { acm, ecs, elb, kms, rds, s3, secrets, sns } = clients;
  const { installation, clusterName } = application;
  const { alarms, backup, serviceKeyArn: keyArn, apiTaskRoleArn: roleArn } = infrastructure;
  const grant = { name: serviceKeyGrantName(logicalName(installation.name, env, "data-access")), keyArn, roleArn };
  const zones = assumingRole(clients, installation.region, dns.zoneRoleArn);
  const services = servicesOf(application).map(({ name, outputs }) => {
    return { name, outputs, described: describeService(ecs, clusterName, outputs.serviceName) };
  });
  const now = new Date();
  return [
    runCheck("records", async () => checkRecords((await zones).route53, application, dns)),
    runCheck("health checks", async () => checkHealthChecks((await zones).route53, dns.healthCheckIds ?? [])),
    runCheck("certificate", async () =>
      checkCertificate(
        await describeCertificate(acm, application.certificateArn),
        certificateHosts(application, dns.records),
      ),
    ),
    ...services.map(({ name, outputs, described }) =>
      runCheck(`${name} load balancer`, async () => {
        if (!("loadBalancer" in outputs)) {
          return [];
        }
        const wanted = (await described).service.desiredCount ?? 1;
        return checkLoadBalancer(name, await describeLoadBalancer(elb, outputs), application, wanted);
      }),
    ),
    ...services.map(({ name, outputs, described }) =>
      runCheck(`${name} service`, async () => checkService(name, await described, outputs)),
    ),
    runCheck("migration", async () => checkMigration(application.migration, await describeMigration(ecs, application))),
    runCheck("secrets", async () => {
      const definitions = await Promise.all(services.map(async ({ described }) => (await described).taskDefinition));
      const { database, search } = infrastructure;
      return checkSecrets(
        secrets,
        definitions,
        { maxDays: application.secretMaxAgeDays, now },
        {
          [database.credentials.arn]: "`make rotate WHAT=database`",
          ...(search && { [search.credentials.arn]: "`make rotate WHAT=search`" }),
        },
      );
    }),
    runCheck("licence", () => Promise.resolve(checkLicence(application.licenceEnd, now))),
    runCheck("database", async () => {
      const { clusterIdentifier } = infrastructure.database;
      const [database, snapshots] = await Promise.all([
        describeDatabase(rds, clusterIdentifier),
        databaseSnapshots(rds, clusterIdentifier),
      ]);
      return [
        ...checkDatabase(database, { ephemeral: installation.ephemeral, dataApi }),
        checkRecentBackup(database.cluster, snapshots, now),
      ];
    }),
    runCheck("buckets", () => checkBuckets(s3, infrastructure)),
    runCheck("backups", async () =>
      backup ? checkBackups(backup, await describeBackups(clients.backup, backup)) : [],
    ),
    // Nobody waits for those of a throw-away installation.
    runCheck("alarms", async () => (alarms && !installation.ephemeral ? checkAlarms(sns, alarms) : [])),
    runCheck("keys", () => checkKeys(kms, infrastructure)),
    runCheck("service key grant", async () => [checkGrant(await describeGrants(kms, grant.keyArn), grant)]),
  ];
}

/** What users see; the emulated account has neither name servers nor containers. */
async function outside({ application }: Deployed, isSandbox: boolean, patient: boolean): Promise<CheckResult[]> {
  if (isSandbox) {
    return [{ name: "over HTTPS", verdict: "skip", detail: "the sandbox has no name servers and runs no containers" }];
  }
  return runCheck("over HTTPS", () => checkReachable(application, patient ? patienceMs : 0));
}
