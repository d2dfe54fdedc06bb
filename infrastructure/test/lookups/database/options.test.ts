import { awsError, fakeClients, vpcId } from "@selfhosted/common/testing";
import { expect } from "chai";
import { readConfig } from "../../../config";
import { lookUpTopic } from "../../../lookups/database/events";
import { type Answers, checkOf, lookUp, withCluster } from "../../account";
import { foundWith } from "../../layer";

describe("The look-up of database parameters", () => {
  const errorsOf = async (databaseParameters: Record<string, string>): Promise<string[]> =>
    (await lookUp({ config: { databaseParameters } })).errors;

  it("takes those that AWS lets change, with values that it allows", async () => {
    const allowed = {
      max_connections: "2000",
      innodb_print_all_deadlocks: "1",
      binlog_format: "ROW",
      init_connect: "SET NAMES utf8mb4",
    };
    expect(await errorsOf(allowed)).to.deep.equal([]);
    expect(await errorsOf({ max_connections: "{DBInstanceClassMemory/12582880}" })).to.deep.equal([]);
  });

  it("refuses one that there isn't, and names the one that was meant", async () => {
    expect(await errorsOf({ max_conections: "2000" })).to.deep.equal([
      "databaseParameters: aurora-mysql8.0 has no parameter max_conections; it has max_connections | " +
        "pulumi config rm --path databaseParameters.max_conections && pulumi config set --path databaseParameters.max_connections 2000",
    ]);
    expect(await errorsOf({ nothing_like_it: "1" })).to.deep.equal([
      "databaseParameters: aurora-mysql8.0 has no parameter nothing_like_it | pulumi config rm --path databaseParameters.nothing_like_it",
    ]);
  });

  it("shows no text that may hold a secret, and nothing that a shell would read in another way", async () => {
    const [error] = await errorsOf({ init_conect: "SET @password = 's3cret'" });
    expect(error).to.match(/&& pulumi config set --path databaseParameters\.init_connect$/);
    const [other] = await errorsOf({ binlog_format: "it's a s3cret" });
    expect(other).to.match(/binlog_format has a value \(not shown\); allowed: ROW/);
    const [formula] = await errorsOf({ max_conections: "{DBInstanceClassMemory/12582880}" });
    expect(formula).to.match(/databaseParameters\.max_connections '\{DBInstanceClassMemory\/12582880\}'$/);
  });

  it("refuses one that AWS lets nobody change, and values that AWS doesn't allow", async () => {
    const errors = await errorsOf({
      innodb_page_size: "8192",
      max_connections: "20000",
      innodb_print_all_deadlocks: "ON",
      binlog_format: "ROWS",
    });
    expect(errors.map((error) => error.split(" | ")[0])).to.deep.equal([
      "databaseParameters: innodb_page_size is a parameter that AWS doesn't let anybody change",
      'databaseParameters: max_connections has the value "20000"; allowed: 1-16000',
      'databaseParameters: innodb_print_all_deadlocks has the value "ON"; allowed: 0,1',
      'databaseParameters: binlog_format has the value "ROWS"; allowed: ROW,STATEMENT,MIXED,OFF',
    ]);
  });
});

describe("The look-up of the database's log groups", () => {
  const group = "/aws/rds/cluster/pulumi-prod-database-cluster/audit";
  const withGroup = (tags: Record<string, string>): Answers => ({
    "logs:DescribeLogGroups": () => ({ logGroups: [{ logGroupName: group, arn: `arn:of:${group}:*` }] }),
    "logs:ListTagsForResource": ({ resourceArn }) => ({ tags: resourceArn === `arn:of:${group}` ? tags : {} }),
  });

  it("refuses one that an earlier database left", async () => {
    expect((await lookUp({ aws: withGroup({}) })).errors.join()).to.match(
      /^databaseLogExports: log group \S+cluster\/audit exists already, .* \| aws logs delete-log-group --log-group-name \S+audit$/,
    );
  });

  it("refuses all that an earlier database left at once", async () => {
    const aws: Answers = {
      "logs:DescribeLogGroups": ({ logGroupNamePrefix: logGroupName }) => ({
        logGroups: [{ logGroupName, arn: "arn:of:it:*" }],
      }),
    };
    const [error, ...others] = (await lookUp({ aws })).errors;
    expect(others).to.deep.equal([]);
    expect(error).to.match(
      /^databaseLogExports: log groups \S+\/audit, \S+\/error, \S+\/slowquery exist already, .*delete them \| /,
    );
    expect(error?.match(/aws logs delete-log-group/g)).to.have.length(3);
  });

  it("takes one that the stack made before an update broke off, and any once the cluster exists", async () => {
    const own = withGroup({ project: "pulumi", layer: "infrastructure", stack: "prod" });
    expect((await lookUp({ aws: own })).errors).to.deep.equal([]);
    expect((await lookUp({ aws: { ...withCluster(), ...withGroup({}) } })).errors).to.deep.equal([]);
  });
});

