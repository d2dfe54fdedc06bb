import { arnOf, Outcome, Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { closed, subnetIds } from "./account";
import { LayerArgs, runLayer } from "./layer";
import { statements } from "./policies";

const run = (config?: Values, more?: Omit<LayerArgs, "config">): Promise<Outcome> => runLayer({ config, ...more });
const named = ({ resources }: Outcome, part: string): string[] =>
  resources.map(({ name }) => name).filter((name) => name.startsWith(`pulumi-prod-${part}`));

describe("Options that are off", () => {
  it("leave nothing behind", async () => {
    const outcome = await run();
    for (const option of ["search", "endpoints", "backup", "replication"]) {
      expect(named(outcome, option), option).to.deep.equal([]);
    }
    expect(outcome.outputs).to.not.have.any.keys("search", "endpointsSecurityGroupId", "backup");
  });

  it("don't touch the data when they are turned on or off", async () => {
    const off = await run();
    const everything = await run({ searchEnabled: true, endpointsEnabled: true, backupEnabled: true });
    for (const resource of off.resources) {
      expect(everything.resources.find(({ urn }) => urn === resource.urn)?.inputs, resource.name).to.deep.equal(
        resource.inputs,
      );
    }
  });
});

describe("Search", () => {
  const domainOf = (outcome: Outcome): Values => outcome.the("aws:opensearch/domain:Domain").inputs;
  let small: Outcome;
  before(async () => {
    small = await run({ searchEnabled: true });
  });

  it("is encrypted everywhere, in the private subnets, behind a group without rules", () => {
    expect(domainOf(small)).to.deep.include({
      domainName: "pulumi-prod-search",
      engineVersion: "OpenSearch_2.13",
      encryptAtRest: { enabled: true, kmsKeyId: small.outputs["dataKeyArn"] },
      nodeToNodeEncryption: { enabled: true },
      domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: "Policy-Min-TLS-1-2-PFS-2023-10" },
      vpcOptions: { subnetIds: subnetIds.private, securityGroupIds: ["pulumi-prod-search-access-id"] },
    });
    expect(small.the("aws:ec2/securityGroup:SecurityGroup", "-search-access").inputs).to.not.have.any.keys(
      "ingress",
      "egress",
    );
  });

  it("asks for name and password, which only the API gets", () => {
    expect(domainOf(small)["advancedSecurityOptions"]).to.deep.equal({
      enabled: true,
      internalUserDatabaseEnabled: true,
      masterUserOptions: { masterUserName: "pulumi_search", masterUserPassword: "Generated-0-Password!" },
    });
    expect(small.the("aws:opensearch/domain:Domain").secretInputs).to.deep.equal([
      "advancedSecurityOptions.masterUserOptions.masterUserPassword",
    ]);
    expect(small.the("random:index/randomPassword:RandomPassword", "-search-password").inputs).to.deep.include({
      length: 32,
      minLower: 1,
      minUpper: 1,
      minNumeric: 1,
      minSpecial: 1,
    });
    expect(small.outputs["search"]).to.deep.equal({
      endpoint: "https://pulumi-prod-search-domain.example.internal:443",
      securityGroupId: "pulumi-prod-search-access-id",
      credentials: {
        arn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:pulumi-prod-search-credentials-secret-AbCdEf",
        versionId: "version-of-pulumi-prod-search-credentials-version",
      },
    });
  });

  it("has a node in each zone, and dedicated masters from size medium on", async () => {
    expect(domainOf(small)["clusterConfig"]).to.deep.equal({
      instanceType: "t3.medium.search",
      instanceCount: 3,
      zoneAwarenessEnabled: true,
      zoneAwarenessConfig: { availabilityZoneCount: 3 },
      dedicatedMasterEnabled: false,
    });
    const medium = await run({ searchEnabled: true, size: "medium", searchZoneCount: 2, searchInstanceCount: 4 });
    expect(domainOf(medium)["clusterConfig"]).to.deep.equal({
      instanceType: "m6g.large.search",
      instanceCount: 4,
      zoneAwarenessEnabled: true,
      zoneAwarenessConfig: { availabilityZoneCount: 2 },
      dedicatedMasterEnabled: true,
      dedicatedMasterCount: 3,
      dedicatedMasterType: "m6g.large.search",
    });
    expect(domainOf(medium)["vpcOptions"]).to.deep.include({ subnetIds: subnetIds.private.slice(0, 2) });
  });

  it("can live in one zone", async () => {
    const outcome = await run({ searchEnabled: true, searchZoneCount: 1 });
    expect(domainOf(outcome)["clusterConfig"]).to.deep.include({ instanceCount: 1, zoneAwarenessEnabled: false });
  });

  it("writes its logs, the audit log among them, to groups that admit this domain only", () => {
    const options = domainOf(small)["logPublishingOptions"] as Values[];
    expect(options.map(({ logType }) => logType)).to.include.members(["AUDIT_LOGS", "ES_APPLICATION_LOGS"]);
    const policy = small.the("aws:cloudwatch/logResourcePolicy:LogResourcePolicy");
    expect(statements(policy, "policyDocument")["SearchLogs"]).to.deep.include({
      Principal: { Service: "es.amazonaws.com" },
      Condition: {
        StringEquals: { "aws:SourceAccount": "111122223333" },
        ArnLike: { "aws:SourceArn": "arn:aws:es:eu-central-1:111122223333:domain/pulumi-prod-search" },
      },
    });
    expect(small.the("aws:opensearch/domain:Domain").dependsOn).to.include(policy.urn);
  });

  it("comes after a new database, in the time of which OpenSearch learns of a new role", () => {
    const { dependsOn } = small.the("aws:opensearch/domain:Domain");
    const instances = small.ofType("aws:rds/clusterInstance:ClusterInstance").map(({ urn }) => urn);
    expect(dependsOn).to.include.members(instances);
    expect(instances).to.have.length(2);
  });

  it("leaves the account's role for it alone: other domains need it too", () => {
    expect(small.ofType("aws:iam/serviceLinkedRole:ServiceLinkedRole")).to.deep.equal([]);
  });
});

