import * as pulumi from "@pulumi/pulumi";
import { known, refuse, Surroundings, surroundings, Tags } from "@selfhosted/common";
import { lookUpBroughtBuckets } from "./brought-buckets";
import { Config } from "./config";
import { lookUpDatabase } from "./database-lookup";
import { lookUpEndpoints, WantedEndpoint } from "./endpoint-services";
import { Findings } from "./findings";
import { lookUpKey } from "./keys";
import { lookUpNetwork, Network } from "./network";
import { checkSearchRole } from "./search-role";
import { checkSearchZones } from "./search-zones";
import { checkServiceKeyChange } from "./service-key";

/** What the account holds before the installation, looked up and found fit. */
export interface Prerequisites {
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

/** By what the installation knows its own, should it be deployed already. */
export interface Own {
  /** Tags of this layer's resources. */
  tags: Tags;
  /** Name of the API's role. */
  apiRole: string;
  /** Identifier of the database's cluster. */
  clusterIdentifier: string;
  /** Identifiers of its instances. */
  instanceIdentifiers: string[];
  /** Description of the data key. */
  ownKeyDescription: string;
}

/**
 * Looks up everything that must be there, before anything is made.
 *
 * @throws UserError that lists every problem at once.
 */
export async function prerequisites(
  config: Config,
  { tags, apiRole, ...database }: Own,
  opts: pulumi.InvokeOptions,
): Promise<Prerequisites> {
  const where = await known(surroundings(opts));
  const findings = new Findings();
  const { dataKeyId } = config;
  const [network, serviceKeyArn, dataKeyArn] = await Promise.all([
    lookUpNetwork(config, findings, opts),
    lookUpKey("serviceKeyId", config.serviceKeyId, where, findings, opts),
    dataKeyId === undefined ? undefined : lookUpKey("dataKeyId", dataKeyId, where, findings, opts),
    lookUpBroughtBuckets(config, where, findings, opts),
  ]);
  const query = { config, ...database, tags, where, network, dataKeyArn };
  const databaseVersion = await lookUpDatabase(query, findings, opts);
  const endpoints = network ? await lookUpEndpoints(config, network, where, tags, findings, opts) : [];
  if (network) {
    checkSearchZones(config, network, findings);
  }
  if (serviceKeyArn) {
    await checkServiceKeyChange(config, serviceKeyArn, apiRole, findings, opts);
  }
  if (config.searchEnabled) {
    await checkSearchRole(findings, opts);
  }
  refuse(findings.problems);
  if (network === undefined || serviceKeyArn === undefined) {
    throw new Error("A prerequisite is missing, but no problem was reported.");
  }
  return { where, network, serviceKeyArn, dataKeyArn, databaseVersion, endpoints };
}
