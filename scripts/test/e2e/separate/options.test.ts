import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient, type KeySchemaElement } from "@aws-sdk/client-dynamodb";
import {
  AssociateSubnetCidrBlockCommand,
  AssociateVpcCidrBlockCommand,
  CreateRouteCommand,
  DescribeRouteTablesCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { CreateRepositoryCommand, DescribeImagesCommand, ECRClient, PutImageCommand } from "@aws-sdk/client-ecr";
import { CreatePolicyCommand, IAMClient, ListAttachedRolePoliciesCommand } from "@aws-sdk/client-iam";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { type Outcome, type Scratch, scratchCheckout } from "../../../bench/scratch";
import { configure, configureSecrets } from "../configuration";
import { type Access, inventory } from "../inventory";
import { plainPulumi, upArguments } from "../plain-pulumi";
import { access, outputsOf, seeded } from "../sandbox";
import { operationsOf } from "../state";
import { describeApplication, type Installed, type Kind, kinds, main, secretValue } from "./installed";
import { canary, options, secrets, type SecretSetting, settings } from "./options";

const inInfrastructure = { searchEnabled: "true", endpointsEnabled: "true" };

describe("the options of the application in the sandbox", function () {
  this.timeout(600_000);
  this.bail(true);
  let scratch: Scratch;
  let aws: Access;
  let bare: string[];
  let existing: Record<string, string>;
  let installed: Installed;

  const make = async (...args: string[]): Promise<Outcome> => {
    const outcome = await scratch.make(...args);
    expect(outcome.code, outcome.output).to.equal(0);
    return outcome;
  };
  const look = async (): Promise<void> => {
    installed = await describeApplication(aws, outputsOf(scratch).application);
  };
  /** Deploys, which ends with `make verify`, and reads what is there then. */
  const deploy = async (): Promise<string> => {
    const { output } = await make("deploy", "ENV=local");
    await look();
    return output;
  };
  const expectAll = (state: "on" | "off"): void => {
    const found = Object.fromEntries(options.map(({ what, look }) => [what, look(installed)]));
    expect(found).to.deep.equal(Object.fromEntries(options.map((each) => [each.what, each[state]])));
  };

  /** The containers that get the value of a secret setting. */
  const recipients = async ({ variable, value }: SecretSetting): Promise<Kind[]> => {
    const given = await Promise.all(kinds.map((kind) => secretValue(aws, installed, kind, variable)));
    return kinds.filter((_, index) => given[index] === value);
  };

  /** The kinds of tasks whose role has the policy of the log router. */
  const mayWriteLogs = async (): Promise<Kind[]> => {
    const iam = new IAMClient(aws);
    const attached = await Promise.all(
      kinds.map(async (kind) => {
        const RoleName = installed.tasks[kind]?.taskRoleArn?.split("/").pop();
        return RoleName ? (await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))).AttachedPolicies : [];
      }),
    );
    return kinds.filter((_, index) =>
      attached[index]?.some(({ PolicyArn }) => PolicyArn === existing["logRouterPolicyArn"]),
    );
  };

  /** What is in the account for options alone, by the word in its names. */
  const extras = async (): Promise<string[]> => {
    const words = (await inventory(aws)).join("\n").split(/[^a-zA-Z]+/);
    return ["jobs", "search", "endpoints", "exec"].filter((word) => words.includes(word));
  };

  before(async () => {
    scratch = scratchCheckout();
    await make("env", "ENV=local");
    aws = access(scratch);
    existing = { ...(await bringImages(scratch, aws)), logRouterPolicyArn: await bringPolicy(aws) };
    await makeStores(aws);
    await addIpv6(scratch, aws);
    bare = await inventory(aws);
    configure(scratch, "infrastructure", inInfrastructure);
    configure(scratch, "application", { ...settings, ...existing });
    await configureSecrets(
      scratch,
      "application",
      Object.fromEntries(Object.entries(secrets).map(([key, { value }]) => [key, value])),
    );
  });

  after(() => scratch.remove());

  it("are all on after one deployment, which finds the jobs service healthy too", async () => {
    const output = await deploy();
    expectAll("on");
    expect(output)
      .to.match(/✓ jobs tasks/)
      .and.not.include(canary);
    expect(await extras()).to.deep.equal(["jobs", "search", "endpoints"]);
    expect(await mayWriteLogs()).to.deep.equal(["api", "console", "jobs"]);
  });

  it("give each container the secrets that are for it, by reference alone", async () => {
    for (const [setting, secret] of Object.entries(secrets)) {
      expect(await recipients(secret), setting).to.have.members(secret.containers);
    }
    expect(JSON.stringify(installed)).not.to.include(canary);
    expect(contentsOf(join(scratch.folder, ".local", "state"))).not.to.include(canary);
  });

  it("pin one image by its digest, and take another from elsewhere", () => {
    expect(main(installed, "api")?.image)
      .to.match(/\/pulumi\/service:.*@sha256:/)
      .and.include(existing["apiImageDigest"]);
    expect(main(installed, "console")?.image).to.equal(existing["consoleImage"]);
    const router = installed.tasks.jobs?.containerDefinitions?.find(({ name }) => name === "log-router");
    expect(router).to.include({ image: existing["logRouterImage"], essential: true });
  });

  it("change nothing the second time", async () => {
    const before = await inventory(aws);
    expect(await operationsOf(scratch, deploy)).to.deep.equal([]);
    expect(await inventory(aws)).to.deep.equal(before);
  });

  it("give way to shells in running containers", async () => {
    configure(scratch, "application", { readOnlyRootFilesystem: undefined, execEnabled: "true" });
    const { code, output } = await plainPulumi(scratch, "application", upArguments("local"));
    expect(code, output).to.equal(0);
    await look();
    const { services, tasks, cluster } = installed;
    for (const kind of ["api", "console", "jobs"] as const) {
      expect(services[kind]?.enableExecuteCommand, kind).to.equal(true);
      expect(tasks[kind]?.taskRoleArn, kind).to.be.a("string");
      expect(main(installed, kind)?.linuxParameters, kind).to.deep.equal({ initProcessEnabled: true });
    }
    const { kmsKeyId, logging, logConfiguration } = cluster?.configuration?.executeCommandConfiguration ?? {};
    expect(kmsKeyId).to.match(/:key\//);
    expect(logging).to.equal("OVERRIDE");
    expect(await inventory(aws)).to.include(`logGroup ${logConfiguration?.cloudWatchLogGroupName ?? ""}`);
    expect(await extras()).to.deep.equal(["jobs", "search", "endpoints", "exec"]);
  });

  it("are all off after one deployment, and nothing is left of them", async () => {
    configure(scratch, "infrastructure", takenOut(inInfrastructure));
    configure(scratch, "application", takenOut({ ...settings, ...existing, ...secrets, execEnabled: "true" }));
    const output = await deploy();
    expectAll("off");
    expect(output)
      .to.match(/✓ api tasks/)
      .and.not.include("jobs tasks");
    const { services, tasks } = installed;
    expect([services.api, services.console].map((service) => service?.enableExecuteCommand)).to.deep.equal([
      false,
      false,
    ]);
    expect(tasks.console?.taskRoleArn).to.equal(undefined);
    expect(await mayWriteLogs()).to.deep.equal([]);
    for (const [setting, secret] of Object.entries(secrets)) {
      expect(await recipients(secret), setting).to.deep.equal([]);
    }
    expect(await extras()).to.deep.equal([]);
  });

  it("leave no trace after a destruction", async () => {
    await make("destroy", "ENV=local", "YES=1");
    // OpenSearch's service-linked role is the account's, for all its domains.
    const left = (await inventory(aws)).filter((line) => !line.startsWith("role AWSServiceRoleFor"));
    expect(left).to.deep.equal(bare);
  });
});

