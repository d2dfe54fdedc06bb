import { Backup } from "@aws-sdk/client-backup";
import { ECS } from "@aws-sdk/client-ecs";
import { IAM } from "@aws-sdk/client-iam";
import { OpenSearch } from "@aws-sdk/client-opensearch";
import { expect } from "chai";
import type { Seeded } from "../../seed";
import { Deployment, emulator, type Made } from "../account";

type Inputs = Record<string, unknown>;

describe("services that an installation may use", () => {
  let stack: Deployment;
  let seeded: Seeded;

  before(async () => {
    stack = await Deployment.open();
    seeded = (await emulator()).account;
  });

  const removed = async (made: Made) => {
    await stack.delete(made);
    await stack.delete(made);
    expect(await stack.read(made)).to.equal(undefined);
  };

  describe("autoscaling", () => {
    const target = "aws:appautoscaling/target:Target";
    const policy = "aws:appautoscaling/policy:Policy";
    const scaled = {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: "service/scaled/web",
    };
    const tracking = (metric: string, targetValue = 60): Inputs => ({
      ...scaled,
      policyType: "TargetTrackingScaling",
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: metric },
        targetValue,
        scaleInCooldown: 300,
        scaleOutCooldown: 60,
      },
    });

    before(async () => {
      const client = stack.account.client(ECS);
      await client.createCluster({ clusterName: "scaled" });
      const containerDefinitions = [{ name: "web", image: "web" }];
      const size = { cpu: "256", memory: "512", requiresCompatibilities: ["FARGATE" as const] };
      const task = await client.registerTaskDefinition({ family: "web", containerDefinitions, ...size });
      const taskDefinition = task.taskDefinition?.taskDefinitionArn;
      await client.createService({ cluster: "scaled", serviceName: "web", taskDefinition, desiredCount: 1 });
    });

    it("follows a metric between two bounds", async () => {
      let bounds = await stack.create(target, "web", { ...scaled, minCapacity: 2, maxCapacity: 8 });
      expect(await stack.preview(bounds, {})).to.equal("none");
      bounds = await stack.update(bounds, { maxCapacity: 12 });
      expect(bounds.outputs).to.include({ minCapacity: 2, maxCapacity: 12 });
      let follow = await stack.create(policy, "cpu", tracking("ECSServiceAverageCPUUtilization"));
      expect(await stack.preview(follow, {})).to.equal("none");
      expect(follow.outputs.alarmArns).to.have.length(2);
      follow = await stack.update(follow, tracking("ECSServiceAverageCPUUtilization", 50));
      await removed(follow);
      await removed(bounds);
    });

    it("refuses what can't be scaled", async () => {
      const valid = { ...scaled, minCapacity: 1, maxCapacity: 2 };
      expect(await stack.refusal(target, { ...valid, minCapacity: 3 })).to.match(
        /minCapacity must be at most the maxCapacity 2, found 3/,
      );
      expect(await stack.refusal(target, { ...valid, resourceId: "service/scaled/none" })).to.match(
        /which doesn't exist/,
      );
      expect(await stack.refusal(target, { ...valid, resourceId: "web" })).to.match(/must have the form service/);
      const cpu = tracking("ECSServiceAverageCPUUtilization");
      expect(await stack.refusal(policy, { ...cpu, resourceId: "service/scaled/none" })).to.match(
        /isn't registered as a scalable target/,
      );
      expect(await stack.refusal(policy, tracking("Loneliness"))).to.match(/predefinedMetricType must be one of/);
      expect(await stack.refusal(policy, tracking("ECSServiceAverageCPUUtilization", 120))).to.match(
        /targetValue must be from 1 to 100/,
      );
    });
  });

  describe("search", () => {
    const domain = "aws:opensearch/domain:Domain";
    const inputs = (changed: Inputs = {}): Inputs => ({
      domainName: "search",
      engineVersion: "OpenSearch_2.19",
      clusterConfig: {
        instanceType: "m7g.large.search",
        instanceCount: 2,
        zoneAwarenessEnabled: true,
        zoneAwarenessConfig: { availabilityZoneCount: 2 },
      },
      ebsOptions: { ebsEnabled: true, volumeType: "gp3", volumeSize: 50 },
      encryptAtRest: { enabled: true, kmsKeyId: seeded.serviceKeyArn },
      nodeToNodeEncryption: { enabled: true },
      domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: "Policy-Min-TLS-1-2-PFS-2023-10" },
      advancedSecurityOptions: {
        enabled: true,
        internalUserDatabaseEnabled: true,
        masterUserOptions: { masterUserName: "admin", masterUserPassword: "Correct-horse-1" },
      },
      vpcOptions: { subnetIds: seeded.subnetIds.private.slice(0, 2) },
      ...changed,
    });

    it("needs a role of the account's before it enters a VPC", async () => {
      expect(await stack.refusal(domain, inputs())).to.match(/vpcOptions needs a service-linked role/);
      const { url } = await emulator();
      const credentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };
      const iam = new IAM({ endpoint: url, region: seeded.region, credentials });
      await iam.createServiceLinkedRole({ AWSServiceName: "opensearchservice.amazonaws.com" });
    });

    it("has types whose zones are named only on demand", async () => {
      const { url } = await emulator();
      const credentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };
      const search = new OpenSearch({ endpoint: url, region: seeded.region, credentials });
      const EngineVersion = "OpenSearch_2.13";
      const { InstanceTypeDetails: all = [] } = await search.listInstanceTypeDetails({ EngineVersion });
      expect(all.find(({ InstanceType }) => InstanceType === "m6g.large.search")?.AvailabilityZones).to.deep.equal([]);
      const request = { EngineVersion, InstanceType: "m6g.large.search", RetrieveAZs: true };
      const { InstanceTypeDetails: details = [] } = await search.listInstanceTypeDetails(request);
      expect(details.map(({ InstanceType }) => InstanceType)).to.deep.equal(["m6g.large.search"]);
      expect(details[0]?.AvailabilityZones).to.include(`${seeded.region}a`);
    });

    it("runs in the VPC, and grows in place", async () => {
      let made = await stack.create(domain, "search", inputs());
      expect(await stack.preview(made, {})).to.equal("none");
      expect(made.outputs.endpoint).to.match(/./);
      const larger = { ebsEnabled: true, volumeType: "gp3", volumeSize: 100 };
      expect(await stack.preview(made, { ebsOptions: larger })).to.equal("update");
      made = await stack.update(made, { ebsOptions: larger });
      expect(await stack.refusal(domain, inputs())).to.match(/exists already/);
      await removed(made);
    });

    it("is refused for what OpenSearch refuses", async () => {
      const cluster = inputs().clusterConfig as Inputs;
      const security = inputs().advancedSecurityOptions as Inputs;
      const password = (masterUserPassword: string) => ({
        advancedSecurityOptions: { ...security, masterUserOptions: { masterUserName: "admin", masterUserPassword } },
      });
      const refused: [changed: Inputs, reason: RegExp][] = [
        [{ domainName: "Search" }, /domainName must be 3 to 28 lower-case/],
        [
          { clusterConfig: { ...cluster, instanceCount: 1 } },
          /instanceCount must be at least the number of availability zones, 2, found 1/,
        ],
        [
          { vpcOptions: { subnetIds: seeded.subnetIds.private } },
          /subnetIds must be 2 in as many availability zones, found 3 in 3/,
        ],
        [{ encryptAtRest: { enabled: false } }, /encryptAtRest.enabled must be true with fine-grained access control/],
        [{ nodeToNodeEncryption: undefined }, /nodeToNodeEncryption.enabled must be true/],
        [{ advancedSecurityOptions: { enabled: true } }, /masterUserArn is required/],
        [password("tooweak"), /masterUserPassword must be 8 to 128 characters/],
        [{ ebsOptions: { ebsEnabled: true, volumeSize: 5 } }, /volumeSize must be from 10/],
      ];
      for (const [changed, reason] of refused) expect(await stack.refusal(domain, inputs(changed))).to.match(reason);
      expect(await stack.refusal(domain, inputs(password("tooweak")))).not.to.contain("tooweak");
    });
  });

  describe("backups", () => {
    const vault = "aws:backup/vault:Vault";
    const plan = "aws:backup/plan:Plan";
    const selection = "aws:backup/selection:Selection";
    const bucketArn = "arn:aws:s3:::backed-up";
    let client: Backup;
    let iamRoleArn: string;
    before(async () => {
      client = stack.account.client(Backup);
      const iam = stack.account.client(IAM);
      const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [] });
      const made = await iam.createRole({ RoleName: "backups", AssumeRolePolicyDocument });
      iamRoleArn = made.Role?.Arn ?? "";
    });

    const backUp = (BackupVaultName: string) =>
      client.startBackupJob({ BackupVaultName, ResourceArn: bucketArn, IamRoleArn: iamRoleArn });

    it("have a vault with a lock, a plan, and what it is for", async () => {
      const kept = await stack.create(vault, "kept", {
        name: "kept",
        kmsKeyArn: seeded.serviceKeyArn,
        tags: { team: "sre" },
      });
      expect(kept.outputs).to.include({ kmsKeyArn: seeded.serviceKeyArn, name: "kept" });
      const lock = await stack.create("aws:backup/vaultLockConfiguration:VaultLockConfiguration", "kept", {
        backupVaultName: "kept",
        minRetentionDays: 7,
        maxRetentionDays: 35,
      });
      const rule = { ruleName: "daily", targetVaultName: "kept", schedule: "cron(0 5 * * ? *)" };
      const rules = (deleteAfter: number) => [
        { ...rule, startWindow: 480, completionWindow: 10_080, lifecycle: { deleteAfter } },
      ];
      let daily = await stack.create(plan, "daily", { name: "daily", rules: rules(35) });
      expect(await stack.preview(daily, { rules: rules(60) })).to.equal("update");
      daily = await stack.update(daily, { rules: rules(60) });
      const planId = daily.id;
      const chosen = await stack.create(selection, "chosen", {
        ...{ name: "chosen", planId, iamRoleArn },
        resources: [bucketArn],
      });
      expect(await stack.preview(chosen, { resources: [`${bucketArn}-too`] })).to.equal("replace");
      for (const made of [kept, lock, daily, chosen]) expect(await stack.preview(made, {}), made.urn).to.equal("none");
      expect(await stack.delete(daily).catch((error: Error) => error.message)).to.match(
        /selections must be deleted prior/,
      );
      for (const made of [chosen, daily, lock, kept]) await removed(made);
    });

    it("stay with their vault, unless that may be emptied and isn't locked", async () => {
      const kept = await stack.create(vault, "full", { name: "full", kmsKeyArn: seeded.serviceKeyArn });
      await backUp("full");
      const refusal = await stack.delete(kept).catch((error: Error) => error.message);
      expect(refusal).to.match(/cannot be deleted because it contains recovery points/);
      const emptied = await stack.update(kept, { forceDestroy: true });
      const lock = await stack.create("aws:backup/vaultLockConfiguration:VaultLockConfiguration", "full", {
        backupVaultName: "full",
        minRetentionDays: 7,
      });
      expect(await stack.delete(emptied).catch((error: Error) => error.message)).to.match(/lock of vault full/);
      for (const made of [lock, emptied]) await removed(made);
    });

    it("need the region to opt in, as a new region doesn't for databases and buckets", async () => {
      const elsewhere = new Backup({ endpoint: process.env.AWS_ENDPOINT_URL, region: "eu-west-3" });
      const { ResourceTypeOptInPreference: fresh } = await elsewhere.describeRegionSettings({});
      expect(fresh).to.include({ Aurora: false, S3: false, RDS: true });
      const { ResourceTypeOptInPreference: prepared } = await client.describeRegionSettings({});
      expect(prepared).to.include({ Aurora: true, S3: true });
    });

    it("are refused for what AWS Backup refuses", async () => {
      const rule = { ruleName: "daily", targetVaultName: "none" };
      expect(await stack.refusal(vault, { name: "a vault" })).to.match(/name must be 2 to 50/);
      expect(await stack.refusal(plan, { rules: [rule] })).to.match(/targetVaultName names none, which doesn't exist/);
      const early = { ...rule, lifecycle: { coldStorageAfter: 30, deleteAfter: 60 } };
      expect(await stack.refusal(plan, { rules: [early] })).to.match(/deleteAfter must be 90 days or more after/);
      const chosen = { name: "chosen", planId: "none", iamRoleArn, resources: [bucketArn] };
      expect(await stack.refusal(selection, chosen)).to.match(/planId names none, which doesn't exist/);
      expect(await stack.refusal(selection, { ...chosen, resources: undefined })).to.match(/resources is required/);
    });
  });
});
