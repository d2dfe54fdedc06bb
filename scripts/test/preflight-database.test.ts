import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type { EC2 } from "@aws-sdk/client-ec2";
import type { KMS } from "@aws-sdk/client-kms";
import { RDS, type DBClusterSnapshot } from "@aws-sdk/client-rds";
import { expect } from "chai";
import { settings, type Config } from "../../infrastructure/config";
import { subscriptionNames } from "../../infrastructure/database-events";
import { checkDatabase, subscriptionsFinding, type DatabaseQuery } from "../lib/prerequisites/database";
import { checkInsights } from "../lib/prerequisites/log-groups";
import { typeProblems } from "../lib/prerequisites/search";
import type { Finding } from "../lib/report";

const failures = (findings: Finding[]): string[] =>
  findings.filter(({ verdict }) => verdict === "fail").map(({ name, evidence }) => `${name}: ${evidence}`);

/** The defaults, and what a test sets. */
function configured(values: Partial<Config>): Config {
  const defaults = Object.entries(settings).map(([key, setting]) => [key, setting.default]);
  return { ...Object.fromEntries(defaults), ...values } as Config;
}

const key = "arn:aws:kms:eu-central-1:111122223333:key/old";
const snapshot: DBClusterSnapshot = {
  DBClusterSnapshotIdentifier: "before",
  Engine: "aurora-mysql",
  EngineVersion: "8.0.mysql_aurora.3.10.4",
  Status: "available",
  KmsKeyId: key,
};

interface Account {
  cluster?: string;
  snapshot?: Partial<DBClusterSnapshot>;
  keyState?: string;
  classes?: string[];
  zones?: string[];
  groups?: Record<string, Record<string, string>>;
}

/** An account that holds these. */
function clients(account: Account): Parameters<typeof checkDatabase>[0] {
  const { classes = ["db.r6g.large", "db.r7g.large"], zones = ["a", "b", "c"], groups = {} } = account;
  const rds = Object.assign(new RDS({ region: "eu-central-1" }), {
    describeDBClusters: () =>
      Promise.resolve({ DBClusters: account.cluster ? [{ EngineVersion: account.cluster }] : [] }),
    describeDBClusterSnapshots: () =>
      account.snapshot
        ? Promise.resolve({ DBClusterSnapshots: [{ ...snapshot, ...account.snapshot }] })
        : Promise.reject(Object.assign(new Error("before not found"), { name: "DBClusterSnapshotNotFoundFault" })),
    // The paginators of the SDK send their command by themselves.
    send: () =>
      Promise.resolve({
        OrderableDBInstanceOptions: classes.map((DBInstanceClass) => ({
          DBInstanceClass,
          AvailabilityZones: zones.map((Name) => ({ Name })),
        })),
      }),
  });
  const ec2 = {
    describeSubnets: () => Promise.resolve({ Subnets: [{ AvailabilityZone: "a" }, { AvailabilityZone: "b" }] }),
  };
  const kms = {
    describeKey: () =>
      account.keyState
        ? Promise.resolve({ KeyMetadata: { KeyState: account.keyState } })
        : Promise.reject(Object.assign(new Error("may not"), { name: "AccessDeniedException" })),
  };
  const logs = {
    describeLogGroups: () =>
      Promise.resolve({
        logGroups: Object.keys(groups).map((logGroupName) => ({ logGroupName, arn: `${logGroupName}:*` })),
      }),
    listTagsForResource: ({ resourceArn }: { resourceArn: string }) => Promise.resolve({ tags: groups[resourceArn] }),
  };
  return { rds, ec2: ec2 as unknown as EC2, kms: kms as unknown as KMS, logs: logs as unknown as CloudWatchLogs };
}

const query = (config: Partial<Config> = {}): DatabaseQuery => ({
  config: configured(config),
  region: "eu-central-1",
  isolatedSubnetIds: ["subnet-1", "subnet-2"],
  clusterIdentifier: "pulumi-prod-database-cluster",
  tags: { project: "pulumi", layer: "infrastructure", stack: "prod" },
});

