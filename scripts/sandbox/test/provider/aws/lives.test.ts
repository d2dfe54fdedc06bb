import { Backup } from "@aws-sdk/client-backup";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { EC2 } from "@aws-sdk/client-ec2";
import { ECS } from "@aws-sdk/client-ecs";
import { KMS } from "@aws-sdk/client-kms";
import { Route53, type VPCRegion } from "@aws-sdk/client-route-53";
import { expect } from "chai";
import type { Account } from "../../../provider/aws/account";
import type { Seeded } from "../../../seed";
import { Deployment, emulator, type Made } from "../../account";
import { type Life, live } from "../../life";

const managedPolicy = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";

function policy(statement: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
}

function trust(service: string): string {
  return policy({ Principal: { Service: `${service}.amazonaws.com` }, Action: "sts:AssumeRole" });
}

describe("a resource lives as its program says:", () => {
  let stack: Deployment;
  let seeded: Seeded;
  let aws: Account["client"];
  let role: Made;
  let key: Made;
  let topic: Made;
  let vault: Made;
  let plan: Made;
  let privateZone: string;
  let otherVpc: string;

  const make = (token: string, inputs: Life["inputs"]) => stack.create(token, "given", inputs);
  const lives = (token: string, life: () => Life | Promise<Life>) =>
    it(token, async () => live(stack, token, await life()));

  before(async () => {
    stack = await Deployment.open();
    seeded = (await emulator()).account;
    aws = (Class) => stack.account.client(Class);
    role = await make("aws:iam/role:Role", { assumeRolePolicy: trust("backup") });
    key = await make("aws:kms/key:Key", {});
    topic = await make("aws:sns/topic:Topic", {});
    vault = await make("aws:backup/vault:Vault", { kmsKeyArn: seeded.serviceKeyArn });
    const rules = [{ ruleName: "daily", targetVaultName: vault.id }];
    plan = await make("aws:backup/plan:Plan", { rules });
    const { HostedZone } = await aws(Route53).createHostedZone({
      Name: "inside.example.com",
      CallerReference: "inside",
      HostedZoneConfig: { PrivateZone: true },
      VPC: { VPCId: seeded.vpcId, VPCRegion: seeded.region as VPCRegion },
    });
    privateZone = HostedZone?.Id?.replace("/hostedzone/", "") ?? "";
    const { Vpc: third } = await aws(EC2).createVpc({ CidrBlock: "10.8.0.0/16" });
    await make("aws:route53/zoneAssociation:ZoneAssociation", { zoneId: privateZone, vpcId: third?.VpcId });
    otherVpc = (await aws(EC2).createVpc({ CidrBlock: "10.9.0.0/16" })).Vpc?.VpcId ?? "";
    await aws(ECS).createCluster({ clusterName: "scaled" });
    await aws(ECS).registerTaskDefinition({
      family: "web",
      containerDefinitions: [{ name: "web", image: "web", memory: 128 }],
    });
    await aws(ECS).createService({ cluster: "scaled", serviceName: "web", taskDefinition: "web", desiredCount: 0 });
  });

  lives("aws:iam/role:Role", () => ({
    inputs: { assumeRolePolicy: trust("ecs-tasks"), description: "tasks", permissionsBoundary: managedPolicy },
    changed: { assumeRolePolicy: trust("ecs"), permissionsBoundary: undefined, maxSessionDuration: 7200 },
    replaced: { name: "another" },
  }));

  lives("aws:iam/rolePolicy:RolePolicy", () => ({
    inputs: { role: role.id, policy: policy({ Action: "s3:GetObject", Resource: "*" }) },
    changed: { policy: policy({ Action: "s3:PutObject", Resource: "*" }) },
    replaced: { role: "another" },
  }));

  lives("aws:iam/rolePolicyAttachment:RolePolicyAttachment", () => ({
    inputs: { role: role.id, policyArn: managedPolicy },
    replaced: { policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
  }));

  lives("aws:kms/key:Key", () => ({
    inputs: { description: "data", enableKeyRotation: true, deletionWindowInDays: 7 },
    changed: { description: "data at rest", enableKeyRotation: false },
    replaced: { multiRegion: true },
    drift: ({ id }) => aws(KMS).disableKey({ KeyId: id }),
    known: ["deletionWindowInDays"],
  }));

  lives("aws:kms/alias:Alias", () => ({
    inputs: { name: "alias/data", targetKeyId: key.id },
    changed: { targetKeyId: seeded.serviceKeyArn },
    replaced: { name: "alias/other" },
  }));

  lives("aws:kms/grant:Grant", () => ({
    inputs: { name: "api", keyId: key.id, granteePrincipal: role.outputs.arn, operations: ["Encrypt", "Decrypt"] },
    replaced: { operations: ["Encrypt"] },
  }));

  lives("aws:cloudwatch/logGroup:LogGroup", () => ({
    inputs: { name: "/selfhosted/api", retentionInDays: 30, kmsKeyId: seeded.serviceKeyArn },
    changed: { retentionInDays: 90 },
    replaced: { name: "/selfhosted/console" },
  }));

  lives("aws:cloudwatch/logResourcePolicy:LogResourcePolicy", () => {
    const document = (service: string) =>
      policy({ Principal: { Service: `${service}.amazonaws.com` }, Action: "logs:PutLogEvents", Resource: "*" });
    return {
      inputs: { policyName: "search", policyDocument: document("es") },
      changed: { policyDocument: document("opensearchservice") },
      replaced: { policyName: "another" },
    };
  });

  lives("aws:secretsmanager/secret:Secret", () => ({
    inputs: { description: "API", kmsKeyId: seeded.serviceKeyArn, recoveryWindowInDays: 7 },
    changed: { description: "the API's", recoveryWindowInDays: 0 },
    replaced: { name: "another" },
    known: ["recoveryWindowInDays"],
  }));

  lives("aws:sns/topic:Topic", () => ({
    inputs: { displayName: "alarms", kmsMasterKeyId: seeded.serviceKeyArn },
    changed: { displayName: "alerts" },
    replaced: { name: "another" },
  }));

  lives("aws:sns/topicSubscription:TopicSubscription", () => ({
    inputs: { topic: topic.id, protocol: "email", endpoint: "sre@example.com" },
    replaced: { endpoint: "ops@example.com" },
  }));

  lives("aws:sns/topicSubscription:TopicSubscription", () => ({
    inputs: { topic: topic.id, protocol: "https", endpoint: "https://pager.example.com/key" },
    replaced: { endpoint: "https://pager.example.com/another" },
  }));

  lives("aws:backup/vault:Vault", () => ({
    inputs: { kmsKeyArn: seeded.serviceKeyArn },
    changed: { forceDestroy: true },
    replaced: { name: "another" },
  }));

  lives("aws:backup/vaultLockConfiguration:VaultLockConfiguration", () => ({
    inputs: { backupVaultName: vault.id, minRetentionDays: 7, maxRetentionDays: 35 },
    replaced: { minRetentionDays: 14 },
    drift: () =>
      aws(Backup).putBackupVaultLockConfiguration({
        BackupVaultName: vault.id,
        MinRetentionDays: 1,
        MaxRetentionDays: 35,
      }),
  }));

  lives("aws:backup/plan:Plan", () => {
    const rules = (deleteAfter: number) => [
      {
        ...{ ruleName: "daily", targetVaultName: vault.id, schedule: "cron(0 5 * * ? *)" },
        ...{ startWindow: 480, completionWindow: 10_080, lifecycle: { deleteAfter } },
        copyActions: [{ destinationVaultArn: vault.outputs.arn, lifecycle: { deleteAfter } }],
      },
    ];
    return {
      inputs: { rules: rules(35) },
      changed: { rules: rules(60) },
      replaced: { name: "another" },
    };
  });

  lives("aws:backup/selection:Selection", () => ({
    inputs: { planId: plan.id, iamRoleArn: role.outputs.arn, resources: ["arn:aws:s3:::states"] },
    replaced: { resources: ["arn:aws:s3:::states", "arn:aws:s3:::policies"] },
  }));

  lives("aws:s3/bucketMetric:BucketMetric", async () => {
    const bucket = (await make("aws:s3/bucket:Bucket", { bucket: "counted" })).id;
    return { inputs: { bucket, name: "EntireBucket" }, replaced: { name: "Another" } };
  });

  lives("aws:route53/record:Record", () => {
    const alias = (name: string) => [{ name, zoneId: "Z2P70J7EXAMPLE", evaluateTargetHealth: true }];
    return {
      inputs: { zoneId: seeded.zone.id, name: "api.pulumi.example.com", type: "A", aliases: alias("one.example.com") },
      changed: { aliases: alias("two.example.com") },
      replaced: { type: "AAAA" },
    };
  });

  lives("aws:route53/healthCheck:HealthCheck", () => ({
    inputs: { type: "HTTPS", fqdn: "api.pulumi.example.com", port: 443, resourcePath: "/api/status", enableSni: true },
    changed: { port: 8443, failureThreshold: 5 },
    replaced: { requestInterval: 10 },
  }));

  lives("aws:route53/queryLog:QueryLog", async () => {
    // Route 53 takes log groups of that region only.
    const logs = new CloudWatchLogs({ region: "us-east-1" });
    const named = (name: string): string => `arn:aws:logs:us-east-1:${seeded.accountId}:log-group:${name}`;
    for (const logGroupName of ["/aws/route53/one", "/aws/route53/two"]) {
      await logs.createLogGroup({ logGroupName });
    }
    const group = { zoneId: seeded.zone.id, cloudwatchLogGroupArn: named("/aws/route53/one") };
    const refusal = await make("aws:route53/queryLog:QueryLog", group).catch(String);
    expect(refusal).to.match(/doesn't grant Route 53 sufficient permission/);
    const Principal = { Service: "route53.amazonaws.com" };
    const policyDocument = policy({ Principal, Action: "logs:*", Resource: named("/aws/route53/*") });
    await logs.putResourcePolicy({ policyName: "queries", policyDocument });
    return { inputs: group, replaced: { cloudwatchLogGroupArn: named("/aws/route53/two") } };
  });

  lives("aws:route53/zoneAssociation:ZoneAssociation", () => ({
    inputs: { zoneId: privateZone, vpcId: otherVpc },
    replaced: { vpcId: seeded.vpcId },
  }));

  lives("aws:acm/certificate:Certificate", () => ({
    inputs: { domainName: "a.example.com", subjectAlternativeNames: ["b.example.com"], validationMethod: "DNS" },
    replaced: { subjectAlternativeNames: ["c.example.com"] },
  }));

  lives("aws:appautoscaling/target:Target", () => ({
    inputs: { ...scaled, minCapacity: 2, maxCapacity: 8 },
    changed: { maxCapacity: 12 },
    replaced: { resourceId: "service/scaled/another" },
  }));

  lives("aws:appautoscaling/policy:Policy", async () => {
    await make("aws:appautoscaling/target:Target", { ...scaled, minCapacity: 1, maxCapacity: 2 });
    const tracking = (targetValue: number) => ({
      predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
      ...{ targetValue, scaleInCooldown: 300, scaleOutCooldown: 60 },
    });
    return {
      inputs: {
        ...scaled,
        policyType: "TargetTrackingScaling",
        targetTrackingScalingPolicyConfiguration: tracking(60),
      },
      changed: { targetTrackingScalingPolicyConfiguration: tracking(50) },
      replaced: { name: "another" },
    };
  });
});

const scaled = {
  serviceNamespace: "ecs",
  scalableDimension: "ecs:service:DesiredCount",
  resourceId: "service/scaled/web",
};
