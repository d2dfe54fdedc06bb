import { DescribeSecurityGroupsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from "@aws-sdk/client-ecs";
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { DescribeDBClustersCommand, DescribeDBClusterSnapshotsCommand, RDSClient } from "@aws-sdk/client-rds";
import { ListResourceRecordSetsCommand, Route53Client } from "@aws-sdk/client-route-53";
import { GetBucketEncryptionCommand, GetBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { type Outcome, run, type Scratch, scratchCheckout } from "../../../bench/scratch";
import type { Deployed } from "../../../layers";
import { commandsUnder, readPage } from "../../support/pages";
import { type Access, inventory } from "../inventory";
import { access, outputsOf, seeded } from "../sandbox";
import { operationsOf } from "../state";

/** What the README has a newcomer type: `make test` is what runs this. */
const [[deploying = "", testing] = [], changing = []] = commandsUnder("README.md", "Try it on this machine");
const [upgrading = "", looking = "", rollingBack = "", destroying = "", stopping = ""] = changing.splice(4);

/** What the README shows of the first deployment: lines, without numbers, as they differ. */
const shown = /^```text\n([^]*?)^```/m.exec(readPage("README.md"))?.[1]?.split("\n") ?? [];
const withoutNumbers = (text: string): string => text.replaceAll(/\d+ s\b/g, "… s");

describe("an installation in the sandbox, from its deployment to its end", function () {
  this.timeout(600_000);
  this.bail(true);
  let scratch: Scratch;
  let aws: Access;
  let bare: string[];
  let outputs: Deployed;
  /** What the first command of all printed, which starts the account. */
  let begun: string;

  const make = async (...args: string[]): Promise<Outcome> => {
    const outcome = await scratch.make(...args);
    expect(outcome.code, outcome.output).to.equal(0);
    return outcome;
  };

  /** Lines of the README, in one shell. */
  const type = async (...lines: string[]): Promise<Outcome> => {
    // Whoever types them isn't within a `make`, which would announce itself in the output.
    const variables = { MAKEFLAGS: undefined, MAKELEVEL: undefined };
    const outcome = await run(scratch.folder, "bash", ["-euc", lines.join("\n")], { variables });
    expect(outcome.code, outcome.output).to.equal(0);
    return outcome;
  };

  before(async () => {
    scratch = scratchCheckout();
    ({ output: begun } = await make("preflight", "ENV=local"));
    aws = access(scratch);
    bare = await inventory(aws);
  });

  after(() => scratch.remove());

  it("deploys all three layers with one command and ends with the URLs and a verdict", async () => {
    expect(testing).to.equal("make test");
    const { output } = await type(deploying);
    const { zone } = seeded(scratch);
    for (const layer of ["infrastructure", "application", "dns"]) {
      expect(output).to.include(`selfhosted-${layer}`);
    }
    expect(output).to.include(`https://api.${zone.name}`);
    expect(output).to.include(`https://app.${zone.name}`);
    const { stdout } = await make("--silent", "outputs", "ENV=local", "JSON=1");
    outputs = JSON.parse(stdout) as Deployed;
    const lines = withoutNumbers(begun + output).split("\n");
    const parts = shown.filter((line) => line !== "").map((line) => withoutNumbers(line).split(/ {2,}|…\S*/));
    expect(parts).to.have.length.above(10);
    for (const part of parts) {
      const isThere = lines.some((line) => part.every((word) => line.includes(word)));
      expect(isThere, `${part.join(" ")}, which the README shows`).to.equal(true);
    }
  });

  it("has a database of two instances that is encrypted and strict", async () => {
    const { DBClusters } = await new RDSClient(aws).send(new DescribeDBClustersCommand({}));
    expect(DBClusters).to.have.lengthOf(1);
    expect(DBClusters?.[0]?.DBClusterMembers).to.have.lengthOf(2);
    expect(DBClusters?.[0]).to.include({ StorageEncrypted: true, Engine: "aurora-mysql", DatabaseName: "pulumi" });
  });

  it("has buckets that are versioned and encrypted", async () => {
    const s3 = new S3Client(aws);
    const { logs: _, ...data } = outputs.infrastructure.buckets;
    for (const Bucket of Object.values<string>(data)) {
      expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status, Bucket).to.equal("Enabled");
      const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
      const rule = ServerSideEncryptionConfiguration?.Rules?.[0];
      expect(rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm, Bucket).to.equal("aws:kms");
    }
  });

  it("runs the API and the console with the image asked for, and no secret in clear", async () => {
    const ecs = new ECSClient(aws);
    const { application } = outputs;
    for (const { serviceName } of [application.api, application.console]) {
      const described = await ecs.send(
        new DescribeServicesCommand({ cluster: application.clusterName, services: [serviceName] }),
      );
      const service = described.services?.[0];
      expect(service?.runningCount, serviceName).to.be.at.least(2).and.to.equal(service?.desiredCount);
      const { taskDefinition } = await ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition: service?.taskDefinition }),
      );
      expect(JSON.stringify(taskDefinition))
        .to.include(application.imageTag)
        .and.not.include(seeded(scratch).licenseKey);
    }
  });

  it("speaks TLS on every port, with the customer's certificate, and lets clients in on 443 alone", async () => {
    const elb = new ElasticLoadBalancingV2Client(aws);
    for (const { loadBalancer } of [outputs.application.api, outputs.application.console]) {
      const { Listeners } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn: loadBalancer.arn }));
      for (const { Protocol, Certificates } of Listeners ?? []) {
        expect(Protocol).to.equal("TLS");
        expect(Certificates?.[0]?.CertificateArn).to.equal(seeded(scratch).certificateArn);
      }
      const { LoadBalancers } = await elb.send(
        new DescribeLoadBalancersCommand({ LoadBalancerArns: [loadBalancer.arn] }),
      );
      const { SecurityGroups } = await new EC2Client(aws).send(
        new DescribeSecurityGroupsCommand({ GroupIds: LoadBalancers?.[0]?.SecurityGroups }),
      );
      expect(
        SecurityGroups?.flatMap(({ IpPermissions = [] }) => IpPermissions.map(({ ToPort }) => ToPort)),
      ).to.deep.equal([443]);
    }
  });

  it("points the names at the load balancers", async () => {
    const { zone } = seeded(scratch);
    const { ResourceRecordSets = [] } = await new Route53Client(aws).send(
      new ListResourceRecordSetsCommand({ HostedZoneId: zone.id }),
    );
    const alias = (name: string): string | undefined =>
      ResourceRecordSets.find((record) => record.Name === `${name}.${zone.name}.`)?.AliasTarget?.DNSName;
    expect(alias("api")).to.include(outputs.application.api.loadBalancer.dnsName);
    expect(alias("app")).to.include(outputs.application.console.loadBalancer.dnsName);
  });

  it("changes nothing the second time", async () => {
    const before = await inventory(aws);
    expect(await operationsOf(scratch, () => make("deploy", "ENV=local"))).to.deep.equal([]);
    expect(await inventory(aws)).to.deep.equal(before);
  });

  it("changes a setting, after a preview", async () => {
    const done = await operationsOf(scratch, () => type(...changing));
    expect(done).to.deep.equal(["update aws:appautoscaling/target:Target"]);
  });

  it("refuses a release whose images aren't there, before anything changes", async () => {
    const { code, output } = await scratch.make("upgrade", "ENV=local", "IMAGE_TAG=20991231-1-signed");
    expect(code).not.to.equal(0);
    expect(output)
      .to.match(/pulumi\/service:20991231-1-signed/)
      .and.match(/nothing was changed/);
  });

  it("upgrades the application layer only: task definitions, migration, services", async () => {
    const tag = seeded(scratch).imageTags.at(-1) ?? "";
    const { infrastructure } = outputsOf(scratch);
    const done = await operationsOf(scratch, () => type(upgrading));
    expect(done).to.deep.equal([
      ...Array.from({ length: 3 }, () => "replace aws:ecs/taskDefinition:TaskDefinition"),
      ...Array.from({ length: 2 }, () => "update aws:ecs/service:Service"),
      "update pulumi-nodejs:dynamic:Resource",
    ]);
    const after = outputsOf(scratch);
    expect(after.application.imageTag).to.equal(tag);
    expect(after.infrastructure).to.deep.equal(infrastructure);
  });

  it("took a snapshot before the upgrade", async () => {
    const { DBClusterSnapshots } = await new RDSClient(aws).send(new DescribeDBClusterSnapshotsCommand({}));
    expect(DBClusterSnapshots?.map((snapshot) => snapshot.DBClusterSnapshotIdentifier).join()).to.match(/-before-/);
  });

  it("refuses to upgrade to an older release", async () => {
    const { code, output } = await scratch.make(
      "upgrade",
      "ENV=local",
      `IMAGE_TAG=${seeded(scratch).imageTags[0] ?? ""}`,
    );
    expect(code).not.to.equal(0);
    expect(output)
      .to.match(/is older than .*, for which the database was migrated/)
      .and.match(/make rollback ENV=local IMAGE_TAG=/);
  });

  it("is found well, for a program that asks", async () => {
    await type(looking);
    const { stdout } = await make("--silent", "verify", "ENV=local", "JSON=1");
    expect(JSON.parse(stdout)).to.include({ healthy: true });
  });

  it("rolls back to the release before, and doesn't run its migrations", async () => {
    const done = await operationsOf(scratch, () => type(rollingBack));
    expect(done).to.deep.equal([
      ...Array.from({ length: 2 }, () => "replace aws:ecs/taskDefinition:TaskDefinition"),
      ...Array.from({ length: 2 }, () => "update aws:ecs/service:Service"),
    ]);
    expect(outputsOf(scratch).application.imageTag).to.equal(outputs.application.imageTag);
  });

  it("destroys what it made and nothing else; the upgrade's snapshot stays", async () => {
    const { output } = await type(destroying);
    expect(output).to.include(outputs.infrastructure.database.clusterIdentifier);
    const left = await inventory(aws);
    const snapshots = left.filter((line) => line.startsWith("snapshot "));
    expect(snapshots, snapshots.join()).to.have.lengthOf(1);
    expect(snapshots[0]).to.include(`-before-${seeded(scratch).imageTags.at(-1)}`);
    expect(left.filter((line) => !snapshots.includes(line))).to.deep.equal(bare);
    await type(stopping);
  });
});