describe("preflight: database", () => {
  const check = async (account: Account, config?: Partial<Config>): Promise<string[]> =>
    failures(await checkDatabase(clients(account), query(config)));
  const restore = { databaseRestoreFromSnapshot: "before" };

  it("is content with a class that AWS offers, and a snapshot that fits", async () => {
    expect(await check({})).to.deep.equal([]);
    expect(await check({ snapshot: {}, keyState: "Enabled" }, restore)).to.deep.equal([]);
  });

  it("names the version to set for a snapshot that is newer", async () => {
    const newer = { snapshot: { EngineVersion: "8.0.mysql_aurora.3.12.0" }, keyState: "Enabled" };
    const [found] = await checkDatabase(clients(newer), query(restore));
    expect(found).to.deep.include({
      name: "infrastructure databaseEngineVersion",
      verdict: "fail",
      remedy: "in infrastructure/: pulumi config set databaseEngineVersion 8.0.mysql_aurora.3.12.0",
    });
  });

  it("fails a snapshot that isn't there, isn't ready, or whose key can't be used", async () => {
    expect((await check({}, restore)).join()).to.match(
      /databaseRestoreFromSnapshot: before can't be read; AWS said: DBCl/,
    );
    expect((await check({ snapshot: { Status: "creating" } }, restore)).join()).to.match(
      /the key \S+key\/old of before can't be read; AWS said: AccessDenied.*before is in state creating/,
    );
    expect((await check({ snapshot: {}, keyState: "PendingDeletion" }, restore)).join()).to.match(
      /before is encrypted with \S+key\/old, which is in state PendingDeletion/,
    );
  });

  it("names a class that the region has", async () => {
    expect(await check({ classes: ["db.t4g.medium", "db.r7g.large"] })).to.deep.equal([
      "infrastructure databaseInstanceClass: AWS doesn't offer db.r6g.large for 8.0.mysql_aurora.3.10.4 in eu-central-1; " +
        "it has db.r7g.large",
    ]);
    expect((await check({ zones: ["a", "c"] })).join()).to.match(/the isolated subnets are also in b/);
    expect((await check({ classes: [] })).join()).to.match(/databaseEngineVersion: found .* AWS offers no class/);
  });

  it("fails a log group that an earlier database left, and not one that the stack has made", async () => {
    const audit = "/aws/rds/cluster/pulumi-prod-database-cluster/audit";
    expect((await check({ groups: { [audit]: {} } })).join()).to.contain(`log group ${audit} exists already`);
    expect(await check({ groups: { [audit]: { ...query().tags } } })).to.deep.equal([]);
  });

  it("asks for none of it once the cluster exists", async () => {
    const findings = await checkDatabase(clients({ cluster: "8.0.mysql_aurora.3.12.0", classes: [] }), query(restore));
    expect(findings).to.deep.equal([
      { name: "database", verdict: "ok", evidence: "pulumi-prod-database-cluster exists, 8.0.mysql_aurora.3.12.0" },
    ]);
  });
});

describe("preflight: Container Insights", () => {
  const tags = { project: "pulumi", layer: "application", stack: "prod" };
  const group = "/aws/ecs/containerinsights/pulumi-prod-cluster/performance";
  const check = (groups: Account["groups"], containerInsights: "enabled" | "disabled" = "enabled") =>
    checkInsights(clients({ groups }).logs, {
      config: { containerInsights },
      clusterName: "pulumi-prod-cluster",
      tags,
    });

  it("fail a log group that ECS has made, with the command that deletes it", async () => {
    const [found] = await check({ [group]: {} });
    expect(found).to.include({ name: "application containerInsights", verdict: "fail" });
    expect(found?.remedy).to.match(new RegExp(`aws logs delete-log-group --log-group-name ${group}$`));
  });

  it("are content with none, with the stack's own, with one of a longer name, and where they are off", async () => {
    const harmless: Required<Account>["groups"][] = [{}, { [group]: tags }, { [`${group}-old`]: {} }];
    for (const groups of harmless) {
      expect(failures(await check(groups))).to.deep.equal([]);
    }
    expect(await check({ [group]: {} }, "disabled")).to.deep.equal([]);
  });
});

describe("preflight: event subscriptions", () => {
  const wanted = subscriptionNames("pulumi-prod-database-events", { databaseInstanceCount: 2 });
  const others = (count: number): string[] => Array.from({ length: count }, (_, index) => `other-${index}`);

  it("fit beside those of others, the installation's own not counted twice", () => {
    expect(subscriptionsFinding([...others(15), ...wanted], wanted).verdict).to.equal("ok");
  });

  it("are too many where others have taken the region's quota", () => {
    expect(subscriptionsFinding(others(16), wanted)).to.deep.include({
      verdict: "warn",
      evidence: "5 for the database, 16 others; AWS has 20 in a region unless the quota is raised",
    });
  });
});

describe("preflight: search", () => {
  const offered = (...types: string[]) =>
    types.map((type) => ({
      InstanceType: type,
      EncryptionEnabled: true,
      AdvancedSecurityEnabled: true,
    }));
  const region = "ap-east-2";

  it("is content with types that AWS offers", () => {
    expect(typeProblems(configured({}), offered("t3.medium.search"), region)).to.deep.equal([]);
    const medium = configured({ size: "medium" });
    expect(typeProblems(medium, offered("m6g.large.search", "r6g.large.search"), region)).to.deep.equal([]);
  });

  it("names a type of the same size that the region has, for nodes and masters", () => {
    const config = configured({ size: "large", searchInstanceType: "r6g.xlarge.search" });
    const fixes = typeProblems(config, offered("m7g.large.search", "m7g.xlarge.search", "r7g.xlarge.search"), region);
    expect(fixes.map(({ fix }) => fix)).to.deep.equal([
      "pulumi config set searchInstanceType r7g.xlarge.search",
      "pulumi config set searchMasterType m7g.large.search",
    ]);
  });

  it("fails a type that can't be encrypted or have passwords", () => {
    const config = configured({ searchInstanceType: "m4.large.search", searchMasterCount: "0" });
    const [type] = offered("m4.large.search");
    expect(typeProblems(config, [{ ...type, AdvancedSecurityEnabled: false }], region)[0]?.reason).to.match(
      /AWS doesn't offer m4\.large\.search for OpenSearch_2\.13 in ap-east-2, encrypted and with passwords; it has nothing/,
    );
  });
});
