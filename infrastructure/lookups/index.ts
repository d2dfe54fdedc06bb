import {
  awsClients,
  ifKnown,
  logicalName,
  once,
  standardTags,
  type AwsClients,
  type Check,
  type Installation,
  type LookUpArgs,
  type Surroundings,
  type Tags,
} from "@selfhosted/common";
import type { Config } from "../config";
import { apiRoleName } from "../data-access";
import { dataKeyDescription } from "../data-key";
import { clusterIdentifier, instanceIdentifiers } from "../database-names";
import type { Network } from "../network";
import { bucketName } from "../buckets";
import { lookUpAddresses } from "./addresses";
import { checkName, lookUpBoundary, lookUpLocation, lookUpRegions } from "./account";
import { lookUpCopyVault, lookUpOptIn } from "./backup";
import { lookUpBuckets } from "./buckets";
import { lookUpClusters, lookUpFixed, type Clusters } from "./database";
import { describeInstances, lookUpClass } from "./database-class";
import { lookUpLogGroups, lookUpParameters, lookUpSubscriptions, lookUpTopic } from "./database-options";
import { lookUpEndpoints, type WantedEndpoint } from "./endpoints";
import {
  keyDescriber,
  lookUpBucketKeys,
  lookUpDeployedKey,
  lookUpKey,
  lookUpKeyChange,
  lookUpOneKey,
  lookUpReplicationKey,
  type DescribeKey,
} from "./keys";
import { lookUpLosses } from "./losses";
import { lookUpNetwork } from "./network";
import { lookUpUsername } from "./reserved-names";
import { lookUpSearch } from "./search";
import { lookUpSnapshot } from "./snapshot";

/** What the program needs to know of the account. */
export interface Facts {
  where: Surroundings;
  network: Network;
  serviceKeyArn: string;
  /** Where the customer gave one. */
  dataKeyArn: string | undefined;
  /** Version of Aurora that the cluster runs; undefined before there is one. */
  databaseVersion: string | undefined;
  /** Those that the VPC doesn't have yet. */
  endpoints: WantedEndpoint[];
}

/** What the look-ups of this layer go by. */
export interface AccountLookUpArgs extends Pick<LookUpArgs, "stack"> {
  /** Clients for the installation's region. Default: with the caller's credentials. */
  aws?: AwsClients;
  /** The installation as it was deployed last; undefined before that. */
  deployed?: Installation;
  /** Whether somebody makes the account's role for OpenSearch before the deployment, as `make deploy` does. Default: false. */
  makesSearchRole?: boolean;
}

/** What the look-ups found: `facts` only where all is fit that the program needs, the others where they are fit themselves. */
export interface Account {
  checks: Check[];
  facts?: Facts;
  network?: Network;
  where?: Surroundings;
}

/**
 * Looks at everything in the account that the configuration names or needs, before anything is made. Each question is asked once;
 * what needs a value that isn't valid is skipped.
 */
export async function lookUpAccount(config: Config, args: AccountLookUpArgs): Promise<Account> {
  const clients = (): AwsClients => args.aws ?? awsClients({ region: config["aws:region"] });
  const location = await lookUpLocation(config, clients, args.deployed);
  const { value: where } = location;
  if (where === undefined) {
    return { checks: [location] };
  }
  const aws = clients();
  const own = ownNames(config, args.stack);
  const deployedKey = await lookUpDeployedKey(aws, where, own.apiRole);
  if (deployedKey.problems.some(({ key }) => key === "aws:region")) {
    // In another region than the deployed one, everything else would be missing.
    return { checks: [location, deployedKey] };
  }
  const context: Context = { ...args, config, aws, where, own, deployedKey, describeKey: keyDescriber(aws) };
  const basics = lookUpBasics(context);
  const { network, serviceKey, dataKey, clusters, endpoints } = basics;
  const checks = await Promise.all([
    ...[network, serviceKey, ...(dataKey ? [dataKey] : []), clusters, endpoints],
    ...lookUpInstallation(context, basics),
    ...lookUpDatabase(context, basics),
    ...lookUpData(context, basics),
    ...lookUpSearch(config, aws, {
      ...{ stack: args.stack, region: where.region, network },
      makesRole: args.makesSearchRole ?? false,
    }),
  ]);
  return {
    checks: [location, deployedKey, ...checks],
    where,
    network: (await network).value,
    facts: await factsOf(where, basics),
  };
}

interface Context extends AccountLookUpArgs {
  config: Config;
  aws: AwsClients;
  where: Surroundings;
  own: ReturnType<typeof ownNames>;
  deployedKey: Check<string | undefined>;
  describeKey: DescribeKey;
}