describe("VPC endpoints", () => {
  const type = "aws:ec2/vpcEndpoint:VpcEndpoint";
  const services = (outcome: Outcome): unknown[] => outcome.ofType(type).map(({ inputs }) => inputs["serviceName"]);
  const endpoints = { endpointsEnabled: true };

  it("are all that the services need without a way out", async () => {
    const outcome = await run(endpoints);
    expect(services(outcome)).to.have.members(
      ["s3", "ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager"].map((name) => `com.amazonaws.eu-central-1.${name}`),
    );
    expect(outcome.the(type, "-s3").inputs).to.deep.include({
      vpcEndpointType: "Gateway",
      routeTableIds: ["rtb-private"],
    });
    expect(outcome.the(type, "-ecr-api").inputs).to.deep.include({
      vpcEndpointType: "Interface",
      privateDnsEnabled: true,
      subnetIds: [...subnetIds.private].reverse(),
      securityGroupIds: ["pulumi-prod-endpoints-access-id"],
    });
    expect(outcome.outputs["endpointsSecurityGroupId"]).to.equal("pulumi-prod-endpoints-access-id");
    const group = outcome.the("aws:ec2/securityGroup:SecurityGroup", "-endpoints-access");
    expect(group.inputs).to.not.have.any.keys("ingress", "egress");
  });

  it("can be more", async () => {
    const outcome = await run({ ...endpoints, endpointsExtraServices: "dynamodb,ssmmessages" });
    expect(outcome.the(type, "-dynamodb").inputs["vpcEndpointType"]).to.equal("Gateway");
    expect(outcome.the(type, "-ssmmessages").inputs["vpcEndpointType"]).to.equal("Interface");
  });

  it("are named as the partition names them", async () => {
    const outcome = await run(endpoints, { partition: "aws-cn" });
    expect(services(outcome)).to.include.members([
      "com.amazonaws.cn-north-1.kms",
      "cn.com.amazonaws.cn-north-1.ecr.api",
    ]);
  });

  describe("let through", () => {
    const extra = {
      ...endpoints,
      endpointsExtraServices: "sts,ssm,email-smtp,ecs-agent",
      endpointsTrustedAccountIds: "444455556666",
    };
    const policyOf = (outcome: Outcome, service: string): ReturnType<typeof statements> =>
      statements(outcome.the(type, `-endpoints-${service}`), "policy");
    const own = { StringEquals: { "aws:PrincipalAccount": ["111122223333"] } };

    it("principals of the installation's own account alone", async () => {
      const outcome = await run(endpoints);
      for (const service of ["ecr-api", "ecr-dkr", "kms", "logs", "secretsmanager"]) {
        const found = policyOf(outcome, service);
        expect(Object.keys(found), service).to.deep.equal(["TrustedPrincipals", "AwsServices"]);
        expect(found["TrustedPrincipals"]).to.deep.include({ Effect: "Allow", Condition: own });
      }
    });

    it("AWS's services themselves, which have no account", async () => {
      const outcome = await run(extra);
      for (const service of ["s3", "ecr-api", "kms", "sts", "ssm"]) {
        expect(policyOf(outcome, service)["AwsServices"], service).to.deep.include({
          Effect: "Allow",
          Principal: "*",
          Condition: { Bool: { "aws:PrincipalIsAWSService": "true" } },
        });
      }
    });

    it("principals of other accounts that are named", async () => {
      const { TrustedPrincipals } = policyOf(await run(extra), "secretsmanager");
      expect(TrustedPrincipals?.["Condition"]).to.deep.equal({
        StringEquals: { "aws:PrincipalAccount": ["111122223333", "444455556666"] },
      });
    });

    it("the layers of images, whose URLs ECR signs, and nothing else of others where there is no way out", async () => {
      for (const [partition, bucket] of [
        ["aws", "arn:aws:s3:::prod-eu-central-1-starport-layer-bucket/*"],
        ["aws-cn", "arn:aws-cn:s3:::prod-cn-north-1-starport-layer-bucket/*"],
      ] as const) {
        const { TrustedPrincipals, ImageLayers } = policyOf(await run(endpoints, { aws: closed, partition }), "s3");
        expect(TrustedPrincipals?.["Condition"]).to.deep.equal(own);
        expect(ImageLayers).to.deep.include({ Action: ["s3:GetObject"], Resource: bucket, Principal: "*" });
        expect(ImageLayers).to.not.have.property("Condition");
      }
    });

    it("any download, but no other call of others, where images may come from anywhere", async () => {
      const found = policyOf(await run(endpoints), "s3");
      expect(Object.keys(found)).to.deep.equal(["TrustedPrincipals", "AwsServices", "Downloads"]);
      expect(found["Downloads"]).to.deep.include({ Action: ["s3:GetObject"], Resource: "arn:aws:s3:::*/*" });
    });

    it("who takes on a role by OIDC, and so has no account yet", async () => {
      expect(policyOf(await run(extra), "sts")["Federation"]?.["Action"]).to.include("sts:AssumeRoleWithWebIdentity");
    });

    it("everything where AWS takes no policy, or calls with credentials of its own", async () => {
      const outcome = await run(extra);
      for (const service of ["email-smtp", "ecs-agent"]) {
        expect(outcome.the(type, `-endpoints-${service}`).inputs, service).to.not.have.property("policy");
      }
      expect(outcome.the(type, "-endpoints-ssm").inputs).to.have.property("policy");
    });
  });
});

