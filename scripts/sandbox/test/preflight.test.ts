import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type AwsClients, awsClients } from "@selfhosted/common";
import { expect } from "chai";
import { checkAccount } from "../../preflight/check-account";
import { planOf } from "../../preflight/plan";
import type { CheckResult } from "../../report";
import { repository } from "../../repository";
import { type Changes, configured } from "../../test/support/installation";
import type { Seeded } from "../seed";
import { emulator } from "./account";

type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

const operator: Credentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };

describe("preflight in the emulated account", function () {
  this.timeout(60_000);
  let seeded: Seeded;
  let clients: (credentials: Credentials) => (region: string) => AwsClients;
  let aws: AwsClients;

  before(async () => {
    const { account, url: endpoint } = await emulator();
    seeded = account;
    clients = (credentials) => (region) => awsClients({ region, endpoint, credentials });
    aws = clients(operator)(seeded.region);
  });

  /** What is wrong with an installation in the seeded network. */
  async function problems(changes: Changes = {}, credentials = operator): Promise<CheckResult[]> {
    const { infrastructure, ...others } = changes;
    const found = configured({
      infrastructure: {
        "aws:region": seeded.region,
        vpcId: seeded.vpcId,
        publicSubnetIds: seeded.subnetIds.public.join(","),
        privateSubnetIds: seeded.subnetIds.private.join(","),
        isolatedSubnetIds: seeded.subnetIds.isolated.join(","),
        ...infrastructure,
      },
      ...others,
    });
    const all = await checkAccount(planOf(found, { stack: "prod", resources: [] }), clients(credentials));
    return all.filter(({ verdict }) => verdict !== "ok");
  }

  /** A user with these policies and no others. */
  async function userWith(UserName: string, documents: object[]): Promise<Credentials> {
    await aws.iam.createUser({ UserName });
    for (const [index, document] of documents.entries()) {
      const PolicyName = `${UserName}-${index}`;
      const { Policy } = await aws.iam.createPolicy({ PolicyName, PolicyDocument: JSON.stringify(document) });
      await aws.iam.attachUserPolicy({ UserName, PolicyArn: Policy?.Arn });
    }
    const { AccessKey } = await aws.iam.createAccessKey({ UserName });
    return { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
  }

  /** The policies of scripts/permissions with the names of this account. */
  function policies(): object[] {
    const folder = join(repository, "scripts/permissions");
    return readdirSync(folder)
      .filter((file) => /^(infrastructure|application|dns|scripts)-.*\.json$/.test(file))
      .map((file) => readFileSync(join(folder, file), "utf8"))
      .map((text) => text.replaceAll("111122223333", seeded.accountId).replaceAll("eu-central-1", seeded.region))
      .map((text) => JSON.parse(text) as object);
  }

  it("finds nothing in a new account, for an administrator", async () => {
    expect(await problems()).to.deep.equal([]);
  });

  it("finds that Fargate's quota is too low for many tasks, until it is raised as the remedy says", async () => {
    const changes = { infrastructure: { size: "large" }, application: { apiMinTasks: 20, apiMaxTasks: 40 } };
    const [found, ...others] = await problems(changes);
    expect(found).to.include({ name: "quota of Fargate vCPU", verdict: "fail" });
    expect(found?.detail).to.equal("83 needed, 0 of 64 in use: 19 too many");
    expect(others).to.deep.equal([]);
    const [, value] = /--desired-value (\d+)/.exec(found?.fix ?? "") ?? [];
    const raise = (DesiredValue: number) =>
      aws.quotas.requestServiceQuotaIncrease({ ServiceCode: "fargate", QuotaCode: "L-3032A538", DesiredValue });
    expect(await raise(64).then(String, ({ name }: Error) => name)).to.equal("IllegalArgumentException");
    await raise(Number(value));
    expect(await problems(changes)).to.deep.equal([]);
  });

  it("finds that no database cluster is left, once there are forty, and AWS makes no other", async () => {
    const make = (name: string) =>
      aws.rds.createDBCluster({
        ...{ DBClusterIdentifier: name, Engine: "aurora-mysql", EngineVersion: "8.0.mysql_aurora.3.10.4" },
        ...{ MasterUsername: "admin", MasterUserPassword: "password1" },
      });
    // The account is that of other tests too.
    const { DBClusters: others = [] } = await aws.rds.describeDBClusters({});
    const names = Array.from({ length: 40 - others.length }, (_, index) => `filler-${index}`);
    for (const name of names) {
      await make(name);
    }
    try {
      const [found, ...more] = await problems();
      expect(found).to.include({ name: "quota of DB clusters", verdict: "fail" });
      expect(found?.detail).to.equal("1 needed, 40 of 40 in use: 1 too many");
      expect(more).to.deep.equal([]);
      expect(await make("another").then(String, ({ name }: Error) => name)).to.equal("DBClusterQuotaExceededFault");
    } finally {
      for (const DBClusterIdentifier of names) {
        await aws.rds.deleteDBCluster({ DBClusterIdentifier, SkipFinalSnapshot: true });
      }
    }
  });

  it("finds that small subnets are too few addresses for a roll", async () => {
    const small: string[] = [];
    for (const [index, zone] of ["a", "b"].entries()) {
      const { Subnet } = await aws.ec2.createSubnet({
        ...{ VpcId: seeded.vpcId, CidrBlock: `10.0.250.${16 * index}/28`, AvailabilityZone: `${seeded.region}${zone}` },
      });
      small.push(Subnet?.SubnetId ?? "");
    }
    const [found, ...others] = await problems({ infrastructure: { privateSubnetIds: small.join(",") } });
    expect(found).to.include({ name: "addresses for tasks", verdict: "warn" });
    expect(found?.detail).to.contain(`16 tasks at most take 32 addresses while they roll, and 22 are free`);
    expect(others).to.deep.equal([]);
    for (const SubnetId of small) {
      await aws.ec2.deleteSubnet({ SubnetId });
    }
  });

  it("finds nothing for a user with the policies of scripts/permissions", async () => {
    const everything = { searchEnabled: true, backupEnabled: true };
    const user = await userWith("deployer", policies());
    expect((await problems({ infrastructure: everything }, user)).map(({ detail }) => detail)).to.deep.equal([]);
  });

  it("finds the one action that a user lacks, and the one that a policy forbids", async () => {
    const text = JSON.stringify(policies()).replace('"ecs:CreateService",', "");
    const forbidding = { Effect: "Deny", Action: "rds:Create*", Resource: "*" };
    const own = JSON.parse(text) as object[];
    const user = await userWith("limited", [...own, { Version: "2012-10-17", Statement: [forbidding] }]);
    const found = await problems({}, user);
    expect(found.map(({ name, verdict }) => `${name}: ${verdict}`)).to.deep.equal([
      ...["permissions for infrastructure: warn", "permissions for application: warn"],
    ]);
    expect(found[0]?.detail).to.match(
      /forbids .*user\/limited rds:CreateDBCluster, rds:CreateDBClusterParameterGroup,/,
    );
    expect(found[1]?.detail).to.match(/user\/limited isn't allowed ecs:CreateService$/);
  });

  it("asks about the role of a session, and says where that one can't be asked about", async () => {
    const trust = {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { AWS: `arn:aws:iam::${seeded.accountId}:root` },
    };
    const { Role } = await aws.iam.createRole({
      ...{ RoleName: "Deployer", Path: "/teams/" },
      AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
    });
    const assumed = await aws.sts.assumeRole({ RoleArn: Role?.Arn, RoleSessionName: "me" });
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = assumed.Credentials ?? {};
    const session = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    const found = await problems({}, session);
    expect(found.map(({ name }) => name)).to.include.members([
      "permissions for infrastructure",
      "service-linked roles",
    ]);
    expect(found[0]?.detail).to.contain("role/teams/Deployer isn't allowed ");
    await aws.iam.deleteRole({ RoleName: "Deployer" });
    const [gone] = await problems({}, session);
    expect(gone).to.include({ name: "permissions", verdict: "skip" });
  });
});

describe("IAM's simulator in the emulated account", function () {
  this.timeout(60_000);
  let aws: AwsClients;

  before(async () => {
    const { account, url: endpoint } = await emulator();
    aws = awsClients({ region: account.region, endpoint, credentials: operator });
  });

  /** What a user with these statements may do, as `action resource: decision`. */
  async function decisions(
    UserName: string,
    statements: object[],
    asked: { ActionNames: string[]; ResourceArns?: string[]; ContextEntries?: object[]; MaxItems?: number },
  ): Promise<string[]> {
    const { User } = await aws.iam.createUser({ UserName });
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    await aws.iam.putUserPolicy({ UserName, PolicyName: "own", PolicyDocument });
    const { EvaluationResults = [], IsTruncated } = await aws.iam.simulatePrincipalPolicy({
      PolicySourceArn: User?.Arn,
      ...asked,
    });
    const all = EvaluationResults.map(
      (each) => `${each.EvalActionName} ${each.EvalResourceName}: ${each.EvalDecision}`,
    );
    return IsTruncated ? [...all, "…"] : all;
  }
  const allow = (Action: string, Resource = "*", more: object = {}) => ({ Effect: "Allow", Action, Resource, ...more });

  it("allows what a statement names, with its wildcards and without regard to case, on its resources alone", async () => {
    const bucket = "arn:aws:s3:::mine";
    expect(
      await decisions("wildcards", [allow("s3:get*", `${bucket}/?`)], {
        ActionNames: ["s3:GetObject", "s3:PutObject"],
        ResourceArns: [`${bucket}/a`, `${bucket}/ab`],
      }),
    ).to.deep.equal([
      `s3:GetObject ${bucket}/a: allowed`,
      `s3:GetObject ${bucket}/ab: implicitDeny`,
      `s3:PutObject ${bucket}/a: implicitDeny`,
      `s3:PutObject ${bucket}/ab: implicitDeny`,
    ]);
  });

  it("lets a deny win, and takes all but what NotAction names", async () => {
    const statements = [allow("*"), { Effect: "Deny", NotAction: "s3:*", Resource: "*" }];
    expect(await decisions("denies", statements, { ActionNames: ["s3:GetObject", "ec2:RunInstances"] })).to.deep.equal([
      "s3:GetObject *: allowed",
      "ec2:RunInstances *: explicitDeny",
    ]);
  });

  it("holds a condition only against a value that was given", async () => {
    const condition = { Condition: { StringEquals: { "iam:PassedToService": ["ecs-tasks.amazonaws.com"] } } };
    const given = (ContextKeyValues: string[]) => ({
      ActionNames: ["iam:PassRole"],
      ContextEntries: [{ ContextKeyName: "iam:PassedToService", ContextKeyValues, ContextKeyType: "string" }],
    });
    const statements = [allow("iam:PassRole", "*", condition)];
    const without = await decisions("condition-1", statements, { ActionNames: ["iam:PassRole"] });
    const other = await decisions("condition-2", statements, given(["ec2.amazonaws.com"]));
    const met = await decisions("condition-3", statements, given(["ecs-tasks.amazonaws.com"]));
    expect([without, other, met].flat()).to.deep.equal([
      ...["iam:PassRole *: implicitDeny", "iam:PassRole *: implicitDeny", "iam:PassRole *: allowed"],
    ]);
  });

  it("answers in pages, and refuses what is no user or role of the account", async () => {
    const actions = { ActionNames: ["s3:GetObject", "s3:PutObject"], MaxItems: 1 };
    expect(await decisions("pages", [allow("*")], actions)).to.deep.equal(["s3:GetObject *: allowed", "…"]);
    const ask = (PolicySourceArn: string): Promise<string> =>
      aws.iam.simulatePrincipalPolicy({ PolicySourceArn, ...actions }).then(String, ({ name }: Error) => name);
    expect(await ask("arn:aws:iam::123456789012:root")).to.equal("InvalidInputException");
    expect(await ask("arn:aws:sts::123456789012:assumed-role/x/me")).to.equal("InvalidInputException");
    expect(await ask("arn:aws:iam::123456789012:user/nobody")).to.equal("NoSuchEntityException");
  });
});
