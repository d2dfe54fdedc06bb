import { accountId, Partition, partitions, Values } from "@selfhosted/common/testing";

export const vpcId = "vpc-0123456789abcdef0";
const zones = ["a", "b", "c"];
const kinds = ["public", "private", "isolated"] as const;
type Kind = (typeof kinds)[number];

/** Three subnets of each kind, in three zones. */
export const subnetIds: Record<Kind, string[]> = {
  public: ["subnet-0000000000000000a", "subnet-0000000000000000b", "subnet-0000000000000000c"],
  private: ["subnet-1000000000000000a", "subnet-1000000000000000b", "subnet-1000000000000000c"],
  isolated: ["subnet-2000000000000000a", "subnet-2000000000000000b", "subnet-2000000000000000c"],
};

/** Of the account, for all OpenSearch domains. */
const searchRole = "AWSServiceRoleForAmazonOpenSearchService";

const routeTables: Record<string, { subnets: string[]; main: boolean; gatewayId: string; natGatewayId: string }> = {
  "rtb-public": { subnets: subnetIds.public, main: false, gatewayId: "igw-1", natGatewayId: "" },
  "rtb-private": { subnets: subnetIds.private, main: false, gatewayId: "", natGatewayId: "nat-1" },
  // The isolated subnets follow the main table, as they do in many accounts.
  "rtb-main": { subnets: [], main: true, gatewayId: "", natGatewayId: "" },
};

/** What a data source answers, by its token; `undefined` is answered as AWS says that there is none. */
export type Calls = Record<string, (args: Values) => Values>;

/** An account that holds what the installation needs, and nothing else. */
export function account(partition: Partition): Calls {
  const { region } = partitions[partition];
  return {
    "aws:ec2/getVpc:getVpc": ({ id }) => vpc(String(id)),
    "aws:ec2/getSubnet:getSubnet": ({ id }) => subnet(String(id), region),
    "aws:ec2/getRouteTables:getRouteTables": () => ({ ids: Object.keys(routeTables) }),
    "aws:ec2/getRouteTable:getRouteTable": ({ routeTableId }) => routeTable(String(routeTableId)),
    "aws:ec2/getVpcEndpointService:getVpcEndpointService": (args) => endpointService(args, region),
    "aws:ec2/getVpcEndpoint:getVpcEndpoint": () => nothing("no matching EC2 VPC Endpoint found"),
    "aws:iam/getRoles:getRoles": ({ pathPrefix }) => ({
      names: pathPrefix === "/aws-service-role/opensearchservice.amazonaws.com/" ? [searchRole] : [],
    }),
    "aws:kms/getKey:getKey": ({ keyId }) => key(String(keyId), partition),
    "aws:rds/getClusters:getClusters": () => ({ clusterIdentifiers: [], clusterArns: [] }),
    "aws:rds/getClusterSnapshot:getClusterSnapshot": (args) => clusterSnapshot(args),
    "aws:rds/getOrderableDbInstance:getOrderableDbInstance": (args) => orderable(args, region),
    "aws:s3/getBucket:getBucket": ({ bucket }) => ({ bucket, bucketRegion: region }),
  };
}

/** The way in which the provider says that AWS has no such thing; `details` is what the SDK shows of an answer by gRPC. */
export function nothing(message: string): never {
  throw new Error(message);
}

export function vpc(id: string): Values {
  if (id !== vpcId) {
    return nothing("no matching EC2 VPC found");
  }
  const cidrBlockAssociations = [{ cidrBlock: "10.0.0.0/16", associationId: "", state: "associated" }];
  return { id, enableDnsSupport: true, enableDnsHostnames: true, cidrBlockAssociations };
}

export function subnet(id: string, region: string): Values {
  const kind = kinds.find((each) => subnetIds[each].includes(id));
  if (kind === undefined) {
    return nothing("no matching EC2 Subnet found");
  }
  const availabilityZone = `${region}${zones[subnetIds[kind].indexOf(id)]}`;
  return { id, vpcId, availabilityZone, ipv6CidrBlock: kind === "isolated" ? "" : "2001:db8::/64" };
}

