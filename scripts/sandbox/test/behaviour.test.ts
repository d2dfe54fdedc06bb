import { expect } from "chai";
import { administratorOf, discardOlder, keepCurrent, readAdministrator } from "../../rotation/administrator";
import type { Seeded } from "../seed";
import { emulator } from "./account";
import { type Clients, clients, policy, refusal } from "./refusals/fixture";

describe("the emulated account behaves as AWS", () => {
  let seeded: Seeded;
  let aws: Clients;

  before(async () => {
    const { account, url } = await emulator();
    seeded = account;
    aws = clients(url, account.region);
  });

  it("with subnets whose IPv6 network is associated", async () => {
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

  it("with records that are made again after they were deleted", async () => {
    const change = (Action: "CREATE" | "DELETE", name: string) =>
      aws.route53.changeResourceRecordSets({
        HostedZoneId: seeded.zone.id,
        ChangeBatch: {
          Changes: [
            {
              Action,
              ResourceRecordSet: {
                Name: `${name}.${seeded.zone.name}`,
                Type: "A",
                TTL: 60,
                ResourceRecords: [{ Value: "192.0.2.1" }],
              },
            },
          ],
        },
      });
    await change("CREATE", "first");
    await change("CREATE", "second");
    await change("DELETE", "first");
    await change("CREATE", "first");
    expect(await refusal(change("CREATE", "first"))).to.match(/^InvalidChangeBatch: .*already exists/);
    await change("DELETE", "first");
    await change("DELETE", "second");
  });

  describe("databases", () => {
    const cluster = (DBClusterIdentifier: string, more: object = {}) => ({
      DBClusterIdentifier,
      Engine: "aurora-mysql",
      EngineVersion: "8.0.mysql_aurora.3.11.1",
      MasterUsername: "admin",
      MasterUserPassword: "password1",
      ...more,
    });

    before(() => aws.rds.createDBCluster(cluster("behaviour")));

    it("go back to standard storage by its name only", async () => {
      const storage = async (StorageType?: string) =>
        (await aws.rds.modifyDBCluster({ DBClusterIdentifier: "behaviour", StorageType })).DBCluster?.StorageType;
      expect(await storage("aurora-iopt1")).to.equal("aurora-iopt1");
      expect(await storage()).to.equal("aurora-iopt1");
      expect(await refusal(storage(""))).to.match(/^InvalidParameterValue: Invalid storage type/);
      expect(await storage("aurora")).to.equal("aurora");
    });

    it("call a parameter the engine's default that is set to just that", async () => {
      const DBClusterParameterGroupName = "behaviour";
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

    it("take a former password for as long as it is kept, and SQL only while their HTTP endpoint is on", async () => {
      const { DBClusters } = await aws.rds.describeDBClusters({ DBClusterIdentifier: "behaviour" });
      const ResourceArn = DBClusters?.[0]?.DBClusterArn ?? "";
      const secretWith = async (password: string) =>
        (
          await aws.secrets.createSecret({
            Name: password,
            SecretString: JSON.stringify({ username: "admin", password }),
          })
        ).ARN;
      const [former, current] = [await secretWith("password1"), await secretWith("password2")];
      const run = (secretArn: string | undefined, sql: string) =>
        aws.rdsData.executeStatement({ resourceArn: ResourceArn, secretArn, sql });
      const kept = async (secret: string | undefined) => {
        const { records: [row = []] = [] } = await run(secret, readAdministrator);
        return administratorOf(row);
      };
      const change = (MasterUserPassword: string) =>
        aws.rds.modifyDBCluster({ DBClusterIdentifier: "behaviour", MasterUserPassword });

      expect(await refusal(kept(former))).to.match(/^HttpEndpointNotEnabledException/);
      await aws.rds.enableHttpEndpoint({ ResourceArn });
      const administrator = await kept(former);
      expect(administrator.kept).to.equal("none");
      expect(await refusal(kept(current))).to.match(/^DatabaseErrorException: Access denied for user 'admin'/);
      await run(former, keepCurrent(administrator));
      expect((await kept(former)).kept).to.equal("current");
      await change("password2");
      expect([(await kept(former)).kept, (await kept(current)).kept]).to.deep.equal(["older", "older"]);
      await run(current, discardOlder);
      expect(await refusal(kept(former))).to.match(/Access denied/);
      await change("password1");
      expect(await refusal(kept(current)), "nothing was kept").to.match(/Access denied/);
      await aws.rds.disableHttpEndpoint({ ResourceArn });
      expect(await refusal(kept(former))).to.match(/^HttpEndpointNotEnabledException/);
    });

    it("have no HTTP endpoint with instances of a T class", async () => {
      const [DBClusterIdentifier, Engine] = ["behaviour-t", "aurora-mysql"];
      const { DBCluster } = await aws.rds.createDBCluster(cluster(DBClusterIdentifier));
      const instance = { DBInstanceIdentifier: "behaviour-t-1", DBInstanceClass: "db.t4g.large" };
      await aws.rds.createDBInstance({ ...instance, DBClusterIdentifier, Engine });
      expect(await refusal(aws.rds.enableHttpEndpoint({ ResourceArn: DBCluster?.DBClusterArn }))).to.match(
        /^InvalidParameterValue/,
      );
    });

    it("have twenty event subscriptions in a region, together", async () => {
      const { TopicArn: SnsTopicArn } = await aws.sns.createTopic({ Name: "behaviour" });
      const subscribe = (SubscriptionName: string) =>
        aws.rds.createEventSubscription({ SubscriptionName, SnsTopicArn });
      const names = Array.from({ length: 20 }, (_, index) => `behaviour-${index}`);
      for (const name of names) await subscribe(name);
      expect(await refusal(subscribe("one-more"))).to.match(/^EventSubscriptionQuotaExceeded/);
      for (const SubscriptionName of names) await aws.rds.deleteEventSubscription({ SubscriptionName });
    });
  });

  describe("certificates, roles, logs and buckets", () => {
    it("have one proof for a domain and its wildcard in the account", async () => {
      const proof = async (DomainName: string) => {
        const { CertificateArn } = await aws.acm.requestCertificate({ DomainName, ValidationMethod: "DNS" });
        const { Certificate } = await aws.acm.describeCertificate({ CertificateArn });
        return Certificate?.DomainValidationOptions?.[0].ResourceRecord;
      };
      expect(await proof("*.proof.example.com")).to.deep.equal(await proof("proof.example.com"));
    });

    it("have one role of OpenSearch's, which a domain in a VPC needs as long as it lives", async () => {
      const AWSServiceName = "opensearchservice.amazonaws.com";
      const RoleName = "AWSServiceRoleForAmazonOpenSearchService";
      const VPCOptions = { SubnetIds: [seeded.subnetIds.private[0]] };
      const domain = () => aws.opensearch.createDomain({ DomainName: "behaviour", VPCOptions });
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
      await aws.opensearch.deleteDomain({ DomainName: "behaviour" });
      expect(await removed()).to.equal("SUCCEEDED");
    });

    it("let ten policies of the account's logs exist in a region", async () => {
      const { resourcePolicies: held = [] } = await aws.logs.describeResourcePolicies({});
      const policyDocument = policy({ Principal: { Service: "es.amazonaws.com" }, Action: "logs:*", Resource: "*" });
      const put = (policyName: string) => aws.logs.putResourcePolicy({ policyName, policyDocument });
      const names = Array.from({ length: 10 - held.length }, (_, index) => `behaviour-${index}`);
      for (const name of names) await put(name);
      expect(await refusal(put("one-more"))).to.match(/^LimitExceededException: Resource limit exceeded/);
      for (const policyName of names) await aws.logs.deleteResourcePolicy({ policyName });
    });

    it("say which bucket is the account's own already", async () => {
      const { url } = await emulator();
      const { s3 } = clients(url, "eu-central-1");
      const bucket = {
        Bucket: "behaviour-own",
        CreateBucketConfiguration: { LocationConstraint: "eu-central-1" as const },
      };
      await s3.createBucket(bucket);
      expect(await refusal(s3.createBucket(bucket))).to.match(/^BucketAlreadyOwnedByYou/);
    });
  });
});
