import {
  type AwsClients,
  awsClients,
  type Check,
  ifFit,
  type Installation,
  type Location,
  logicalName,
  type LookUpArgs,
  resultOf,
  standardTags,
  type Tags,
} from "@selfhosted/common";
import type { Config } from "../config";
import { clusterIdentifier } from "../database/cluster";
import type { WantedEndpoint } from "../network/endpoints";
import type { Network } from "../network/network";
import { ownBucketName } from "../storage/buckets";
import { apiRoleName } from "../storage/data-access";
import { dataKeyDescription } from "../storage/data-key";
import { checkName, lookUpBoundary, lookUpLocation, lookUpRegions } from "./account";
import { lookUpDatabase } from "./database";
import { lookUpClusters } from "./database/clusters";
import { lookUpAddresses } from "./network/addresses";
import { lookUpEndpoints } from "./network/endpoints";
import { lookUpNetwork } from "./network/network";
import { lookUpSearch } from "./search/search";
import { lookUpCopyVault, lookUpOptIn } from "./storage/backup";
import { lookUpBuckets } from "./storage/buckets";
import { lookUpDataLoss } from "./storage/data-loss";
import {
  keyDescriber,
  lookUpBucketKeys,
  lookUpDataKey,
  lookUpDeployedKey,
  lookUpKeyChange,
  lookUpOneKey,
  lookUpReplicationKey,
  lookUpServiceKey,
} from "./storage/keys";

/** What the program needs to know of the account. */
interface Account {
  location: Location;
  network: Network;
  serviceKeyArn: string;
  /** Of the customer's key; undefined where the installation has its own. */
  dataKeyArn: string | undefined;
  /** Version of Aurora that the cluster runs; undefined before there is one. */
  databaseVersion: string | undefined;
  /** Those that the VPC doesn't have yet. */
  endpoints: WantedEndpoint[];
}

export interface AccountLookUpArgs extends Pick<LookUpArgs, "stack"> {
  /** Clients for the installation's region. Default: with the caller's credentials. */
  aws?: AwsClients;
  /** The installation as it was deployed last; undefined before that. */
  deployed?: Installation;
  /** Whether the account's role for OpenSearch is made before the deployment, as `make deploy` does. Default: false. */
  makesSearchRole?: boolean;
}

export interface AccountLookUp {
  checks: Check[];
  /** Undefined where a check of any of it failed. */
  account?: Account;
  /** Undefined where a check of it failed. */
  network?: Network;
  /** Undefined where the credentials are those of another account, or of none, or the installation is deployed in another region. */
  location?: Location;
}

/**
 * Checks everything in the account that the configuration names or needs, before anything is made. Each question is asked once; what
 * needs a value that isn't valid is skipped.
 */
export async function lookUpAccount(config: Config, args: AccountLookUpArgs): Promise<AccountLookUp> {
  const { stack, deployed, makesSearchRole = false } = args;
  const clients = (): AwsClients => args.aws ?? awsClients({ region: config["aws:region"] });
  const caller = await lookUpLocation(config, clients, deployed);
  const { value: location } = caller;
  if (location === undefined) {
    return { checks: [caller] };
  }
  const aws = clients();
  const { region } = location;
  // Functions: where the configured name isn't valid, only the checks that need it are skipped.
  const name = (thing: string): string => logicalName(config.name, stack, thing);
  const tags = (): Tags => standardTags({ name: config.name, layer: "infrastructure", stack, extra: {} });
  const checkpointBucket = (): string => ownBucketName(config, "checkpoint", stack, location);
  const ownKeyDescription = (): string => dataKeyDescription(name("data-key"));
  const backup = (): string => name("backup");

  const deployedKey = await lookUpDeployedKey(aws, location, () => apiRoleName(name("data-access")));
  if (deployedKey.problems.some(({ key }) => key === "aws:region")) {
    // In another region than the deployed one, everything else would be missing.
    return { checks: [caller, deployedKey] };
  }

  // What several checks need, or the program.
  const describeKey = keyDescriber(aws);
  const network = lookUpNetwork(config, aws);
  const serviceKey = lookUpServiceKey(config, describeKey, region);
  const dataKey = lookUpDataKey(config, describeKey, region);
  const clusters = lookUpClusters(aws, () => clusterIdentifier(name("database"), config));
  const endpoints = lookUpEndpoints(config, aws, { location, network, tags });

  const checks = await Promise.all([
    network,
    serviceKey,
    dataKey,
    clusters,
    endpoints,
    // The installation as a whole.
    lookUpRegions(config, aws, location),
    lookUpBoundary(config, aws, location),
    lookUpKeyChange(config, deployedKey, serviceKey),
    lookUpOneKey(config, serviceKey, dataKey, clusters),
    lookUpAddresses(config, { network, clusters }),
    checkName(config, deployed),
    // The database.
    ...lookUpDatabase(config, aws, {
      name: () => name("database"),
      region,
      tags,
      network,
      clusters,
      dataKey,
      ownKeyDescription,
      describeKey,
    }),
    // Buckets and backups.
    ...lookUpBuckets(config, aws, { location, describeKey, dataKey, ownKeyDescription }),
    ...lookUpBucketKeys(config, describeKey, region),
    lookUpReplicationKey(config),
    lookUpOptIn(config, aws, location),
    ...lookUpDataLoss(config, aws, { clusters, backup, checkpointBucket }),
    lookUpCopyVault(config, location, backup),
    // Search.
    ...lookUpSearch(config, aws, { stack, region, network, makesRole: makesSearchRole }),
  ]);
  const account = await ifFit(async () => ({
    location,
    network: await resultOf(network),
    serviceKeyArn: await resultOf(serviceKey),
    dataKeyArn: (await resultOf(dataKey)).arn,
    databaseVersion: (await resultOf(clusters)).own?.EngineVersion,
    endpoints: await resultOf(endpoints),
  }));
  return { checks: [caller, deployedKey, ...checks], account, network: (await network).value, location };
}