export function routeTable(id: string): Values {
  const { subnets, main, gatewayId, natGatewayId } = routeTables[id] ?? nothing("no matching EC2 Route Table found");
  return {
    id,
    associations: [{ subnetId: "", main }, ...subnets.map((subnetId) => ({ subnetId, main: false }))],
    routes: [
      ...(gatewayId || natGatewayId ? [route({ cidrBlock: "0.0.0.0/0", gatewayId, natGatewayId })] : []),
      ...(gatewayId ? [route({ ipv6CidrBlock: "::/0", gatewayId })] : []),
    ],
  };
}

/** A route as the provider gives it: what it hasn't is empty. */
export function route(values: Values): Values {
  return { cidrBlock: "", ipv6CidrBlock: "", gatewayId: "", natGatewayId: "", vpcEndpointId: "", ...values };
}

export function key(keyId: string, partition: Partition): Values {
  const { region } = partitions[partition];
  const prefix = `arn:${partition}:kms:${region}:${accountId}:key/`;
  if (keyId.startsWith("arn:") && !keyId.startsWith(prefix)) {
    return nothing("NotFoundException");
  }
  return {
    arn: `${prefix}${keyId.replace(prefix, "").replace(/^alias\//, "id-of-")}`,
    description: "",
    enabled: true,
    keyState: "Enabled",
    keySpec: "SYMMETRIC_DEFAULT",
    keyUsage: "ENCRYPT_DECRYPT",
    keyManager: "CUSTOMER",
  };
}

export const snapshotKey = "arn:aws:kms:eu-central-1:111122223333:key/of-the-snapshot";

/** An available snapshot of the default version. */
export function clusterSnapshot({ dbClusterSnapshotIdentifier }: Values): Values {
  return {
    dbClusterSnapshotIdentifier,
    engine: "aurora-mysql",
    engineVersion: "8.0.mysql_aurora.3.10.4",
    kmsKeyId: snapshotKey,
    status: "available",
    storageEncrypted: true,
  };
}

/** Versions of which new clusters are made. */
const versions = ["3.08.2", "3.09.1", "3.10.4", "3.10.5", "3.12.0"].map((version) => `8.0.mysql_aurora.${version}`);
/** Storage types with the families of classes that take them. */
const families: Record<string, RegExp> = {
  aurora: /^db\.(serverless|[rt]\w+\.)/,
  "aurora-iopt1": /^db\.(serverless|r\w+\.)/,
};

/** The most preferred class that AWS offers for the version and the storage, in every zone. */
export function orderable({ engineVersion, storageType, preferredInstanceClasses }: Values, region: string): Values {
  const family = families[typeof storageType === "string" ? storageType : "aurora"];
  const instanceClass = (preferredInstanceClasses as string[]).find((each) => family?.test(each));
  return instanceClass !== undefined && versions.includes(String(engineVersion))
    ? { engineVersion, instanceClass, availabilityZones: zones.map((zone) => `${region}${zone}`) }
    : nothing("no RDS Orderable DB Instance Options found matching criteria; try different search");
}

interface Filter {
  name: string;
  values: string[];
}

/** As in China, where the names of some services begin with `cn.`. */
export function endpointService({ filters = [] }: Values, region: string): Values {
  const valuesOf = (name: string): string[] => (filters as Filter[]).find((each) => each.name === name)?.values ?? [];
  const chinese = region.startsWith("cn-") && valuesOf("service-name").some((name) => name.includes("ecr"));
  return {
    serviceName: valuesOf("service-name").find((name) => name.startsWith("cn.") === chinese),
    serviceType: valuesOf("service-type")[0],
    availabilityZones: zones.map((zone) => `${region}${zone}`),
    // As in AWS: mail by SMTP knows no principals.
    vpcEndpointPolicySupported: !valuesOf("service-name").some((name) => name.includes("email-smtp")),
  };
}
