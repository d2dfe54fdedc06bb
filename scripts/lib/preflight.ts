import {
  clusterName,
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
import type { Network } from "../../infrastructure/network";
import { searchZones } from "../../infrastructure/search-zones";
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
import { checkInsights } from "./prerequisites/log-groups";
import { checkEndpoints, type EndpointsConfig } from "./prerequisites/endpoints";
import { checkSubnetsStay } from "./prerequisites/load-balancers";
import { checkNetwork, checkPlacement, type NetworkCheck, type NetworkConfig } from "./prerequisites/network";
import { checkSearch } from "./prerequisites/search";
import { checkRoleInState, checkSearchAccess } from "./prerequisites/search-access";
import { checkZone, recordsInState } from "./prerequisites/zone";
import { stackOutputs } from "./pulumi";
import { examine as look, report, type Finding } from "./report";

/**
 * Checks the configuration of all layers and what it names in the account, before anything is changed. Read-only.
 *
 * @returns the exit code: 1 when something would make a deployment fail.
 */
export async function preflight(environment: Environment, json = false): Promise<number> {
  const { name } = environment;
  const [infrastructure, application, dns, outputs] = await Promise.all([
    readFound("infrastructure", name),
    readFound("application", name),
    readFound("dns", name),
    stackOutputs("infrastructure", name),
  ]);
  const found = { infrastructure, application, dns };
  const deployed = fits(infrastructureContract, outputs) ? outputs : undefined;
  const network = await configuredNetwork(judgeConfiguration(found, deployed).configuration);
  // The application layer will find the network as it is configured now, not as it was deployed.
  const upstream = deployed && { ...deployed, network: network?.network?.outputs ?? deployed.network };
  const { configuration, findings } = judgeConfiguration(found, upstream);
  const { region } = configuration;
  // Of whichever release: nobody deploys into another account or region than the one before.
  const { installation } = (outputs ?? {}) as Partial<InfrastructureOutputs>;
  const facts = { isDeployed: deployed !== undefined, installation, network };
  const looks = region === undefined ? [] : checks(environment, { ...configuration, region }, facts);
  return report(`Preflight of ${name}`, [...findings, ...(await Promise.all(looks)).flat()], json);
}

/** The network that the settings name; undefined where one of them isn't valid by itself. */
async function configuredNetwork({ region, infrastructure }: Configuration): Promise<NetworkCheck | undefined> {
  const { vpcId, publicSubnetIds, privateSubnetIds, isolatedSubnetIds } = infrastructure;
  if (!region || !vpcId || !publicSubnetIds || !privateSubnetIds || !isolatedSubnetIds) {
    return undefined;
  }
  let network: NetworkCheck["network"];
  const findings = await examine("network", async () => {
    const check = await checkNetwork(awsClients(region).ec2, infrastructure as NetworkConfig);
    network = check.network;
    return check.findings;
  });
  return { findings, network };
}

function examine(name: string, prerequisite: () => Promise<Finding[]>): Promise<Finding[]> {
  return look(name, prerequisite, "create it, or correct the setting that names it");
}

/** What is known before the checks. */
interface Facts {
  isDeployed: boolean;
  /** As it was deployed last. */
  installation: Installation | undefined;
  network: NetworkCheck | undefined;
}

/** Looks at whatever is named by settings that are valid by themselves. */
function checks(
  environment: Environment,
  { region, infrastructure, application, dns }: Configuration & { region: string },
  { isDeployed, installation, network: networkCheck }: Facts,
): Promise<Finding[]>[] {
  const { stack } = environment;
  const clients = awsClients(region);
  const { accountId, vpcId, name } = infrastructure;
  const { certificateArn, certificateZoneId, domain, subdomain } = application;
  const domains = domain === undefined ? undefined : domainsOf(hosts({ domain, subdomain }), dns.bareDomain ?? false);
  const looks: Promise<Finding[]>[] = [
    examine("account", () => checkAccount(clients.sts, { accountId, region }, installation)),
  ];
  if (networkCheck) {
    const { findings, network } = networkCheck;
    looks.push(Promise.resolve(findings));
    if (network) {
      looks.push(
        examine("network", () =>
          networkChecks(environment, region, { infrastructure, application }, network, isDeployed),
        ),
      );
    }
  }
  looks.push(examine("search role in state", () => checkRoleInState(environment.name)));
  if (infrastructure.searchEnabled && name) {
    looks.push(examine("search", () => checkSearchAccess(clients, { name, stack })));
  }
  for (const setting of ["serviceKeyId", "dataKeyId"] as const) {
    const keyId = infrastructure[setting];
    if (keyId) {
      looks.push(examine(`key ${setting}`, async () => [await checkKey(clients.kms, setting, keyId)]));
    }
  }
  if (isComplete(infrastructure)) {
    looks.push(...databaseChecks(stack, region, infrastructure, clients));
    if (infrastructure.searchEnabled) {
      const zones = networkCheck?.network
        ? searchZones(infrastructure, networkCheck.network).map(([zone]) => zone)
        : [];
      looks.push(examine("search", () => checkSearch(clients.search, infrastructure, region, zones)));
    }
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
  const { containerInsights } = application;
  if (containerInsights && name) {
    const tags = standardTags({ name, layer: "application", stack, extra: {} });
    const query = { config: { containerInsights }, clusterName: clusterName(name, stack), tags };
    looks.push(examine("Container Insights", () => checkInsights(clients.logs, query)));
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
        return checkZone(route53, { ...query, ownRecords: await recordsInState(environment.name) });
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
  stack: string,
  region: string,
  config: InfrastructureConfig,
  clients: AwsClients,
): Promise<Finding[]>[] {
  const { name: project, isolatedSubnetIds, databaseEvents } = config;
  const database = logicalName(project, stack, "database");
  const subscriptions = subscriptionNames(`${database}-events`, config);
  const query = {
    config,
    region,
    isolatedSubnetIds,
    clusterIdentifier: clusterIdentifier(database),
    instanceIdentifiers: instanceIdentifiers(database, config),
    ownKeyDescription: dataKeyDescription(logicalName(project, stack, "data-key")),
    tags: { project, layer: "infrastructure", stack },
  };
  return [
    examine("database", () => checkDatabase(clients, query)),
    ...(databaseEvents
      ? [examine("event subscriptions", async () => [await checkSubscriptions(clients.rds, subscriptions)])]
      : []),
  ];
}

/** What the layers make of a network that is fit. */
async function networkChecks(
  environment: Environment,
  region: string,
  { infrastructure, application }: Pick<Configuration, "infrastructure" | "application">,
  network: Network,
  isDeployed: boolean,
): Promise<Finding[]> {
  const clients = awsClients(region);
  const { endpointsExtraServices = [], endpointsElsewhere = [], name = "" } = infrastructure;
  const { internal = false, dualStack = false } = application;
  const placement = { internal, dualStack };
  const arns = await loadBalancersOf(environment);
  const subnets = loadBalancerSubnets(placement, network.outputs);
  // The settings that name a network are valid; those beside them may not be, and then say nothing.
  const config = { ...infrastructure, endpointsExtraServices, endpointsElsewhere } as EndpointsConfig;
  const tags = standardTags({ name, layer: "infrastructure", stack: environment.stack, extra: {} });
  return [
    // Once the infrastructure layer is deployed, the application's rules see to it.
    ...(isDeployed ? [] : checkPlacement(placement, network)),
    ...(arns.length > 0 ? await checkSubnetsStay(clients.elb, arns, subnets) : []),
    ...(await checkEndpoints(clients.ec2, config, { region, network, tags })),
  ];
}

/** ARNs of the deployed load balancers. */
async function loadBalancersOf({ name }: Environment): Promise<string[]> {
  const { api, console } = ((await stackOutputs("application", name)) ?? {}) as Partial<ApplicationOutputs>;
  return [api, console].flatMap((service) => service?.loadBalancer.arn ?? []);
}

/** Host names that get records. */
function domainsOf({ api, console }: Hosts, withBare: boolean): string[] {
  return [api, console, ...(withBare ? [bareDomainOf(console)] : [])];
}
