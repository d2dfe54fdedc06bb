import {
  infrastructureContract,
  logicalName,
  standardTags,
  type ApplicationOutputs,
  type InfrastructureOutputs,
  type Installation,
} from "@selfhosted/common";
import { hosts, type Hosts } from "../../application/hosts";
import type { ApplicationConfig } from "../../application/settings";
import { loadBalancerSubnets } from "../../application/subnets";
import type { Config as DnsConfig } from "../../dns/config";
import { bareDomainOf } from "../../dns/hosts";
import { settings as infrastructureSettings, type Config as InfrastructureConfig } from "../../infrastructure/config";
import { dataKeyDescription } from "../../infrastructure/data-key";
import { subscriptionNames } from "../../infrastructure/database-events";
import { clusterIdentifier, instanceIdentifiers } from "../../infrastructure/database-names";
import { awsClients, zoneClient, type AwsClients } from "./aws-clients";
import { checkCertificate } from "./checks/certificate";
import type { Environment } from "./environment";
import { fits } from "./layers";
import { checkAccount } from "./prerequisites/account";
import { checkBackupOptIn } from "./prerequisites/backup";
import { judgeConfiguration, readFound, type Configuration } from "./prerequisites/configuration";
import { checkCertificateZone } from "./prerequisites/certificate-zone";
import { checkDatabase, checkSubscriptions } from "./prerequisites/database";
import { checkImages } from "./prerequisites/images";
import { checkKey } from "./prerequisites/key";
import { checkEndpoints, type EndpointsConfig } from "./prerequisites/endpoints";
import { checkSubnetsStay } from "./prerequisites/load-balancers";
import { checkNetwork, checkPlacement, type NetworkConfig } from "./prerequisites/network";
import { checkSearch } from "./prerequisites/search";
import { checkSearchAccess } from "./prerequisites/search-access";
import { checkZone, recordsInState } from "./prerequisites/zone";
import { stackOutputs } from "./pulumi";
import { examine as look, report, type Finding } from "./report";

/**
 * Checks the configuration of all layers and what it names in the account, before anything is changed. Read-only.
 *
 * @returns the exit code: 1 when something would make a deployment fail.
 */
export async function preflight({ name }: Environment, json = false): Promise<number> {
  const [infrastructure, application, dns, outputs] = await Promise.all([
    readFound("infrastructure", name),
    readFound("application", name),
    readFound("dns", name),
    stackOutputs("infrastructure", name),
  ]);
  const deployed = fits(infrastructureContract, outputs) ? outputs : undefined;
  const { configuration, findings } = judgeConfiguration({ infrastructure, application, dns }, deployed);
  const { region } = configuration;
  // Of whichever release: nobody deploys into another account or region than the one before.
  const { installation } = (outputs ?? {}) as Partial<InfrastructureOutputs>;
  const looks = region === undefined ? [] : checks(name, { ...configuration, region }, deployed, installation);
  return report(`Preflight of ${name}`, [...findings, ...(await Promise.all(looks)).flat()], json);
}

function examine(name: string, prerequisite: () => Promise<Finding[]>): Promise<Finding[]> {
  return look(name, prerequisite, "create it, or correct the setting that names it");
}

