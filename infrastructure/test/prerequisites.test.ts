import { Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import {
  Calls,
  clusterSnapshot,
  endpointService,
  key,
  nothing,
  orderable,
  route,
  routeTable,
  snapshotKey,
  subnet,
  subnetIds,
  vpc,
  vpcId,
} from "./account";
import { LayerArgs, refusal, runLayer } from "./layer";

const region = "eu-central-1";
const first = (kind: keyof typeof subnetIds): string => subnetIds[kind][0] ?? "";
const [privateA, privateB, privateC] = subnetIds.private;

/** An account in which one thing differs. */
const withVpc = (values: Values): Calls => ({ "aws:ec2/getVpc:getVpc": () => ({ ...vpc(vpcId), ...values }) });
const withSubnet = (id: string, values: Values): Calls => ({
  "aws:ec2/getSubnet:getSubnet": (args) => ({
    ...subnet(String(args["id"]), region),
    ...(args["id"] === id && values),
  }),
});
const withRoutes = (table: string, ...routes: Values[]): Calls => ({
  "aws:ec2/getRouteTable:getRouteTable": ({ routeTableId }) => ({
    ...routeTable(String(routeTableId)),
    ...(routeTableId === table && { routes: routes.map(route) }),
  }),
});
/** Public and private subnets in zones of these letters. */
const withZones = (publicZones: string[], privateZones: string[]): Calls => ({
  "aws:ec2/getSubnet:getSubnet": ({ id }) => {
    const letters = { ...zonesOf("public", publicZones), ...zonesOf("private", privateZones) };
    const letter = letters[String(id)];
    return { ...subnet(String(id), region), ...(letter && { availabilityZone: `${region}${letter}` }) };
  },
});
const zonesOf = (kind: keyof typeof subnetIds, letters: string[]): Record<string, string> =>
  Object.fromEntries(letters.map((letter, index) => [subnetIds[kind][index] ?? "", letter]));
const withKey = (values: Values): Calls => ({
  "aws:kms/getKey:getKey": ({ keyId }) => ({ ...key(String(keyId), "aws"), ...values }),
});
const deployedWith = (serviceKey: string): Calls => ({
  "aws:iam/getRoles:getRoles": ({ nameRegex }) => ({
    names: nameRegex === "^pulumi-prod-data-access-api$" ? ["pulumi-prod-data-access-api"] : [],
  }),
  "aws:iam/getRole:getRole": ({ name }) => ({ name, tags: { "service-key": serviceKey } }),
});
const withEndpoint = (values: Values): Calls => ({
  "aws:ec2/getVpcEndpoint:getVpcEndpoint": (args) => ({
    ...args,
    id: "vpce-1",
    state: "available",
    tags: {},
    privateDnsEnabled: true,
    routeTableIds: [],
    ...values,
  }),
});

/** Private subnets without a way out. */
const closed = withRoutes("rtb-private", { cidrBlock: "10.0.0.0/16", gatewayId: "local" });
const severalFor = (service: string): Calls => ({
  "aws:ec2/getVpcEndpoint:getVpcEndpoint": ({ serviceName, tags }) =>
    nothing(
      String(serviceName).endsWith(service) && tags === undefined
        ? "multiple EC2 VPC Endpoints matched; use additional constraints"
        : "no matching EC2 VPC Endpoint found",
    ),
});

const withSnapshot = (values: Values): LayerArgs => ({
  config: { databaseRestoreFromSnapshot: "before-the-fire" },
  calls: { "aws:rds/getClusterSnapshot:getClusterSnapshot": (args) => ({ ...clusterSnapshot(args), ...values }) },
});
const withOffer = (values: Values): Calls => ({
  "aws:rds/getOrderableDbInstance:getOrderableDbInstance": (args) => ({ ...orderable(args, region), ...values }),
});
const ownKey = "arn:aws:kms:eu-central-1:111122223333:key/own";
/** A cluster with two instances, as the defaults make it. */
const deployedCluster = (engineVersion: string, values: Values = {}): Calls => ({
  "aws:rds/getClusters:getClusters": ({ filters }) => ({
    clusterIdentifiers: JSON.stringify(filters).includes('"pulumi-prod-database-cluster"')
      ? ["pulumi-prod-database-cluster"]
      : [],
  }),
  "aws:rds/getCluster:getCluster": ({ clusterIdentifier }) => ({
    clusterIdentifier,
    engineVersion,
    clusterMembers: ["pulumi-prod-database-instance-1", "pulumi-prod-database-instance-2"],
    masterUsername: "pulumi_admin",
    kmsKeyId: ownKey,
    ...values,
  }),
  "aws:rds/getInstance:getInstance": ({ dbInstanceIdentifier }) => ({
    dbInstanceIdentifier,
    dbInstanceClass: "db.r6g.large",
    availabilityZone: `${region}${dbInstanceIdentifier === "pulumi-prod-database-instance-1" ? "a" : "b"}`,
  }),
  "aws:kms/getKey:getKey": ({ keyId }) => ({
    ...key(String(keyId), "aws"),
    ...(keyId === ownKey && { description: "pulumi-prod-data-key: data at rest" }),
  }),
});
const auditGroup = "/aws/rds/cluster/pulumi-prod-database-cluster/audit";
const withAuditGroup = (tags: Values): Calls => ({
  "aws:cloudwatch/getLogGroups:getLogGroups": () => ({ logGroupNames: [auditGroup], arns: [] }),
  "aws:cloudwatch/getLogGroup:getLogGroup": ({ name }) => ({ name, tags }),
});

const unfit: [string, LayerArgs, RegExp][] = [
  [
    "a VPC that isn't there",
    { config: { vpcId: "vpc-00000000000000000" } },
    /vpcId: vpc-00000000000000000 can't be read; AWS said: no matching EC2 VPC found/,
  ],
  [
    "a VPC without DNS host names",
    { calls: withVpc({ enableDnsHostnames: false }) },
    /vpcId: DNS resolution and DNS host names must both be on in vpc-0123456789abcdef0/,
  ],
  [
    "routes that may not be read",
    { calls: { "aws:ec2/getRouteTables:getRouteTables": () => nothing("UnauthorizedOperation") } },
    /vpcId: routes of vpc-0123456789abcdef0 can't be read; AWS said: UnauthorizedOperation/,
  ],
  [
    "a subnet that isn't there",
    { config: { privateSubnetIds: [...subnetIds.private, "subnet-99999999999999999"] } },
    /privateSubnetIds: subnet-99999999999999999 can't be read; AWS said: no matching EC2 Subnet found/,
  ],
  [
    "a subnet of another VPC",
    { calls: withSubnet(first("private"), { vpcId: "vpc-other" }) },
    /privateSubnetIds: subnet-1000000000000000a is in vpc-other, not in vpc-0123456789abcdef0/,
  ],
  [
    "isolated subnets in one zone",
    {
      config: { isolatedSubnetIds: subnetIds.isolated.slice(0, 2) },
      calls: withSubnet(subnetIds.isolated[1] ?? "", { availabilityZone: `${region}a` }),
    },
    /isolatedSubnetIds: all subnets are in zone eu-central-1a; allowed: two zones or more/,
  ],
  [
    "an isolated subnet with a way out",
    { calls: withRoutes("rtb-main", { cidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" }) },
    /isolatedSubnetIds: subnet-2000000000000000a has a default route; a subnet for the database must have no way out/,
  ],
  [
    "an isolated subnet with a way out by IPv6",
    { calls: withRoutes("rtb-main", { ipv6CidrBlock: "::/0", egressOnlyGatewayId: "eigw-1" }) },
    /isolatedSubnetIds: subnet-2000000000000000a has a default route/,
  ],
  [
    "a public subnet without a way out",
    { calls: withRoutes("rtb-public", { cidrBlock: "10.0.0.0/16", gatewayId: "local" }) },
    /publicSubnetIds: subnet-0000000000000000a has no default route to an internet gateway/,
  ],
  [
    "public subnets behind a firewall, where nobody said so",
    { calls: withRoutes("rtb-public", { cidrBlock: "0.0.0.0/0", vpcEndpointId: "vpce-1" }) },
    /publicSubnetIds: subnet-0000000000000000a has its default route through vpce-1, .*\n +fix: .*publicSubnetsBehindFirewall true/,
  ],
  [
    "public subnets that only IPv6 leaves",
    { calls: withRoutes("rtb-public", { ipv6CidrBlock: "::/0", gatewayId: "igw-1" }) },
    /publicSubnetIds: subnet-0000000000000000a has no default route to an internet gateway/,
  ],
  [
    "a private subnet that is public by IPv6, with NAT beside it",
    {
      calls: withRoutes(
        "rtb-private",
        { cidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" },
        { ipv6CidrBlock: "::/0", gatewayId: "igw-1" },
      ),
    },
    /privateSubnetIds: subnet-1000000000000000a has a default route to an internet gateway/,
  ],
  [
    "an isolated subnet with a way out through a firewall",
    { calls: withRoutes("rtb-main", { cidrBlock: "0.0.0.0/0", vpcEndpointId: "vpce-1" }) },
    /isolatedSubnetIds: subnet-2000000000000000a has a default route/,
  ],
  [
    "an isolated subnet with a way out by halves",
    { calls: withRoutes("rtb-main", { cidrBlock: "0.0.0.0/1" }, { cidrBlock: "128.0.0.0/1" }) },
    /isolatedSubnetIds: subnet-2000000000000000a has a default route/,
  ],
  [
    "public and private subnets with one zone in common",
    { calls: withZones(["a", "b", "b"], ["b", "c", "d"]) },
    /has 1 problem:[^]*publicSubnetIds: found zones eu-central-1a, eu-central-1b, and private subnets in eu-central-1b, eu-central-1c, eu-central-1d; .* two zones or more in which both/,
  ],
  [
    "public and private subnets without a zone in common",
    {
      config: { privateSubnetIds: subnetIds.private.slice(0, 2) },
      calls: withZones(["a", "b", "a"], ["c", "d"]),
    },
    /has 1 problem:[^]*publicSubnetIds: found zones/,
  ],
  [
    "public subnets in one zone, which is one problem and not two",
    { calls: withZones(["a", "a", "a"], ["a", "b", "c"]) },
    /has 1 problem:[^]*publicSubnetIds: all subnets are in zone eu-central-1a/,
  ],
  [
    "a private subnet that is public",
    { calls: withRoutes("rtb-private", { cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" }) },
    /privateSubnetIds: subnet-1000000000000000a has a default route to an internet gateway; that makes it a public/,
  ],
  [
    "a service key that isn't there",
    { calls: { "aws:kms/getKey:getKey": () => nothing("NotFoundException") } },
    /serviceKeyId: alias\/service can't be read; AWS said: NotFoundException/,
  ],
  [
    "a disabled key",
    { calls: withKey({ enabled: false, keyState: "Disabled" }) },
    /alias\/service is in state Disabled/,
  ],
  ["a key of AWS", { calls: withKey({ keyManager: "AWS" }) }, /alias\/service is a key that AWS manages/],
  [
    "a key to sign with",
    { calls: withKey({ keySpec: "RSA_2048", keyUsage: "SIGN_VERIFY" }) },
    /alias\/service is for SIGN_VERIFY with RSA_2048; allowed: a symmetric key/,
  ],
  [
    "a key of another region",
    { calls: withKey({ arn: "arn:aws:kms:eu-west-1:111122223333:key/x" }) },
    /alias\/service is in region eu-west-1; allowed: a key in eu-central-1/,
  ],
  [
    "another service key than the deployed one",
    { calls: deployedWith("arn:aws:kms:eu-central-1:111122223333:key/id-of-old") },
    /serviceKeyId: found .*id-of-service, but the service encrypts with .*id-of-old; .*\n +fix: .*confirmServiceKeyChange/,
  ],
  [
    "a bucket of another region",
    {
      config: { bucketEventsName: "mine" },
      calls: { "aws:s3/getBucket:getBucket": ({ bucket }) => ({ bucket, bucketRegion: "eu-west-1" }) },
    },
    /bucketEventsName: mine is in region eu-west-1; allowed: a bucket in eu-central-1/,
  ],
  [
    "a bucket that isn't there",
    {
      config: { bucketLogsName: "mine" },
      calls: { "aws:s3/getBucket:getBucket": () => nothing("couldn't find resource") },
    },
    /bucketLogsName: mine can't be read; AWS said: couldn't find resource/,
  ],
  [
    "an endpoint service that the region lacks",
    {
      config: { endpointsEnabled: true },
      calls: {
        "aws:ec2/getVpcEndpointService:getVpcEndpointService": (args) =>
          JSON.stringify(args).includes(".kms")
            ? nothing("no matching VPC Endpoint Service")
            : endpointService(args, region),
      },
    },
    /endpointsEnabled: service kms can't be read; AWS said: no matching VPC Endpoint Service/,
  ],
  [
    "another's gateway that closed subnets don't use",
    { config: { endpointsEnabled: true }, calls: { ...closed, ...withEndpoint({ routeTableIds: ["rtb-other"] }) } },
    /endpointsEnabled: vpce-1 for s3 is not attached to rtb-private/,
  ],
  [
    "another's endpoint that AWS couldn't make",
    {
      config: { endpointsEnabled: true },
      calls: { ...closed, ...withEndpoint({ routeTableIds: ["rtb-private"], state: "failed" }) },
    },
    /endpointsEnabled: vpce-1 for kms is in state failed; allowed: available/,
  ],
  [
    "a snapshot that isn't there",
    {
      config: { databaseRestoreFromSnapshot: "before-the-fire" },
      calls: { "aws:rds/getClusterSnapshot:getClusterSnapshot": () => nothing("Your query returned no results") },
    },
    /databaseRestoreFromSnapshot: before-the-fire can't be read; AWS said: Your query returned no results/,
  ],
  [
    "a snapshot of a newer version than the cluster is to have",
    withSnapshot({ engineVersion: "8.0.mysql_aurora.3.12.0" }),
    /databaseEngineVersion: found .*3\.10\.4, but the snapshot before-the-fire is of .*3\.12\.0; .*\n +fix: pulumi config set databaseEngineVersion 8\.0\.mysql_aurora\.3\.12\.0\n?$/,
  ],
  [
    "a snapshot of a version that can't be set",
    withSnapshot({ engineVersion: "8.4.mysql_aurora.8.4.7" }),
    /databaseRestoreFromSnapshot: before-the-fire is of version 8\.4\.mysql_aurora\.8\.4\.7; allowed: a version 3/,
  ],
  [
    "a snapshot that isn't ready",
    withSnapshot({ status: "creating" }),
    /databaseRestoreFromSnapshot: before-the-fire is in state creating; allowed: an available snapshot/,
  ],
  [
    "a snapshot of another engine",
    withSnapshot({ engine: "aurora-postgresql", engineVersion: "16.4" }),
    /databaseRestoreFromSnapshot: before-the-fire is of engine aurora-postgresql/,
  ],
  [
    "a snapshot whose key is to be deleted",
    {
      config: { databaseRestoreFromSnapshot: "before-the-fire" },
      calls: {
        "aws:kms/getKey:getKey": ({ keyId }) => ({
          ...key(String(keyId), "aws"),
          ...(keyId === snapshotKey && { keyState: "PendingDeletion" }),
        }),
      },
    },
    /databaseRestoreFromSnapshot: before-the-fire is encrypted with \S+of-the-snapshot, which is in state PendingDeletion; .*\n +fix: aws kms cancel-key-deletion --key-id \S+ && aws kms enable-key/,
  ],
  [
    "a snapshot whose key may not be used",
    {
      config: { databaseRestoreFromSnapshot: "before-the-fire" },
      calls: {
        "aws:kms/getKey:getKey": ({ keyId }) =>
          keyId === snapshotKey ? nothing("AccessDeniedException") : key(String(keyId), "aws"),
      },
    },
    /databaseRestoreFromSnapshot: the key \S+of-the-snapshot of before-the-fire can't be read; AWS said: AccessDenied/,
  ],
  [
    "a class of instances that the region lacks",
    { calls: withOffer({ instanceClass: "db.r7g.large" }) },
    /databaseInstanceClass: AWS doesn't offer db\.r6g\.large for .* in eu-central-1; it has db\.r7g\.large\n +fix: .*Class db\.r7g\.large/,
  ],
  [
    "a serverless database that the region lacks",
    { config: { databaseServerless: true }, calls: withOffer({ instanceClass: "db.r7g.large" }) },
    /databaseServerless: AWS doesn't offer db\.serverless .*\n +fix: pulumi config set databaseServerless false/,
  ],
  [
    "a class that a zone of the database lacks",
    { calls: withOffer({ availabilityZones: [`${region}a`, `${region}c`] }) },
    /databaseInstanceClass: AWS has db\.r6g\.large in eu-central-1a, eu-central-1c, but .* also for eu-central-1b/,
  ],
  [
    "a version that AWS doesn't offer",
    { config: { databaseEngineVersion: "8.0.mysql_aurora.3.10.99" } },
    /databaseEngineVersion: found .*3\.10\.99, for which AWS offers no class of instances in eu-central-1/,
  ],
  [
    "a version that AWS no longer makes clusters of",
    { config: { databaseEngineVersion: "8.0.mysql_aurora.3.03.1" } },
    /databaseEngineVersion: found .*3\.03\.1, for which AWS offers no class of instances in eu-central-1/,
  ],
  [
    "a class that AWS has for the other storage only",
    {
      config: {
        databaseInstanceClass: "db.t4g.medium",
        databaseStorageType: "aurora-iopt1",
      },
    },
    /databaseInstanceClass: AWS doesn't offer db\.t4g\.medium for \S+ with storage aurora-iopt1 .*; it has db\.r7g\.large\n/,
  ],
  [
    "another class for a cluster that exists, which the version it runs doesn't have",
    {
      config: { databaseInstanceClass: "db.r8g.large", databaseEngineVersion: "8.0.mysql_aurora.3.12.0" },
      calls: {
        ...deployedCluster("8.0.mysql_aurora.3.08.2"),
        "aws:rds/getOrderableDbInstance:getOrderableDbInstance": (args) => ({
          ...orderable(args, region),
          ...(args["engineVersion"] === "8.0.mysql_aurora.3.08.2" && { instanceClass: "db.r7g.large" }),
        }),
      },
    },
    /databaseInstanceClass: AWS doesn't offer db\.r8g\.large for 8\.0\.mysql_aurora\.3\.08\.2 .*; it has db\.r7g\.large/,
  ],
  [
    "another class for a cluster that exists, which a zone of its instances lacks",
    {
      config: { databaseInstanceClass: "db.r7g.large" },
      calls: {
        ...deployedCluster("8.0.mysql_aurora.3.10.4"),
        ...withOffer({ availabilityZones: [`${region}a`, `${region}c`] }),
      },
    },
    /databaseInstanceClass: AWS has db\.r7g\.large in eu-central-1a, eu-central-1c, .* also for eu-central-1b/,
  ],
  [
    "another instance for a cluster that exists, in a zone without its class",
    {
      config: { databaseInstanceCount: 3 },
      calls: {
        ...deployedCluster("8.0.mysql_aurora.3.10.4"),
        ...withOffer({ availabilityZones: [`${region}a`, `${region}b`] }),
      },
    },
    /databaseInstanceClass: AWS has db\.r6g\.large in eu-central-1a, eu-central-1b, .* also for eu-central-1c/,
  ],
  [
    "another instance for a cluster of a version that AWS offers no longer",
    { config: { databaseInstanceCount: 3 }, calls: deployedCluster("8.0.mysql_aurora.3.04.0") },
    /databaseEngineVersion: found \S+3\.04\.0, .*; allowed: a newer version .*\n +fix: pulumi config set databaseAutoMinorUpgrade false && pulumi config set databaseEngineVersion <version>/,
  ],
  [
    "another administrator than that of the cluster",
    { calls: deployedCluster("8.0.mysql_aurora.3.10.4", { masterUsername: "old_admin" }) },
    /databaseUsername: found pulumi_admin, but pulumi-prod-database-cluster was made with old_admin, .* would be lost\n +fix: pulumi config set databaseUsername old_admin/,
  ],
  [
    "a key of the customer's in place of the one that encrypts the cluster",
    { config: { dataKeyId: "alias/data" }, calls: deployedCluster("8.0.mysql_aurora.3.10.4") },
    /dataKeyId: found \S+id-of-data, but \S+ was made with \S+key\/own, .*\n +fix: pulumi config rm dataKeyId/,
  ],
  [
    "another key of the customer's than the one that encrypts the cluster",
    {
      config: { dataKeyId: "alias/data" },
      calls: deployedCluster("8.0.mysql_aurora.3.10.4", { kmsKeyId: snapshotKey }),
    },
    /dataKeyId: found \S+id-of-data, but \S+ was made with \S+of-the-snapshot, .*\n +fix: .*set dataKeyId \S+of-the-snapshot/,
  ],
  [
    "a key of the customer's that can't be read, which is one problem and not two",
    {
      config: { dataKeyId: "alias/data" },
      calls: {
        ...deployedCluster("8.0.mysql_aurora.3.10.4", { kmsKeyId: snapshotKey }),
        "aws:kms/getKey:getKey": ({ keyId }) =>
          keyId === "alias/data" ? nothing("AccessDeniedException") : key(String(keyId), "aws"),
      },
    },
    /has 1 problem:[^]*dataKeyId: alias\/data can't be read; AWS said: AccessDeniedException/,
  ],
  [
    "the installation's own key for a cluster that the customer's encrypts",
    { calls: deployedCluster("8.0.mysql_aurora.3.10.4", { kmsKeyId: snapshotKey }) },
    /dataKeyId: found none, but \S+ was made with \S+of-the-snapshot, .*\n +fix: .*set dataKeyId \S+of-the-snapshot/,
  ],
  [
    "a log group from an earlier database",
    { calls: withAuditGroup({}) },
    /databaseLogExports: log group \S+cluster\/audit exists already, .*\n +fix: aws logs delete-log-group --log-group-name \S+audit/,
  ],
  [
    "another's interface that calls by the usual name don't reach",
    {
      config: { endpointsEnabled: true },
      calls: { ...closed, ...withEndpoint({ privateDnsEnabled: false, routeTableIds: ["rtb-private"] }) },
    },
    /endpointsEnabled: vpce-1 for kms has private DNS off, .*\n +fix: aws ec2 modify-vpc-endpoint --vpc-endpoint-id vpce-1 --private-dns-enabled/,
  ],
  [
    "several endpoints of others for a service",
    { config: { endpointsEnabled: true }, calls: { ...closed, ...severalFor(".kms") } },
    /endpointsEnabled: vpc-0123456789abcdef0 has several endpoints for kms, and none of them is this stack's/,
  ],
  [
    "search in an account without the role for it",
    { config: { searchEnabled: true }, calls: { "aws:iam/getRoles:getRoles": () => ({ names: [] }) } },
    /searchEnabled: found true, but the account lacks AWSServiceRoleForAmazonOpenSearchService, .*\n +fix: .*aws iam create-service-linked-role --aws-service-name opensearchservice\.amazonaws\.com/,
  ],
  [
    "private subnets that only IPv6 leaves, though tasks call by IPv4, and no endpoints",
    { calls: withRoutes("rtb-private", { ipv6CidrBlock: "::/0", egressOnlyGatewayId: "eigw-1" }) },
    /endpointsEnabled: found false, but subnet-1000000000000000a, .* have no way out/,
  ],
  [
    "private subnets without a way out, and no endpoints in its place",
    { calls: withRoutes("rtb-private", { natGatewayId: "" }) },
    /endpointsEnabled: found false, but subnet-1000000000000000a, .* have no way out of vpc-\w+, which lacks endpoints for s3, ecr\.api, ecr\.dkr, kms, logs, secretsmanager/,
  ],
];

describe("An account that isn't ready", () => {
  for (const [fault, args, sentence] of unfit) {
    it(`is refused before anything is made: ${fault}`, async () => {
      expect(await refusal(args)).to.match(sentence);
    });
  }

  it("is refused with every problem at once", async () => {
    const message = await refusal({
      config: { bucketLogsName: "mine" },
      calls: {
        ...withVpc({ enableDnsSupport: false }),
        ...withKey({ enabled: false }),
        "aws:s3/getBucket:getBucket": () => nothing("couldn't find resource"),
      },
    });
    expect(message)
      .to.contain("3 problems")
      .and.contain("vpcId:")
      .and.contain("serviceKeyId:")
      .and.contain("bucketLogsName:");
  });
});

describe("The deployed service key", () => {
  const old = "arn:aws:kms:eu-central-1:111122223333:key/id-of-old";

  it("may stay", async () => {
    const { outputs } = await runLayer({ config: { serviceKeyId: "alias/old" }, calls: deployedWith(old) });
    expect(outputs["serviceKeyArn"]).to.equal(old);
  });

  it("may be exchanged where that is confirmed", async () => {
    const { outputs } = await runLayer({ config: { confirmServiceKeyChange: true }, calls: deployedWith(old) });
    expect(outputs["serviceKeyArn"]).to.match(/id-of-service$/);
  });
});

describe("A snapshot to restore", () => {
  it("may be of an older version, and of any that AWS lists by name of its type", async () => {
    const older = withSnapshot({ engineVersion: "5.7.mysql_aurora.2.12.5" });
    const restored = await runLayer(older);
    expect(restored.the("aws:rds/cluster:Cluster").inputs["snapshotIdentifier"]).to.equal("before-the-fire");
    const queries: Values[] = [];
    for (const id of ["rds:pulumi-prod-2026-11-01-03-04", "awsbackup:job-1a2b", "before-the-fire"]) {
      await runLayer({
        config: { databaseRestoreFromSnapshot: id },
        calls: {
          "aws:rds/getClusterSnapshot:getClusterSnapshot": (args) => {
            queries.push(args);
            return clusterSnapshot(args);
          },
        },
      });
    }
    expect(queries.map(({ snapshotType }) => snapshotType)).to.deep.equal(["automated", "awsbackup", undefined]);
  });

  it("isn't asked for any more once the cluster exists", async () => {
    const calls = {
      ...deployedCluster("8.0.mysql_aurora.3.12.0"),
      "aws:rds/getClusterSnapshot:getClusterSnapshot": () => nothing("Your query returned no results"),
      "aws:rds/getOrderableDbInstance:getOrderableDbInstance": () => nothing("no RDS Orderable DB Instance Options"),
    };
    await runLayer({ config: { databaseRestoreFromSnapshot: "before-the-fire" }, calls });
  });
});

describe("A cluster that exists", () => {
  it("may have a version in the configuration, and run one, that AWS no longer makes clusters of", async () => {
    const config = { databaseEngineVersion: "8.0.mysql_aurora.3.03.1" };
    await runLayer({ config, calls: deployedCluster("8.0.mysql_aurora.3.04.0") });
  });

  it("may get another class in the deployment that upgrades it to a version with that class", async () => {
    const config = {
      databaseAutoMinorUpgrade: false,
      databaseEngineVersion: "8.0.mysql_aurora.3.10.4",
      databaseInstanceClass: "db.r8g.large",
    };
    await runLayer({ config, calls: deployedCluster("8.0.mysql_aurora.3.04.0") });
  });

  it("may have an administrator from its snapshot whom the setting doesn't take, and is never replaced for him", async () => {
    const calls = deployedCluster("8.0.mysql_aurora.3.10.4", { masterUsername: "admin" });
    const { the } = await runLayer({ calls });
    expect(the("aws:rds/cluster:Cluster").ignoreChanges).to.include("masterUsername");
  });

  it("may get another port, which AWS changes in place", async () => {
    const { the } = await runLayer({
      config: { databasePort: 3307 },
      calls: deployedCluster("8.0.mysql_aurora.3.10.4"),
    });
    expect(the("aws:rds/cluster:Cluster").inputs["port"]).to.equal(3307);
  });

  it("keeps the customer's key that it was made with", async () => {
    const kmsKeyId = "arn:aws:kms:eu-central-1:111122223333:key/id-of-data";
    const calls = deployedCluster("8.0.mysql_aurora.3.10.4", { kmsKeyId });
    const { the } = await runLayer({ config: { dataKeyId: "alias/data" }, calls });
    expect(the("aws:rds/cluster:Cluster").inputs["kmsKeyId"]).to.equal(kmsKeyId);
  });
});

describe("The fix for a refusal", () => {
  const applied = (config: Values, message: string): Values => {
    const changed = { ...config };
    const commands = /fix: (.*)/.exec(message)?.[1]?.split(" && ") ?? [];
    for (const [, , action, name = "", value] of commands.map((command) => command.split(" "))) {
      changed[name] = action === "rm" ? undefined : value;
    }
    return changed;
  };
  const lacking = (missing: string): Calls => ({
    "aws:rds/getOrderableDbInstance:getOrderableDbInstance": (args) =>
      orderable(
        {
          ...args,
          preferredInstanceClasses: (args["preferredInstanceClasses"] as string[]).filter((each) => each !== missing),
        },
        region,
      ),
  });
  const deployed = (values: Values): Calls => deployedCluster("8.0.mysql_aurora.3.10.4", values);

  for (const [refused, { config = {}, calls }] of Object.entries<LayerArgs>({
    "serverless that the region lacks": { config: { databaseServerless: true }, calls: lacking("db.serverless") },
    "serverless that the region lacks, with capacities": {
      config: { databaseServerless: true, databaseMinCapacity: 4, databaseMaxCapacity: 8 },
      calls: lacking("db.serverless"),
    },
    "a class that the region lacks": { calls: lacking("db.r6g.large") },
    "a newer snapshot": withSnapshot({ engineVersion: "8.0.mysql_aurora.3.12.0" }),
    "another administrator": { calls: deployed({ masterUsername: "old_admin" }) },
    "a key that the cluster wasn't made with": { config: { dataKeyId: "alias/data" }, calls: deployed({}) },
    "the key that the cluster was made with, left out": { calls: deployed({ kmsKeyId: snapshotKey }) },
  })) {
    it(`makes the configuration pass: ${refused}`, async () => {
      const message = await refusal({ config, calls });
      expect(message).to.contain("has 1 problem");
      await runLayer({ config: applied(config, message), calls });
    });
  }
});

describe("The version of a cluster that exists", () => {
  const ignored = async (running: string, config: Values): Promise<string[]> =>
    (await runLayer({ config, calls: deployedCluster(running) })).the("aws:rds/cluster:Cluster").ignoreChanges;
  const pinned = { databaseAutoMinorUpgrade: false, databaseEngineVersion: "8.0.mysql_aurora.3.10.4" };

  it("never goes back where AWS has moved it on", async () => {
    expect(await ignored("8.0.mysql_aurora.3.12.0", pinned)).to.include("engineVersion");
  });

  it("follows the setting up, where AWS is not to move it", async () => {
    expect(await ignored("8.0.mysql_aurora.3.09.1", pinned)).to.not.include("engineVersion");
    expect(await ignored("8.0.mysql_aurora.3.10.4", pinned)).to.not.include("engineVersion");
    expect(await ignored("8.0.mysql_aurora.3.10.4", {})).to.include("engineVersion");
  });
});

describe("A log group that the stack has made", () => {
  it("isn't in its way when an update broke off before the cluster", async () => {
    await runLayer({ calls: withAuditGroup({ project: "pulumi", layer: "infrastructure", stack: "prod" }) });
  });
});

describe("The customer's network", () => {
  it("is handed on as it was found", async () => {
    const { outputs } = await runLayer();
    expect(outputs["network"]).to.deep.equal({
      vpcId,
      publicSubnetIds: subnetIds.public,
      privateSubnetIds: subnetIds.private,
      isolatedSubnetIds: subnetIds.isolated,
      subnets: Object.fromEntries(
        [...subnetIds.public, ...subnetIds.private].map((id) => [id, { zone: `${region}${id.slice(-1)}`, ipv6: true }]),
      ),
      vpcCidrBlocks: ["10.0.0.0/16"],
    });
  });

  for (const [target, values] of Object.entries({
    "a NAT instance": { networkInterfaceId: "eni-1", instanceId: "i-1" },
    "a transit gateway": { transitGatewayId: "tgw-1" },
    "a firewall": { vpcEndpointId: "vpce-1" },
    "a private virtual gateway": { gatewayId: "vgw-1" },
  })) {
    it(`may leave the private subnets by ${target}`, async () => {
      const { outputs } = await runLayer({ calls: withRoutes("rtb-private", { cidrBlock: "0.0.0.0/0", ...values }) });
      expect(outputs).to.have.property("network");
    });
  }

  const elsewhere: [string, LayerArgs, made: number][] = [
    [
      "an endpoint behind a private hosted zone",
      {
        config: { endpointsEnabled: true, endpointsExtraServices: "sts" },
        calls: {
          ...closed,
          "aws:ec2/getVpcEndpoint:getVpcEndpoint": (args) =>
            String(args["serviceName"]).endsWith(".kms")
              ? { id: "vpce-1", state: "available", tags: {}, privateDnsEnabled: false, routeTableIds: [] }
              : nothing("no matching EC2 VPC Endpoint found"),
        },
      },
      6,
    ],
    [
      "a second endpoint for a service",
      { config: { endpointsEnabled: true, endpointsElsewhere: "logs" }, calls: { ...closed, ...severalFor(".kms") } },
      4,
    ],
    ["a default route that a virtual private gateway propagates", { calls: closed }, 0],
  ];
  for (const [way, args, made] of elsewhere) {
    it(`may reach AWS in a way that it doesn't show, by the fix that the refusal prints: ${way}`, async () => {
      const [, endpointsElsewhere] = /endpointsElsewhere (\S+)/.exec(await refusal(args)) ?? [];
      expect(endpointsElsewhere).to.match(/kms/);
      const { ofType } = await runLayer({ ...args, config: { ...args.config, endpointsElsewhere } });
      expect(ofType("aws:ec2/vpcEndpoint:VpcEndpoint")).to.have.length(made);
    });
  }

  it("may have a firewall before the internet gateway, for IPv6 too, where that is said", async () => {
    const config = { publicSubnetsBehindFirewall: true };
    const both = withRoutes(
      "rtb-public",
      { cidrBlock: "0.0.0.0/0", vpcEndpointId: "vpce-1" },
      { ipv6CidrBlock: "::/0", vpcEndpointId: "vpce-1" },
    );
    const ipv6Of = async (calls: Calls): Promise<unknown> => {
      const { outputs } = await runLayer({ config, calls });
      const { subnets } = outputs["network"] as { subnets: Record<string, Values> };
      return subnets[first("public")]?.["ipv6"];
    };
    expect(await ipv6Of(both)).to.equal(true);
    expect(await ipv6Of(withRoutes("rtb-public", { cidrBlock: "0.0.0.0/0", vpcEndpointId: "vpce-1" }))).to.equal(false);
  });

  it("may have an IPv6 default route to the internet gateway before or after that of IPv4", async () => {
    const routes = [
      { ipv6CidrBlock: "::/0", egressOnlyGatewayId: "eigw-1" },
      { cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" },
    ];
    for (const order of [routes, [...routes].reverse()]) {
      const { outputs } = await runLayer({ calls: withRoutes("rtb-public", ...order) });
      expect(outputs).to.have.property("network");
    }
  });

  it("needs no public subnets in a private installation", async () => {
    const { outputs } = await runLayer({ config: { publicSubnetIds: undefined } });
    expect(outputs["network"]).to.deep.include({ publicSubnetIds: [] });
  });

  it("may have several private subnets in a zone; what takes one of each takes the first", async () => {
    const calls = withSubnet(privateC ?? "", { availabilityZone: `${region}a` });
    const { the } = await runLayer({ config: { endpointsEnabled: true }, calls });
    expect(the("aws:ec2/vpcEndpoint:VpcEndpoint", "-kms").inputs["subnetIds"]).to.have.members([privateA, privateB]);
  });
});
