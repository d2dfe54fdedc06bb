import { ACM } from "@aws-sdk/client-acm";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { EC2 } from "@aws-sdk/client-ec2";
import { ECR } from "@aws-sdk/client-ecr";
import { ECS } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAM } from "@aws-sdk/client-iam";
import { OpenSearch } from "@aws-sdk/client-opensearch";
import { RDS } from "@aws-sdk/client-rds";
import { Route53 } from "@aws-sdk/client-route-53";
import { S3 } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { Seeded } from "../seed";
import { emulator } from "./account";

/** AWS's code and words for a call that it refuses, or an empty text where the call succeeds. */
async function refusal(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "",
    ({ name, message }: Error) => `${name}: ${message}`,
  );
}

function clients(endpoint: string, region: string) {
  const config = {
    endpoint,
    region,
    credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
    maxAttempts: 1,
  };
  return {
    acm: new ACM(config),
    ec2: new EC2(config),
    ecr: new ECR(config),
    ecs: new ECS(config),
    elb: new ElasticLoadBalancingV2(config),
    iam: new IAM(config),
    logs: new CloudWatchLogs(config),
    opensearch: new OpenSearch(config),
    rds: new RDS(config),
    route53: new Route53(config),
    s3: new S3({ ...config, forcePathStyle: true }),
  };
}