describe("AWS Backup", () => {
  it("keeps the cluster and the data buckets, each by its name, so that no setting of the region leaves one out", async () => {
    const outcome = await run({ backupEnabled: true });
    const selection = outcome.the("aws:backup/selection:Selection");
    const buckets = ["checkpoint", "policy", "metadata", "events"].map(
      (kind) => `arn:aws:s3:::pulumi-${kind}-prod-111122223333-eu-central-1`,
    );
    expect(selection.inputs["resources"]).to.deep.equal([arnOf(outcome.the("aws:rds/cluster:Cluster")), ...buckets]);
    expect(selection.inputs).to.not.have.property("selectionTags");
  });

  it("leaves the customer's own buckets to the customer", async () => {
    const outcome = await run({ backupEnabled: true, bucketCheckpointName: "mine" });
    const { resources } = outcome.the("aws:backup/selection:Selection").inputs as { resources: string[] };
    expect(resources).to.have.length(4);
    expect(resources.join()).to.not.contain("mine");
    expect(outcome.outputs["backup"]).to.deep.equal({
      vaultName: "pulumi-prod-backup-0a1b2c3d",
      planId: "pulumi-prod-backup-plan-id",
      schedule: "cron(0 5 ? * * *)",
      resourceArns: resources,
    });
  });

  it("goes every day into an encrypted vault, for as long as is wanted", async () => {
    const outcome = await run({ backupEnabled: true, backupRetentionDays: 90 });
    expect(outcome.the("aws:backup/vault:Vault").inputs).to.deep.include({
      name: "pulumi-prod-backup-0a1b2c3d",
      kmsKeyArn: outcome.outputs["dataKeyArn"],
      forceDestroy: false,
    });
    expect(outcome.the("aws:backup/plan:Plan").inputs["rules"]).to.deep.equal([
      {
        ruleName: "scheduled",
        targetVaultName: "pulumi-prod-backup-0a1b2c3d",
        schedule: "cron(0 5 ? * * *)",
        startWindow: 480,
        completionWindow: 10080,
        lifecycle: { deleteAfter: 90 },
      },
    ]);
    expect(outcome.ofType("aws:backup/vaultLockConfiguration:VaultLockConfiguration")).to.deep.equal([]);
  });

  it("leaves vault, lock and role behind when it is turned off, and makes others when it is turned on again", async () => {
    const outcome = await run({ backupEnabled: true, backupLockMinDays: 7 });
    const vault = outcome.the("aws:backup/vault:Vault");
    const role = outcome.the("aws:iam/role:Role", "-backup-role");
    for (const left of [vault, role]) {
      expect(left, left.name).to.deep.include({ protect: false, retainOnDelete: true, ignoreChanges: ["name"] });
      expect(left.inputs["name"]).to.match(/-0a1b2c3d$/);
    }
    expect(outcome.the("aws:backup/vaultLockConfiguration:VaultLockConfiguration").deletedWith).to.equal(vault.urn);
    expect(outcome.outputs["backup"]).to.include({ lockMinDays: 7 });
    const attachments = outcome.ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment");
    for (const { name, retainOnDelete } of attachments.filter(({ parent }) => parent === role.parent)) {
      expect(retainOnDelete, name).to.equal(true);
    }
  });

  it("goes with a throw-away installation", async () => {
    const outcome = await run({ backupEnabled: true, backupLockMinDays: 7, ephemeral: true });
    // A locked vault can't be emptied.
    expect(outcome.the("aws:backup/vaultLockConfiguration:VaultLockConfiguration").deletedWith).to.equal("");
    const vault = outcome.the("aws:backup/vault:Vault");
    expect(vault.retainOnDelete).to.equal(false);
    expect(vault.inputs["forceDestroy"]).to.equal(true);
    expect(outcome.the("aws:iam/role:Role", "-backup-role").retainOnDelete).to.equal(false);
  });

  it("can lock the vault and copy to another region or account", async () => {
    const copy = "arn:aws:backup:eu-west-1:444455556666:backup-vault:elsewhere";
    const outcome = await run({
      backupEnabled: true,
      backupLockMinDays: 7,
      backupLockMaxDays: 90,
      backupLockGraceDays: 3,
      backupCopyVaultArn: copy,
      backupCopyRetentionDays: 60,
    });
    expect(outcome.the("aws:backup/vaultLockConfiguration:VaultLockConfiguration").inputs).to.deep.include({
      minRetentionDays: 7,
      maxRetentionDays: 90,
      changeableForDays: 3,
    });
    const [rule] = outcome.the("aws:backup/plan:Plan").inputs["rules"] as Values[];
    expect(rule?.["copyActions"]).to.deep.equal([{ destinationVaultArn: copy, lifecycle: { deleteAfter: 60 } }]);
    expect(outcome.outputs["backup"]).to.include({ copyVaultArn: copy });
  });
});