/** The changes that take these settings out; of a map, the whole map. */
function takenOut(set: Record<string, unknown>): Record<string, undefined> {
  return Object.fromEntries(Object.keys(set).map((key) => [key.split(".")[0], undefined]));
}

/** Pushes an image of Fluent Bit. Returns settings that name it, an image by its digest, and one of another registry. */
async function bringImages(scratch: Scratch, aws: Access): Promise<Record<string, string>> {
  const { accountId, region } = seeded(scratch);
  const tag = seeded(scratch).imageTags[1] ?? "";
  const ecr = new ECRClient(aws);
  const described = await ecr.send(
    new DescribeImagesCommand({ repositoryName: "pulumi/service", imageIds: [{ imageTag: tag }] }),
  );
  const [repositoryName, imageTag, imageManifestMediaType] = [
    "aws-for-fluent-bit",
    "3.0.0",
    "application/vnd.oci.image.manifest.v1+json",
  ];
  await ecr.send(new CreateRepositoryCommand({ repositoryName }));
  await ecr.send(
    new PutImageCommand({
      repositoryName,
      imageTag,
      imageManifestMediaType,
      imageManifest: JSON.stringify({ schemaVersion: 2, mediaType: imageManifestMediaType, layers: [] }),
    }),
  );
  return {
    apiImageDigest: described.imageDetails?.[0]?.imageDigest ?? "",
    consoleImage: `registry.example.com/mirror/console@sha256:${"0".repeat(64)}`,
    logRouterImage: `${accountId}.dkr.ecr.${region}.amazonaws.com/${repositoryName}:${imageTag}`,
  };
}