/** Looks at whatever is named by settings that are valid by themselves. */
function checks(
  env: string,
  { region, infrastructure, application, dns }: Configuration & { region: string },
  deployed: InfrastructureOutputs | undefined,
  installation: Installation | undefined,
): Promise<Finding[]>[] {
  const clients = awsClients(region);
  const { accountId, vpcId, publicSubnetIds, privateSubnetIds, isolatedSubnetIds, name } = infrastructure;
  const { certificateArn, certificateZoneId, domain, subdomain } = application;
  const domains = domain === undefined ? undefined : domainsOf(hosts({ domain, subdomain }), dns.bareDomain ?? false);
  const looks: Promise<Finding[]>[] = [
    examine("account", () => checkAccount(clients.sts, { accountId, region }, installation)),
  ];
  if (vpcId && publicSubnetIds && privateSubnetIds && isolatedSubnetIds) {
    looks.push(
      examine("network", async () => {
        // The settings that name a network are valid; those beside them may not be, and then say nothing.
        const { endpointsExtraServices = [] } = infrastructure;
        const config = { ...infrastructure, endpointsExtraServices } as NetworkConfig & EndpointsConfig;
        const { findings, network } = await checkNetwork(clients.ec2, config);
        if (network === undefined) {
          return findings;
        }
        const { internal = false, dualStack = false } = application;
        // Once the infrastructure layer is deployed, the application's rules see to it by its outputs.
        const placement = { internal, dualStack };
        const placed = deployed ? [] : checkPlacement(placement, network);
        const arns = await loadBalancersOf(env);
        const kept =
          arns.length > 0
            ? await checkSubnetsStay(clients.elb, arns, loadBalancerSubnets(placement, network.outputs))
            : [];
        const tags = standardTags({ name: name ?? "", layer: "infrastructure", stack: env, extra: {} });
        return [
          ...findings,
          ...placed,
          ...kept,
          ...(await checkEndpoints(clients.ec2, config, { region, network, tags })),
        ];
      }),
    );
  }
  if (infrastructure.searchEnabled && name) {
    looks.push(examine("search", () => checkSearchAccess(clients, { name, stack: env })));
  }
  for (const setting of ["serviceKeyId", "dataKeyId"] as const) {
    const keyId = infrastructure[setting];
    if (keyId) {
      looks.push(examine(`key ${setting}`, async () => [await checkKey(clients.kms, setting, keyId)]));
    }
  }
  if (isComplete(infrastructure)) {
    looks.push(...databaseChecks(env, region, infrastructure, clients));
  }
  if (infrastructure.backupEnabled) {
    looks.push(examine("backup opt-in", () => checkBackupOptIn(clients.backup, region, infrastructure)));
  }
  if (application.imageTag) {
    // Those settings that name images are valid; of the others none is looked at.
    const config = application as ApplicationConfig;
    looks.push(
      examine("images", async () => {
        const { Account: caller = "" } = await clients.sts.getCallerIdentity({});
        return checkImages(config, { accountId: accountId ?? caller, region });
      }),
    );
  }
  if (certificateArn && domains) {
    looks.push(examine("certificate", () => checkCertificate(clients.acm, certificateArn, domains)));
  }
  if (certificateZoneId && domains) {
    looks.push(
      examine("certificate zone", async () => [
        await checkCertificateZone(clients.route53, certificateZoneId, domains),
      ]),
    );
  }
  if ((dns.zoneId ?? dns.zoneName) !== undefined && dns.zoneVpcIds && domains) {
    const query = { config: dns as DnsConfig, domains, internal: application.internal ?? false, vpcId };
    looks.push(
      examine("zone", async () => {
        const route53 = await zoneClient(clients, region, dns.assumeRoleArn);
        return checkZone(route53, { ...query, ownRecords: await recordsInState(env) });
      }),
    );
  }
  return looks;
}

/** Whether every setting of the infrastructure layer is valid by itself. */
function isComplete(config: Partial<InfrastructureConfig>): config is InfrastructureConfig {
  return Object.entries(infrastructureSettings).every(
    ([key, setting]) => setting.optional || config[key as keyof InfrastructureConfig] !== undefined,
  );
}

function databaseChecks(
  env: string,
  region: string,
  config: InfrastructureConfig,
  clients: AwsClients,
): Promise<Finding[]>[] {
  const { name: project, isolatedSubnetIds, databaseEvents, searchEnabled } = config;
  const database = logicalName(project, env, "database");
  const subscriptions = subscriptionNames(`${database}-events`, config);
  const query = {
    config,
    region,
    isolatedSubnetIds,
    clusterIdentifier: clusterIdentifier(database),
    instanceIdentifiers: instanceIdentifiers(database, config),
    ownKeyDescription: dataKeyDescription(logicalName(project, env, "data-key")),
    tags: { project, layer: "infrastructure", stack: env },
  };
  return [
    examine("database", () => checkDatabase(clients, query)),
    ...(databaseEvents
      ? [examine("event subscriptions", async () => [await checkSubscriptions(clients.rds, subscriptions)])]
      : []),
    ...(searchEnabled ? [examine("search", () => checkSearch(clients.search, config, region))] : []),
  ];
}

/** ARNs of the deployed load balancers. */
async function loadBalancersOf(env: string): Promise<string[]> {
  const { api, console } = ((await stackOutputs("application", env)) ?? {}) as Partial<ApplicationOutputs>;
  return [api, console].flatMap((service) => service?.loadBalancer.arn ?? []);
}

/** Host names that get records. */
function domainsOf({ api, console }: Hosts, withBare: boolean): string[] {
  return [api, console, ...(withBare ? [bareDomainOf(console)] : [])];
}