describe("The look-up of event subscriptions", () => {
  /** In pages of ten. */
  const subscriptions = (names: string[]): Answers => ({
    "rds:DescribeEventSubscriptions": ({ Marker = "0" }) => {
      const start = Number(Marker);
      const next = start + 10 < names.length ? String(start + 10) : undefined;
      const page = names.slice(start, start + 10);
      return { Marker: next, EventSubscriptionsList: page.map((CustSubscriptionId) => ({ CustSubscriptionId })) };
    },
  });
  const others = (count: number): string[] => Array.from({ length: count }, (_, index) => `other-${index}`);
  const own = ["cluster", "instance-1", "instance-2", "parameter-groups", "security-groups"].map(
    (each) => `pulumi-prod-database-events-${each}`,
  );

  it("finds room for the installation's own beside those of others, and doesn't count them twice", async () => {
    const found = await lookUp({ aws: subscriptions([...others(15), ...own]) });
    expect([found.errors, found.warnings]).to.deep.equal([[], []]);
    expect(checkOf("event subscriptions", found).detail).to.match(/^5 for the database, 15 others/);
  });

  it("warns where others have taken the region's quota, which may be raised", async () => {
    const { errors, warnings } = await lookUp({ aws: subscriptions(others(16)) });
    expect(errors).to.deep.equal([]);
    expect(warnings.join()).to.match(
      /^databaseEvents: 5 for the database, 16 others; AWS has 20 in a region unless the quota is raised \| raise the quota/,
    );
    const off = await lookUp({ config: { databaseEvents: false }, aws: subscriptions(others(16)) });
    expect(off.warnings).to.deep.equal([]);
  });
});

describe("The look-up of the topic for events", () => {
  const config = { databaseEventTopicArn: "arn:aws:sns:eu-central-1:111122223333:operations" };

  it("refuses one that isn't there", async () => {
    const aws: Answers = {
      "sns:GetTopicAttributes": () => {
        throw awsError("NotFoundException", "Topic does not exist");
      },
    };
    expect((await lookUp({ config })).errors).to.deep.equal([]);
    expect((await lookUp({ config, aws })).errors).to.deep.equal([
      `databaseEventTopicArn: topic ${config.databaseEventTopicArn} doesn't exist | \`aws sns list-topics\` lists those that there are`,
    ]);
  });

  it("asks with the clients that it is given", async () => {
    const asked: unknown[] = [];
    const aws = fakeClients({ "sns:GetTopicAttributes": ({ TopicArn }) => (asked.push(TopicArn), { Attributes: {} }) });
    await lookUpTopic(readConfig(foundWith(config)).config, aws);
    expect(asked).to.deep.equal([config.databaseEventTopicArn]);
  });

  it("warns of one that RDS can't send to", async () => {
    const aws: Answers = { "sns:GetTopicAttributes": () => ({ Attributes: { KmsMasterKeyId: "alias/aws/sns" } }) };
    expect((await lookUp({ config, aws })).warnings.join()).to.match(
      /encrypted with AWS's own key for SNS, which RDS can't use/,
    );
  });
});

describe("The look-up of further security groups", () => {
  const config = { databaseExtraSecurityGroupIds: "sg-0a1b2c3d" };
  const inVpc = (VpcId: string): Answers => ({
    "ec2:DescribeSecurityGroups": () => ({ SecurityGroups: [{ GroupId: "sg-0a1b2c3d", VpcId }] }),
  });

  it("takes those of the database's VPC", async () => {
    expect((await lookUp({ config, aws: inVpc(vpcId) })).errors).to.deep.equal([]);
  });

  it("refuses those that aren't there, or elsewhere", async () => {
    const error = `databaseExtraSecurityGroupIds: ${vpcId} has no security group sg-0a1b2c3d`;
    for (const aws of [{}, inVpc("vpc-0f0f0f0f")]) {
      expect((await lookUp({ config, aws })).errors.join()).to.match(
        new RegExp(`^${error} \\| .*describe-security-groups`),
      );
    }
  });
});
