import { unique } from "../unique";
import type { Facts } from "./facts";

/** Where the installation lies. */
export interface Placement {
  vpcId: string;
  publicSubnetIds: string[];
  privateSubnetIds: string[];
  isolatedSubnetIds: string[];
}

/**
 * What the installation uses and doesn't make, by the ids that a state holds: keys have theirs without the ARN before it. It makes no endpoint
 * for a service that has one in the VPC.
 */
export function neededThings({ database, buckets, serviceKey, endpoints }: Facts, place: Placement): string[] {
  const { cluster, instances = [], subnetGroup } = database ?? {};
  const keys = [
    serviceKey?.Arn,
    cluster?.KmsKeyId,
    ...instances.map(({ PerformanceInsightsKMSKeyId: key }) => key),
    ...Object.values(buckets).map(({ keyArn }) => keyArn),
  ];
  const subnets = [
    ...place.publicSubnetIds,
    ...place.privateSubnetIds,
    ...place.isolatedSubnetIds,
    ...(subnetGroup?.Subnets ?? []).map(({ SubnetIdentifier }) => SubnetIdentifier),
  ];
  return [
    ...unique(keys.flatMap((key) => key ?? [])).map(
      (key) => `${key.replace(/^.*:key\//, "")} (KMS key: what it encrypted is lost with it)`,
    ),
    `${place.vpcId} (VPC), its route tables, NAT and internet gateways`,
    ...unique(subnets.flatMap((id) => id ?? [])).map((id) => `${id} (subnet)`),
    ...endpoints.map(({ VpcEndpointId, ServiceName }) => `${VpcEndpointId} (${ServiceName}), and its security groups`),
  ];
}