/** Look-ups whose answers others need, or the program. */
interface Basics {
  network: Promise<Check<Network>>;
  serviceKey: Promise<Check<string>>;
  /** Undefined where the installation has its own key. */
  dataKey: Promise<Check<string>> | undefined;
  clusters: Promise<Check<Clusters>>;
  endpoints: Promise<Check<WantedEndpoint[]>>;
}

function lookUpBasics({ config, aws, where: { accountId, region }, own, describeKey }: Context): Basics {
  const network = lookUpNetwork(config, aws);
  return {
    network,
    serviceKey: lookUpKey("serviceKeyId", config, describeKey, region),
    dataKey: isSet(config, "dataKeyId") ? lookUpKey("dataKeyId", config, describeKey, region) : undefined,
    clusters: lookUpClusters(aws, own.cluster),
    endpoints: lookUpEndpoints(config, aws, { region, accountId, network, tags: own.tags }),
  };
}

/** Undefined unless all that the program needs is fit. */
async function factsOf(where: Surroundings, basics: Basics): Promise<Facts | undefined> {
  const { value: network } = await basics.network;
  const { value: serviceKeyArn } = await basics.serviceKey;
  const dataKeyArn = (await basics.dataKey)?.value;
  const { value: clusters } = await basics.clusters;
  const { value: endpoints } = await basics.endpoints;
  return network && serviceKeyArn && clusters && endpoints && (!basics.dataKey || dataKeyArn)
    ? { where, network, serviceKeyArn, dataKeyArn, databaseVersion: clusters.own?.EngineVersion, endpoints }
    : undefined;
}

function isSet(config: Config, key: keyof Config): boolean {
  return ifKnown(() => config[key]) !== undefined;
}

/** The installation as a whole. */
function lookUpInstallation(context: Context, { clusters, network, serviceKey, dataKey }: Basics): Promise<Check>[] {
  const { config, aws, where, deployed, deployedKey } = context;
  return [
    lookUpRegions(config, aws, where),
    ...(isSet(config, "permissionsBoundaryArn") ? [lookUpBoundary(config, aws, where)] : []),
    lookUpKeyChange(config, deployedKey, serviceKey),
    ...(dataKey ? [lookUpOneKey(serviceKey, dataKey, clusters)] : []),
    lookUpAddresses(config, { network, clusters }),
    checkName(config, deployed),
  ];
}

function lookUpDatabase({ config, aws, where, own, describeKey }: Context, basics: Basics): Promise<Check>[] {
  const { clusters } = basics;
  const instances = once(() => describeInstances(aws, own.cluster()));
  const query = { ...basics, instances, describeKey, ownKeyDescription: own.keyDescription };
  return [
    ...lookUpFixed(config, aws, query),
    lookUpUsername(config, clusters),
    lookUpClass(config, aws, { ...query, where, identifiers: own.instances }),
    lookUpSnapshot(config, aws, query),
    lookUpParameters(config, aws),
    lookUpLogGroups(config, aws, { clusters, identifier: own.cluster, tags: own.tags }),
    lookUpSubscriptions(config, aws, own.events),
    ...(isSet(config, "databaseEventTopicArn") ? [lookUpTopic(config, aws)] : []),
  ];
}

/** Buckets and backups. */
function lookUpData(context: Context, { dataKey, clusters }: Basics): Promise<Check>[] {
  const { config, aws, where, own, describeKey, stack } = context;
  const checkpointBucket = (): string => bucketName(config.name, "checkpoint", stack, where);
  return [
    ...lookUpBuckets(config, aws, { where, describeKey, dataKey, ownKeyDescription: own.keyDescription }),
    ...lookUpBucketKeys(config, describeKey, where.region),
    ...(isSet(config, "bucketReplicationKeyArn") ? [lookUpReplicationKey(config)] : []),
    lookUpOptIn(config, aws, where),
    ...lookUpLosses(config, aws, { clusters, backup: own.backup, checkpointBucket }),
    ...(isSet(config, "backupCopyVaultArn") ? [lookUpCopyVault(config, where, own.backup)] : []),
  ];
}

/** By what the installation knows its own, should it be deployed already. Each is a function: the name may not be valid. */
function ownNames(config: Config, stack: string) {
  const name = (thing: string): string => logicalName(config.name, stack, thing);
  return {
    tags: (): Tags => standardTags({ name: config.name, layer: "infrastructure", stack, extra: {} }),
    apiRole: () => apiRoleName(name("data-access")),
    cluster: () => clusterIdentifier(name("database")),
    instances: () => instanceIdentifiers(name("database"), config),
    backup: () => name("backup"),
    events: () => `${name("database")}-events`,
    keyDescription: () => dataKeyDescription(name("data-key")),
  };
}