describe("what AWS refuses, the emulated account refuses:", () => {
  let seeded: Seeded;
  let aws: ReturnType<typeof clients>;

  before(async () => {
    const { account, url } = await emulator();
    seeded = account;
    aws = clients(url, account.region);
  });

  describe("load balancers", () => {
    const create = (Name: string, Subnets: string[], more: object = {}) =>
      aws.elb.createLoadBalancer({ Name, Type: "network", Subnets, ...more });

    it("take one subnet of each zone", async () => {
      const made = await aws.ec2.createSubnet({
        VpcId: seeded.vpcId,
        AvailabilityZone: `${seeded.region}a`,
        CidrBlock: "10.0.200.0/24",
      });
      const second = made.Subnet?.SubnetId ?? "";
      const [first] = seeded.subnetIds.public;
      expect(await refusal(create("zones", [first, second]))).to.equal(
        "InvalidConfigurationRequestException: A load balancer cannot be attached to multiple subnets in the same Availability Zone",
      );
      const { LoadBalancers } = await create("zones", seeded.subnetIds.public);
      const LoadBalancerArn = LoadBalancers?.[0].LoadBalancerArn;
      const subnets = [...seeded.subnetIds.public, second];
      expect(await refusal(aws.elb.setSubnets({ LoadBalancerArn, Subnets: subnets }))).to.match(
        /same Availability Zone/,
      );
      expect(await refusal(aws.elb.setSubnets({ LoadBalancerArn, Subnets: [second] }))).to.match(
        /InvalidConfigurationRequest\w*: You cannot specify an additional subnet from an Availability Zone/,
      );
      await aws.ec2.deleteSubnet({ SubnetId: second });
    });

    it("have IPv6 only in subnets with IPv6", async () => {
      const dualstack = { IpAddressType: "dualstack" } as const;
      const words = "ValidationError: You must specify subnets with an associated IPv6 CIDR block.";
      expect(await refusal(create("six", seeded.subnetIds.public, dualstack))).to.equal(words);
      const { LoadBalancers } = await create("six", seeded.subnetIds.public);
      const { LoadBalancerArn } = LoadBalancers?.[0] ?? {};
      expect(await refusal(aws.elb.setIpAddressType({ LoadBalancerArn, ...dualstack }))).to.equal(words);
    });

    it("find subnets whose IPv6 network is associated", async () => {
      const { Vpc } = await aws.ec2.createVpc({ CidrBlock: "10.99.0.0/16", AmazonProvidedIpv6CidrBlock: true });
      const { Vpcs } = await aws.ec2.describeVpcs({ VpcIds: [Vpc?.VpcId ?? ""] });
      const [{ Ipv6CidrBlock = "" } = {}] = Vpcs?.[0]?.Ipv6CidrBlockAssociationSet ?? [];
      const network = { CidrBlock: "10.99.0.0/24", Ipv6CidrBlock: Ipv6CidrBlock.replace("/56", "/64") };
      const { Subnet } = await aws.ec2.createSubnet({ VpcId: Vpc?.VpcId, ...network });
      const { Subnets } = await aws.ec2.describeSubnets({ SubnetIds: [Subnet?.SubnetId ?? ""] });
      const states = Subnets?.[0]?.Ipv6CidrBlockAssociationSet?.map((each) => each.Ipv6CidrBlockState?.State);
      expect(states).to.deep.equal(["associated"]);
      await aws.ec2.deleteSubnet({ SubnetId: Subnet?.SubnetId });
      await aws.ec2.deleteVpc({ VpcId: Vpc?.VpcId });
    });

    it("have a name of their own, without internal- in front, and each port once", async () => {
      expect(await refusal(create("internal-prod-api-lb", seeded.subnetIds.public))).to.match(
        /^ValidationError: .*cannot begin with 'internal-'/,
      );
      const { LoadBalancers } = await create("internals", seeded.subnetIds.public);
      expect(await refusal(create("internals", seeded.subnetIds.private))).to.match(/^DuplicateLoadBalancerName/);
      const group = await aws.elb.createTargetGroup({
        Name: "internals",
        Port: 80,
        Protocol: "TCP",
        VpcId: seeded.vpcId,
      });
      const listener = {
        LoadBalancerArn: LoadBalancers?.[0].LoadBalancerArn,
        Port: 80,
        Protocol: "TCP",
        DefaultActions: [{ Type: "forward", TargetGroupArn: group.TargetGroups?.[0].TargetGroupArn }],
      } as const;
      await aws.elb.createListener({ ...listener, DefaultActions: [...listener.DefaultActions] });
      const again = aws.elb.createListener({ ...listener, DefaultActions: [...listener.DefaultActions] });
      expect(await refusal(again)).to.match(/^DuplicateListenerException: A listener already exists on this port/);
    });
  });

  describe("ECS", () => {
    const manifest = (sandbox: string) =>
      JSON.stringify({
        schemaVersion: 2,
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        config: {},
        layers: [],
        annotations: { sandbox },
      });
    let targetGroupArn: string;
    let definition: string;

    const register = async (family: string, image: string, executionRoleArn?: string) => {
      const { taskDefinition } = await aws.ecs.registerTaskDefinition({
        family,
        executionRoleArn,
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        cpu: "256",
        memory: "512",
        containerDefinitions: [{ name: "api", image, portMappings: [{ containerPort: 8080 }] }],
      });
      return taskDefinition?.taskDefinitionArn ?? "";
    };
    const serviceOf = (serviceName: string, taskDefinition = definition, subnets = seeded.subnetIds.private) => ({
      cluster: "refusals",
      serviceName,
      taskDefinition,
      desiredCount: 3,
      launchType: "FARGATE" as const,
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
      networkConfiguration: { awsvpcConfiguration: { subnets, securityGroups: [] } },
      loadBalancers: [{ targetGroupArn, containerName: "api", containerPort: 8080 }],
    });
    const primary = async (service: string) =>
      (await aws.ecs.describeServices({ cluster: "refusals", services: [service] })).services?.[0];
    const health = async () =>
      (await aws.elb.describeTargetHealth({ TargetGroupArn: targetGroupArn })).TargetHealthDescriptions?.map(
        ({ TargetHealth: found }) => [found?.State, found?.Reason, found?.Description].filter(Boolean).join(" "),
      );
    const balance = async (name: string, Subnets: string[]) => {
      const { LoadBalancers } = await aws.elb.createLoadBalancer({ Name: name, Type: "network", Subnets });
      const LoadBalancerArn = LoadBalancers?.[0].LoadBalancerArn ?? "";
      await aws.elb.createListener({
        LoadBalancerArn,
        Port: 443,
        Protocol: "TCP",
        DefaultActions: [{ Type: "forward", TargetGroupArn: targetGroupArn }],
      });
      return LoadBalancerArn;
    };
    const group = async (name: string) => {
      const { TargetGroups } = await aws.elb.createTargetGroup({
        Name: name,
        Port: 8080,
        Protocol: "TCP",
        TargetType: "ip",
        VpcId: seeded.vpcId,
      });
      return TargetGroups?.[0].TargetGroupArn ?? "";
    };

    before(async () => {
      await aws.ecs.createCluster({ clusterName: "refusals" });
      definition = await register("refusals", "docker.io/library/nginx:1");
    });

    it("has no service whose target group no load balancer sends to", async () => {
      targetGroupArn = await group("refusals");
      expect(await refusal(aws.ecs.createService(serviceOf("unused")))).to.equal(
        `InvalidParameterException: The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
      );
    });

    it("waits for targets in zones that the load balancer lacks", async () => {
      const LoadBalancerArn = await balance("refusals", seeded.subnetIds.public.slice(0, 2));
      await aws.ecs.createService(serviceOf("zones"));
      expect((await primary("zones"))?.deployments?.[0].rolloutState).to.equal("IN_PROGRESS");
      expect(await health()).to.have.members([
        "healthy",
        "healthy",
        "unused Target.NotInUse Target is in an Availability Zone that is not enabled for the load balancer",
      ]);
      await aws.elb.setSubnets({ LoadBalancerArn, Subnets: seeded.subnetIds.public });
      expect((await primary("zones"))?.deployments?.[0].rolloutState).to.equal("COMPLETED");
      expect(await health()).to.deep.equal(["healthy", "healthy", "healthy"]);
    });

    it("has tasks of no use once the listener sends elsewhere", async () => {
      const balancers = await aws.elb.describeLoadBalancers({ Names: ["refusals"] });
      const { Listeners } = await aws.elb.describeListeners({
        LoadBalancerArn: balancers.LoadBalancers?.[0].LoadBalancerArn,
      });
      const other = await group("refusals-other");
      const listener = { ListenerArn: Listeners?.[0].ListenerArn };
      const to = (TargetGroupArn: string) =>
        aws.elb.modifyListener({ ...listener, DefaultActions: [{ Type: "forward", TargetGroupArn }] });
      await to(other);
      const words = "unused Target.NotInUse Target group is not configured to receive traffic from the load balancer";
      expect(await health()).to.deep.equal([words, words, words]);
      await to(targetGroupArn);
    });

    it("doesn't try a first deployment again that failed, until it is forced to", async () => {
      const repositoryName = "refusals";
      const push = (sandbox: string) =>
        aws.ecr.putImage({ repositoryName, imageTag: "1", imageManifest: manifest(sandbox) });
      await aws.ecr.createRepository({ repositoryName });
      await push("exits with 1");
      const image = `${seeded.accountId}.dkr.ecr.${seeded.region}.amazonaws.com/${repositoryName}`;
      const first = await register("first", `${image}:1`);
      await aws.ecs.createService({ ...serviceOf("first", first), loadBalancers: [] });
      expect((await primary("first"))?.deployments?.[0]).to.include({ rolloutState: "FAILED", runningCount: 0 });

      await aws.ecr.batchDeleteImage({ repositoryName, imageIds: [{ imageTag: "1" }] });
      await push("runs");
      const service = { cluster: "refusals", service: "first" };
      await aws.ecs.updateService({ ...service, taskDefinition: first });
      expect((await primary("first"))?.deployments?.[0]).to.include({ rolloutState: "FAILED", runningCount: 0 });
      await aws.ecs.updateService({ ...service, forceNewDeployment: true });
      expect((await primary("first"))?.deployments?.[0]).to.include({ rolloutState: "COMPLETED", runningCount: 3 });

      const digest = (await aws.ecr.describeImages({ repositoryName })).imageDetails?.[0].imageDigest ?? "";
      const pinned = await register("first", `${image}:1@${digest}`);
      await aws.ecs.updateService({ ...service, taskDefinition: pinned });
      expect((await primary("first"))?.deployments?.[0]).to.include({
        rolloutState: "COMPLETED",
        taskDefinition: pinned,
      });

      const missing = await register("first", `${image}:2`);
      await aws.ecs.updateService({ ...service, taskDefinition: missing });
      const rolledBack = await primary("first");
      expect(rolledBack).to.include({ taskDefinition: pinned, runningCount: 3 });
      expect(rolledBack?.deployments?.map(({ rolloutState }) => rolloutState)).to.deep.equal(["COMPLETED", "FAILED"]);
      expect(rolledBack?.deployments?.[0].rolloutStateReason).to.match(/rolling back/);
    });

    it("doesn't know a role at once that was just made", async () => {
      const role = await aws.iam.createRole({ RoleName: "execution", AssumeRolePolicyDocument: "{}" });
      const taskDefinition = await register("role", "docker.io/library/nginx:1", role.Role?.Arn);
      const task = {
        cluster: "refusals",
        taskDefinition,
        launchType: "FARGATE" as const,
        networkConfiguration: { awsvpcConfiguration: { subnets: seeded.subnetIds.private, securityGroups: [] } },
      };
      expect(await refusal(aws.ecs.runTask(task))).to.match(
        /^ClientException: ECS was unable to assume the role 'arn:.*role\/execution' that was provided for this task/,
      );
      expect((await aws.ecs.runTask(task)).tasks).to.have.length(1);
    });

    it("keeps the configuration of a cluster that an update doesn't name", async () => {
      const configuration = { executeCommandConfiguration: { logging: "NONE" as const } };
      const changed = async (more: object) => (await aws.ecs.updateCluster({ cluster: "refusals", ...more })).cluster;
      await changed({ configuration });
      await changed({ settings: [{ name: "containerInsights", value: "disabled" }] });
      const { clusters } = await aws.ecs.describeClusters({ clusters: ["refusals"], include: ["CONFIGURATIONS"] });
      expect(clusters?.[0].configuration).to.deep.equal(configuration);
    });
  });

  describe("databases", () => {
    const cluster = (DBClusterIdentifier: string, more: object = {}) => ({
      DBClusterIdentifier,
      Engine: "aurora-mysql",
      EngineVersion: "8.0.mysql_aurora.3.11.0",
      MasterUsername: "admin",
      MasterUserPassword: "password1",
      ...more,
    });

    before(() => aws.rds.createDBCluster(cluster("refusals")));

    for (const identifier of ["a--b", "prod-", "1st", "_x"]) {
      it(`have no identifier such as ${identifier}`, async () => {
        const words = /^InvalidParameterValue: The parameter \w+ is not a valid identifier/;
        const snapshot = { DBClusterIdentifier: "refusals", DBClusterSnapshotIdentifier: identifier };
        const family = { DBParameterGroupFamily: "aurora-mysql8.0", Description: "test" };
        const instance = { DBInstanceIdentifier: identifier, DBInstanceClass: "db.r6g.large", Engine: "aurora-mysql" };
        const refused = [
          await refusal(aws.rds.createDBCluster(cluster(identifier))),
          await refusal(aws.rds.createDBInstance(instance)),
          await refusal(aws.rds.createDBClusterSnapshot(snapshot)),
          await refusal(aws.rds.createDBClusterParameterGroup({ ...family, DBClusterParameterGroupName: identifier })),
          await refusal(
            aws.rds.deleteDBCluster({ DBClusterIdentifier: "refusals", FinalDBSnapshotIdentifier: identifier }),
          ),
        ];
        for (const answer of refused) expect(answer).to.match(words);
      });
    }

    it("aren't made twice, however the name is written", async () => {
      expect(await refusal(aws.rds.createDBCluster(cluster("Refusals")))).to.match(/^DBClusterAlreadyExistsFault/);
    });

    it("aren't restored to an older version than the snapshot's", async () => {
      const SnapshotIdentifier = "refusals-1";
      await aws.rds.createDBClusterSnapshot({
        DBClusterIdentifier: "refusals",
        DBClusterSnapshotIdentifier: SnapshotIdentifier,
      });
      const restored = (EngineVersion?: string) =>
        aws.rds.restoreDBClusterFromSnapshot({
          DBClusterIdentifier: "restored",
          Engine: "aurora-mysql",
          SnapshotIdentifier,
          EngineVersion,
        });
      expect(await refusal(restored("8.0.mysql_aurora.3.10.4"))).to.equal(
        "InvalidParameterCombination: The engine version you requested for your restored DB cluster (8.0.mysql_aurora.3.10.4) " +
          "is earlier than the engine version of the DB cluster snapshot (8.0.mysql_aurora.3.11.0).",
      );
      expect(await refusal(restored("8.0.mysql_aurora.3.11.0"))).to.equal("");
    });

    it("go back to standard storage by its name only", async () => {
      const storage = async (StorageType?: string) =>
        (await aws.rds.modifyDBCluster({ DBClusterIdentifier: "refusals", StorageType })).DBCluster?.StorageType;
      expect(await storage("aurora-iopt1")).to.equal("aurora-iopt1");
      expect(await storage()).to.equal("aurora-iopt1");
      expect(await refusal(storage(""))).to.match(/^InvalidParameterValue: Invalid storage type/);
      expect(await storage("aurora")).to.equal("aurora");
    });

    it("call a parameter the engine's default that is set to just that", async () => {
      const DBClusterParameterGroupName = "refusals";
      const family = { DBParameterGroupFamily: "aurora-mysql8.0", Description: "test" };
      await aws.rds.createDBClusterParameterGroup({ ...family, DBClusterParameterGroupName });
      const set = (ParameterName: string, ParameterValue: string) => ({
        ParameterName,
        ParameterValue,
        ApplyMethod: "immediate" as const,
      });
      await aws.rds.modifyDBClusterParameterGroup({
        DBClusterParameterGroupName,
        Parameters: [set("general_log", "0"), set("require_secure_transport", "ON"), set("slow_query_log", "1")],
      });
      const of = async (Source?: string) =>
        (await aws.rds.describeDBClusterParameters({ DBClusterParameterGroupName, Source })).Parameters?.map(
          ({ ParameterName }) => ParameterName,
        );
      expect(await of("user")).to.have.members(["require_secure_transport", "slow_query_log"]);
      expect(await of("engine-default")).to.deep.equal(["general_log"]);
      expect(await of()).to.have.length(3);
    });

    it("have twenty event subscriptions in a region, together", async () => {
      const subscribe = (SubscriptionName: string) =>
        aws.rds.createEventSubscription({ SubscriptionName, SnsTopicArn: "arn:aws:sns:us-east-1:123456789012:t" });
      const names = Array.from({ length: 20 }, (_, index) => `refusals-${index}`);
      for (const name of names) await subscribe(name);
      expect(await refusal(subscribe("one-more"))).to.match(/^EventSubscriptionQuotaExceeded/);
      for (const SubscriptionName of names) await aws.rds.deleteEventSubscription({ SubscriptionName });
    });
  });

  describe("networks", () => {
    const group = (GroupName: string) =>
      aws.ec2.createSecurityGroup({ GroupName, Description: "test", VpcId: seeded.vpcId });

    it("have no security group named like an id, and no two whose names differ in case", async () => {
      expect(await refusal(group("sg-prod-api"))).to.equal(
        "InvalidParameterValue: Value (sg-prod-api) for parameter GroupName is invalid. Group names may not be in the format sg-*.",
      );
      expect(await refusal(group("api-sg-1"))).to.equal("");
      expect(await refusal(group("API-sg-1"))).to.match(/^InvalidGroup.Duplicate/);
    });

    it("have one private name for a service", async () => {
      const endpoint = (PrivateDnsEnabled: boolean) =>
        aws.ec2.createVpcEndpoint({
          VpcEndpointType: "Interface",
          ServiceName: `com.amazonaws.${seeded.region}.ssm`,
          VpcId: seeded.vpcId,
          SubnetIds: [seeded.subnetIds.private[0]],
          PrivateDnsEnabled,
        });
      const made = await endpoint(true);
      expect(await refusal(endpoint(true))).to.equal(
        "InvalidParameter: private-dns-enabled cannot be set because there is already a conflicting DNS domain for " +
          `ssm.${seeded.region}.amazonaws.com in the VPC ${seeded.vpcId}`,
      );
      const other = await endpoint(false);
      const ids = [made, other].map(({ VpcEndpoint }) => VpcEndpoint?.VpcEndpointId ?? "");
      await aws.ec2.deleteVpcEndpoints({ VpcEndpointIds: ids });
    });
  });

  describe("names, certificates and roles", () => {
    it("have no record twice, unless it is to be overwritten", async () => {
      const change = (Action: "CREATE" | "UPSERT" | "DELETE", Name: string) =>
        aws.route53.changeResourceRecordSets({
          HostedZoneId: seeded.zone.id,
          ChangeBatch: {
            Changes: [
              {
                Action,
                ResourceRecordSet: { Name, Type: "CNAME", TTL: 60, ResourceRecords: [{ Value: "a.example.com" }] },
              },
            ],
          },
        });
      await change("CREATE", `proof.${seeded.zone.name}`);
      expect(await refusal(change("CREATE", `Proof.${seeded.zone.name}.`))).to.equal(
        `InvalidChangeBatch: [Tried to create resource record set [name='proof.${seeded.zone.name}.', type='CNAME'] ` +
          "but it already exists]",
      );
      expect(await refusal(change("UPSERT", `proof.${seeded.zone.name}`))).to.equal("");
      await change("DELETE", `proof.${seeded.zone.name}`);
    });

    it("have one proof for a domain and its wildcard in the account", async () => {
      const proof = async (DomainName: string) => {
        const { CertificateArn } = await aws.acm.requestCertificate({ DomainName, ValidationMethod: "DNS" });
        const { Certificate } = await aws.acm.describeCertificate({ CertificateArn });
        return Certificate?.DomainValidationOptions?.[0].ResourceRecord;
      };
      expect(await proof("*.proof.example.com")).to.deep.equal(await proof("proof.example.com"));
    });

    it("have no role twice, and no tag twice, however they are written", async () => {
      const role = (RoleName: string, ...keys: string[]) =>
        aws.iam.createRole({
          RoleName,
          AssumeRolePolicyDocument: "{}",
          Tags: keys.map((Key) => ({ Key, Value: "x" })),
        });
      expect(await refusal(role("tags", "project", "Project"))).to.equal(
        "InvalidInputException: Duplicate tag keys found. Please note that Tag keys are case insensitive.",
      );
      expect(await refusal(role("tags", "project", "stack"))).to.equal("");
      expect(await refusal(role("Tags"))).to.match(/^EntityAlreadyExistsException: Role with name Tags already exists/);
    });

    it("have one role of OpenSearch's, which a domain in a VPC needs as long as it lives", async () => {
      const AWSServiceName = "opensearchservice.amazonaws.com";
      const RoleName = "AWSServiceRoleForAmazonOpenSearchService";
      const VPCOptions = { SubnetIds: [seeded.subnetIds.private[0]] };
      const domain = () => aws.opensearch.createDomain({ DomainName: "refusals", VPCOptions });
      await aws.iam.deleteServiceLinkedRole({ RoleName }).catch(() => undefined);
      expect(await refusal(domain())).to.equal(
        "ValidationException: Before you can proceed, you must enable a service-linked role to give Amazon OpenSearch Service " +
          "permissions to access your VPC.",
      );
      await aws.iam.createServiceLinkedRole({ AWSServiceName });
      expect(await refusal(aws.iam.createServiceLinkedRole({ AWSServiceName }))).to.equal(
        `InvalidInputException: Service role name ${RoleName} has been taken in this account, please try a different suffix.`,
      );
      await domain();
      const removed = async () => {
        const { DeletionTaskId } = await aws.iam.deleteServiceLinkedRole({ RoleName });
        return (await aws.iam.getServiceLinkedRoleDeletionStatus({ DeletionTaskId })).Status;
      };
      expect(await removed()).to.equal("FAILED");
      expect((await aws.iam.getRole({ RoleName })).Role?.RoleName).to.equal(RoleName);
      await aws.opensearch.deleteDomain({ DomainName: "refusals" });
      expect(await removed()).to.equal("SUCCEEDED");
    });
  });

  describe("logs and buckets", () => {
    it("let ten policies of the account's logs exist in a region", async () => {
      const { resourcePolicies: held = [] } = await aws.logs.describeResourcePolicies({});
      const put = (policyName: string) => aws.logs.putResourcePolicy({ policyName, policyDocument: "{}" });
      const names = Array.from({ length: 10 - held.length }, (_, index) => `refusals-${index}`);
      for (const name of names) await put(name);
      expect(await refusal(put("one-more"))).to.match(/^LimitExceededException: Resource limit exceeded/);
      for (const policyName of names) await aws.logs.deleteResourcePolicy({ policyName });
    });

    it("say which bucket is the account's own already", async () => {
      const { url } = await emulator();
      const { s3 } = clients(url, "eu-central-1");
      const bucket = {
        Bucket: "refusals-own",
        CreateBucketConfiguration: { LocationConstraint: "eu-central-1" as const },
      };
      await s3.createBucket(bucket);
      expect(await refusal(s3.createBucket(bucket))).to.match(/^BucketAlreadyOwnedByYou/);
    });

    it("replicate to versioned buckets only, and what is locked to locked ones only", async () => {
      const bucket = async (Bucket: string, ObjectLockEnabledForBucket: boolean) => {
        await aws.s3.createBucket({ Bucket, ObjectLockEnabledForBucket });
        return Bucket;
      };
      const source = await bucket("refusals-source", true);
      const copy = await bucket("refusals-copy", false);
      const replicate = (to: string) =>
        aws.s3.putBucketReplication({
          Bucket: source,
          ReplicationConfiguration: {
            Role: "arn:aws:iam::123456789012:role/replication",
            Rules: [
              { Status: "Enabled", Priority: 1, Filter: { Prefix: "" }, Destination: { Bucket: `arn:aws:s3:::${to}` } },
            ],
          },
        });
      expect(await refusal(replicate(copy))).to.equal(
        "InvalidRequest: Destination bucket must have versioning enabled.",
      );
      await aws.s3.putBucketVersioning({ Bucket: copy, VersioningConfiguration: { Status: "Enabled" } });
      expect(await refusal(replicate(copy))).to.equal(
        "InvalidRequest: Destination bucket must have Object Lock enabled.",
      );
      expect(await refusal(replicate(await bucket("refusals-locked", true)))).to.equal("");
    });
  });
});
