import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type { EC2 } from "@aws-sdk/client-ec2";
import type { KMS } from "@aws-sdk/client-kms";
import { OpenSearch, type ListInstanceTypeDetailsRequest } from "@aws-sdk/client-opensearch";
import { RDS, type DBClusterSnapshot } from "@aws-sdk/client-rds";
import { expect } from "chai";
import { settings, type Config } from "../../infrastructure/config";
import { subscriptionNames } from "../../infrastructure/database-events";
import { checkDatabase, subscriptionsFinding, type DatabaseQuery } from "../lib/prerequisites/database";
import { checkInsights } from "../lib/prerequisites/log-groups";
import { checkSearch, checkVolume, typeProblems } from "../lib/prerequisites/search";
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
  /** Version of the cluster; undefined where there is none. */
  cluster?: string;
  /** Administrator of the cluster. */
  username?: string;
  snapshot?: Partial<DBClusterSnapshot>;
  keyState?: string;
  /** Classes of instances, by storage type. */
  classes?: Record<string, string[]>;
  zones?: string[];
  groups?: Record<string, Record<string, string>>;
}

const offered = (...classes: string[]) => ({ aurora: classes, "aurora-iopt1": classes });

/** An account that holds these. */
function clients(account: Account): Parameters<typeof checkDatabase>[0] {
  const { classes = offered("db.r6g.large", "db.r7g.large"), zones = ["a", "b", "c"], groups = {} } = account;
  const rds = Object.assign(new RDS({ region: "eu-central-1" }), {
    describeDBClusters: () =>
      Promise.resolve({
        DBClusters: account.cluster
          ? [
              {
                EngineVersion: account.cluster,
                MasterUsername: account.username ?? "pulumi_admin",
                KmsKeyId: key,
              },
            ]
          : [],
      }),
    describeDBInstances: () =>
      Promise.resolve({
        DBInstances: ["a", "b"].map((AvailabilityZone, index) => ({
          DBInstanceIdentifier: `instance-${index + 1}`,
          DBInstanceClass: "db.r6g.large",
          AvailabilityZone,
        })),
      }),
    describeDBClusterSnapshots: () =>
      account.snapshot
        ? Promise.resolve({ DBClusterSnapshots: [{ ...snapshot, ...account.snapshot }] })
        : Promise.reject(Object.assign(new Error("before not found"), { name: "DBClusterSnapshotNotFoundFault" })),
    // The paginators of the SDK send their command by themselves.
    send: () =>
      Promise.resolve({
        OrderableDBInstanceOptions: Object.entries(classes).flatMap(([StorageType, each]) =>
          each.map((DBInstanceClass) => ({
            DBInstanceClass,
            StorageType,
            AvailabilityZones: zones.map((Name) => ({ Name })),
          })),
        ),
      }),
  });
  const ec2 = {
    describeSubnets: () => Promise.resolve({ Subnets: [{ AvailabilityZone: "a" }, { AvailabilityZone: "b" }] }),
  };
  const kms = {
    describeKey: () =>
      account.keyState
        ? Promise.resolve({ KeyMetadata: { KeyState: account.keyState, Description: "own" } })
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
  instanceIdentifiers: Array.from({ length: config.databaseInstanceCount ?? 2 }, (_, index) => `instance-${index + 1}`),
  ownKeyDescription: "own",
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
    expect(await check({ classes: offered("db.t4g.medium", "db.r7g.large") })).to.deep.equal([
      "infrastructure databaseInstanceClass: AWS doesn't offer db.r6g.large for 8.0.mysql_aurora.3.10.4 in eu-central-1; " +
        "it has db.r7g.large",
    ]);
    expect((await check({ zones: ["a", "c"] })).join()).to.match(/instances of the database are also for b/);
    expect((await check({ classes: {} })).join()).to.match(/databaseEngineVersion: found .* AWS offers no class/);
  });

  it("looks for the class among those of the configured storage", async () => {
    const classes = { aurora: ["db.r6g.large"], "aurora-iopt1": ["db.r7g.large"] };
    expect(await check({ classes })).to.deep.equal([]);
    expect((await check({ classes }, { databaseStorageType: "aurora-iopt1" })).join()).to.match(
      /AWS doesn't offer db\.r6g\.large for \S+ with storage aurora-iopt1 in eu-central-1; it has db\.r7g\.large/,
    );
  });

  it("names the administrator that a snapshot has", async () => {
    const other = { snapshot: { MasterUsername: "old_admin" }, keyState: "Enabled" };
    const [found] = await checkDatabase(clients(other), query(restore));
    expect(found).to.deep.include({
      name: "infrastructure databaseUsername",
      verdict: "fail",
      remedy: "in infrastructure/: pulumi config set databaseUsername old_admin",
    });
    expect(await check({ ...other, snapshot: { MasterUsername: "admin" } }, restore)).to.deep.equal([]);
  });

  it("fails what a cluster that exists can't follow", async () => {
    const cluster = { cluster: "8.0.mysql_aurora.3.10.4", keyState: "Enabled" };
    expect((await check({ ...cluster, username: "old_admin" })).join()).to.match(
      /databaseUsername: found pulumi_admin, but pulumi-prod-database-cluster was made with old_admin/,
    );
    expect((await check({ ...cluster, zones: ["b"] }, { databaseInstanceCount: 3 })).join()).to.match(
      /AWS has db\.r6g\.large in b, but instances of the database are also for a/,
    );
    expect((await check(cluster, { databaseInstanceClass: "db.r8g.large" })).join()).to.match(
      /AWS doesn't offer db\.r8g\.large for 8\.0\.mysql_aurora\.3\.10\.4/,
    );
  });

  it("fails a log group that an earlier database left, and not one that the stack has made", async () => {
    const audit = "/aws/rds/cluster/pulumi-prod-database-cluster/audit";
    expect((await check({ groups: { [audit]: {} } })).join()).to.contain(`log group ${audit} exists already`);
    expect(await check({ groups: { [audit]: { ...query().tags } } })).to.deep.equal([]);
  });

  it("asks for none of it once the cluster exists", async () => {
    const existing = { cluster: "8.0.mysql_aurora.3.12.0", classes: {}, keyState: "Enabled" };
    const findings = await checkDatabase(clients(existing), query(restore));
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
    const fine: Account["groups"][] = [{}, { [group]: tags }, { [`${group}-old`]: {} }];
    for (const groups of fine) {
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
      /AWS doesn't offer m4\.large\.search for OpenSearch_2\.13 in ap-east-2, .*encrypted and with passwords; it has nothing/,
    );
  });

  it("fails a type that AWS has for the other kind of node only", () => {
    const types = offered("m6g.large.search", "m7g.large.search");
    const [data, both] = [
      { ...types[0], InstanceRole: ["Data"] },
      { ...types[1], InstanceRole: ["Data", "Master"] },
    ];
    const problems = typeProblems(configured({ size: "medium" }), [data, both], region);
    expect(problems.map(({ key, fix }) => [key, fix])).to.deep.equal([
      ["searchMasterType", "pulumi config set searchMasterType m7g.large.search"],
    ]);
  });

  const zones = [`${region}a`, `${region}b`, `${region}c`];
  /** The region has the type of size small, in these zones; they are named only on demand. */
  const openSearch = (has: string[] | Error, limits: object = {}): OpenSearch => {
    const fake = {
      send: () => Promise.resolve({ InstanceTypeDetails: offered("t3.medium.search") }),
      listInstanceTypeDetails: ({ InstanceType, RetrieveAZs }: ListInstanceTypeDetailsRequest) =>
        has instanceof Error
          ? Promise.reject(has)
          : Promise.resolve({ InstanceTypeDetails: [{ InstanceType, AvailabilityZones: RetrieveAZs ? has : [] }] }),
      describeInstanceTypeLimits: () => Promise.resolve({ LimitsByRole: limits }),
    };
    return Object.setPrototypeOf(fake, OpenSearch.prototype) as OpenSearch;
  };

  it("fails a type that a zone of the domain lacks, and only one of the domain", async () => {
    const found = (has: string[] | Error, wanted: string[]): Promise<Finding[]> =>
      checkSearch(openSearch(has), configured({}), region, wanted);
    expect((await found(zones.slice(0, 2), zones)).find(({ verdict }) => verdict === "fail")).to.include({
      name: "infrastructure searchInstanceType",
      evidence: "AWS has t3.medium.search in ap-east-2a, ap-east-2b, but the domain also lies in ap-east-2c",
    });
    for (const [has, wanted] of [
      [zones.slice(0, 2), zones.slice(0, 2)],
      [zones, []],
      [[], zones],
    ] as const) {
      expect((await found([...has], [...wanted])).filter(({ verdict }) => verdict === "fail")).to.deep.equal([]);
    }
    const unknown = await found(new Error("throttled"), zones);
    for (const some of [unknown, await found([], zones), await found(["ape2-az1"], zones)]) {
      expect(some.find(({ name }) => name === "search zones")).to.deep.include({ verdict: "skip" });
    }
  });

  it("says of disks only what AWS does", async () => {
    const limit = (name: string, value: string) => ({ LimitName: name, LimitValues: [value] });
    const limits = (kind: string) => ({
      data: {
        StorageTypes: [
          {
            StorageSubTypeName: kind,
            StorageTypeLimits: [limit("MinimumVolumeSize", "10"), limit("MaximumVolumeSize", "200")],
          },
        ],
      },
    });
    const check = (kind: string, searchVolumeGb: number): Promise<Finding> =>
      checkVolume(openSearch(zones, limits(kind)), configured({ searchVolumeGb }));
    expect(await check("gp3", 100)).to.deep.include({ verdict: "ok" });
    expect((await check("gp3", 300)).evidence).to.equal("found 300; allowed: 10 to 200 for t3.medium.search");
    expect(await check("gp2", 100)).to.deep.include({ verdict: "skip" });
  });
});
