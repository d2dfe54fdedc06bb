import { type AwsClients, type Check, once, type Tags } from "@selfhosted/common";
import type { Config } from "../../config";
import { clusterIdentifier } from "../../database/cluster";
import { instanceIdentifiers } from "../../database/instances";
import type { Network } from "../../network/network";
import type { DataKeySetting, DescribeKey } from "../storage/keys";
import { lookUpChanges } from "./changes";
import { lookUpClass } from "./class";
import { type Clusters, describeInstances } from "./clusters";
import { lookUpSubscriptions, lookUpTopic } from "./events";
import { lookUpExtraGroups } from "./groups";
import { lookUpLogGroups } from "./logs";
import { lookUpParameters } from "./parameters";
import { lookUpSnapshot } from "./snapshot";
import { lookUpUsername } from "./username";

export interface DatabaseQuery {
  /** Logical name of the component. */
  name: () => string;
  region: string;
  /** Tags of this layer's own resources. */
  tags: () => Tags;
  network: Promise<Check<Network>>;
  clusters: Promise<Check<Clusters>>;
  dataKey: Promise<Check<DataKeySetting>>;
  /** Description of the installation's own data key. */
  ownKeyDescription: () => string;
  describeKey: DescribeKey;
}

/** AWS can make the database as it is configured, or change the one that exists. */
export function lookUpDatabase(config: Config, aws: AwsClients, query: DatabaseQuery): Promise<Check>[] {
  const { name, region, tags, network, clusters, dataKey, ownKeyDescription, describeKey } = query;
  const identifier = (): string => clusterIdentifier(name(), config);
  const identifiers = (): string[] => instanceIdentifiers(name(), config);
  const instances = once(() => describeInstances(aws, identifier()));
  return [
    ...lookUpChanges(config, aws, { network, clusters, instances, dataKey, ownKeyDescription, describeKey }),
    lookUpUsername(config, clusters),
    lookUpClass(config, aws, { region, network, clusters, instances, identifiers }),
    lookUpSnapshot(config, aws, { clusters, describeKey }),
    lookUpParameters(config, aws),
    lookUpLogGroups(config, aws, { clusters, identifier, tags }),
    lookUpSubscriptions(config, aws, () => `${name()}-events`),
    lookUpTopic(config, aws),
    lookUpExtraGroups(config, aws),
  ];
}