/** Makes a policy with which Fluent Bit could write to a bucket. Returns its ARN. */
async function bringPolicy(aws: Access): Promise<string> {
  const Statement = [{ Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::example-logs/*" }];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  const { Policy } = await new IAMClient(aws).send(
    new CreatePolicyCommand({ PolicyName: "example-logs", PolicyDocument }),
  );
  return Policy?.Arn ?? "";
}

/** Makes the table and the buckets that the settings name. */
async function makeStores(aws: Access): Promise<void> {
  const keys = (partition: string): KeySchemaElement[] => [
    { AttributeName: partition, KeyType: "HASH" },
    { AttributeName: "timestamp_id", KeyType: "RANGE" },
  ];
  await new DynamoDBClient(aws).send(
    new CreateTableCommand({
      TableName: settings.auditLogsTable,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["org_id", "org_user_id", "timestamp_id"].map((AttributeName) => ({
        AttributeName,
        AttributeType: "S",
      })),
      KeySchema: keys("org_id"),
      GlobalSecondaryIndexes: [
        { IndexName: "org_user", KeySchema: keys("org_user_id"), Projection: { ProjectionType: "ALL" } },
      ],
    }),
  );
  const s3 = new S3Client(aws);
  for (const Bucket of [settings.registryPublicBucket, settings.registryPrivateBucket]) {
    await s3.send(new CreateBucketCommand({ Bucket }));
  }
}

/** Gives the VPC and its public subnets IPv6 networks, and these the way to the internet. */
async function addIpv6(scratch: Scratch, aws: Access): Promise<void> {
  const { vpcId, subnetIds } = seeded(scratch);
  const ec2 = new EC2Client(aws);
  await ec2.send(new AssociateVpcCidrBlockCommand({ VpcId: vpcId, AmazonProvidedIpv6CidrBlock: true }));
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }));
  const block = Vpcs?.[0]?.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock ?? "";
  for (const [index, SubnetId] of subnetIds.public.entries()) {
    const Ipv6CidrBlock = block.replace("00::/56", `0${index}::/64`);
    await ec2.send(new AssociateSubnetCidrBlockCommand({ SubnetId, Ipv6CidrBlock }));
  }
  const Filters = [{ Name: "association.subnet-id", Values: subnetIds.public }];
  for (const { RouteTableId, Routes } of (await ec2.send(new DescribeRouteTablesCommand({ Filters }))).RouteTables ??
    []) {
    const GatewayId = Routes?.find((route) => route.GatewayId?.startsWith("igw-"))?.GatewayId;
    await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationIpv6CidrBlock: "::/0", GatewayId }));
  }
}

/** The text of all files under a folder. */
function contentsOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8")).join();
}
