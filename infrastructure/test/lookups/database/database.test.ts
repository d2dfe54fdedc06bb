import type { DBCluster } from "@aws-sdk/client-rds";
import { awsError, databaseCluster, keyArn, subnetIds, type Values, vpcId } from "@selfhosted/common/testing";
import { expect } from "chai";
import { type AccountArgs, type Answers, checkOf, lookUp, withCluster, withKeys } from "../../account";

const own = keyArn("own");
const other = keyArn("of-the-customer");
const lost =
  "which AWS can't change: only a new, empty cluster could have another, and everything in the database would be lost";
const later = new Date(Date.now() + 86_400_000);

const inVpc = (VpcId: string): Answers => ({
  ...withCluster(),
  "rds:DescribeDBSubnetGroups": () => ({ DBSubnetGroups: [{ VpcId, Subnets: [] }] }),
});

const faults: [string, AccountArgs, string][] = [
  [
    "another administrator than that of the cluster",
    { aws: withCluster({ MasterUsername: "old_admin" }) },
    `databaseUsername: found pulumi_admin, but pulumi-prod-database-cluster was made with old_admin, ${lost} | pulumi config set databaseUsername old_admin`,
  ],
  [
    "a key of the customer's in place of the installation's own",
    { config: { dataKeyId: "alias/data" }, aws: withCluster() },
    `dataKeyId: found ${keyArn("id-of-data")}, but pulumi-prod-database-cluster was made with its own key, ${own}, ${lost} | pulumi config rm dataKeyId`,
  ],
  [
    "another key of the customer's",
    { config: { dataKeyId: "alias/data" }, aws: withCluster({ KmsKeyId: other }) },
    `dataKeyId: found ${keyArn("id-of-data")}, but pulumi-prod-database-cluster was made with ${other}, ${lost} | pulumi config set dataKeyId ${other}`,
  ],
  [
    "the installation's own key in place of the customer's",
    { aws: withCluster({ KmsKeyId: other }) },
    `dataKeyId: found none, but pulumi-prod-database-cluster was made with ${other}, ${lost} | pulumi config set dataKeyId ${other}`,
  ],
  [
    "a key of the customer's that can't be read, which is one problem and not two",
    {
      config: { dataKeyId: "alias/data" },
      aws: {
        ...withCluster({ KmsKeyId: other }),
        "kms:DescribeKey": (input: Values, region) => {
          if (input["KeyId"] === "alias/data") {
            throw awsError("AccessDeniedException", "not authorized to perform: kms:DescribeKey");
          }
          return withKeys({})["kms:DescribeKey"]?.(input, region) ?? {};
        },
      },
    },
    "dataKeyId: KMS key alias/data can't be read: the credentials don't allow it | allow the caller kms:DescribeKey",
  ],
  [
    "backtrack for a cluster that has none",
    { config: { databaseBacktrackHours: 24 }, aws: withCluster() },
    "databaseBacktrackHours: found 24, but backtrack is off in pulumi-prod-database-cluster, and AWS turns it on only for a cluster that it makes. " +
      "A new one from a snapshot could have it | pulumi config set databaseBacktrackHours 0",
  ],
  [
    "a storage that AWS doesn't change to yet",
    {
      config: { databaseStorageType: "aurora-iopt1" },
      aws: withCluster({ IOOptimizedNextAllowedModificationTime: later }),
    },
    `databaseStorageType: found aurora-iopt1, to which AWS changes pulumi-prod-database-cluster again only from ${later.toISOString()} on | until then: pulumi config set databaseStorageType aurora`,
  ],
  [
    "another VPC than that of the database",
    { aws: inVpc("vpc-before") },
    `vpcId: found ${vpcId}, but pulumi-prod-database-cluster is in vpc-before; AWS moves no database to another VPC: only a new, empty one could ` +
      "be there, and everything in the database would be lost | pulumi config set vpcId vpc-before",
  ],
  [
    "subnets without one that an instance is in",
    { config: { isolatedSubnetIds: subnetIds.isolated.slice(1) }, aws: withCluster() },
    `isolatedSubnetIds: lacks ${subnetIds.isolated[0]}, which an instance of pulumi-prod-database-cluster is in; AWS takes no subnet from a database ` +
      `that uses it | pulumi config set isolatedSubnetIds ${[...subnetIds.isolated.slice(1), subnetIds.isolated[0]].join(",")}`,
  ],
];

describe("The look-up of a database that exists", () => {
  for (const [fault, args, sentence] of faults) {
    it(`refuses what can't be changed, with that problem alone: ${fault}`, async () => {
      expect((await lookUp(args)).errors).to.deep.equal([sentence]);
    });
  }

  for (const [what, config, cluster] of [
    ["an administrator from its snapshot whom the setting doesn't take", {}, { MasterUsername: "admin" }],
    ["another port, which AWS changes in place", { databasePort: 3307 }, {}],
    ["the customer's key that it was made with", { dataKeyId: "alias/data" }, { KmsKeyId: keyArn("id-of-data") }],
    [
      "the key of a cluster that was taken over",
      { resourceOverrides: { "database-cluster": { kmsKeyId: other } } },
      { KmsKeyId: other },
    ],
    ["more or less backtrack", { databaseBacktrackHours: 48 }, { BacktrackWindow: 3600 }],
    [
      "the storage that it has",
      { databaseStorageType: "aurora-iopt1" },
      { StorageType: "aurora-iopt1", IOOptimizedNextAllowedModificationTime: later },
    ],
    ["fewer subnets, where no instance is in the others", { isolatedSubnetIds: subnetIds.isolated.slice(0, 2) }, {}],
    [
      "a version that AWS no longer makes clusters of",
      { databaseEngineVersion: "8.0.mysql_aurora.3.03.1" },
      { EngineVersion: "8.0.mysql_aurora.3.04.0" },
    ],
  ] as [string, Values, Partial<DBCluster>][]) {
    it(`takes ${what}`, async () => {
      const { errors, account } = await lookUp({ config, aws: withCluster(cluster) });
      expect(errors).to.deep.equal([]);
      expect(account?.databaseVersion).to.equal(cluster.EngineVersion ?? "8.0.mysql_aurora.3.10.4");
    });
  }

  it("warns of backtrack that is turned off, as AWS doesn't turn it on again", async () => {
    const { errors, warnings } = await lookUp({ aws: withCluster({ BacktrackWindow: 86_400 }) });
    expect(errors).to.deep.equal([]);
    expect(warnings).to.deep.equal([
      "databaseBacktrackHours: found 0, but pulumi-prod-database-cluster has backtrack of 24 hours: once off, AWS doesn't turn it on again for " +
        "this cluster | to keep it: pulumi config set databaseBacktrackHours 24",
    ]);
  });

  it("skips what the caller may not read and the program doesn't need", async () => {
    const denied = () => {
      throw awsError("AccessDenied", "not authorized to perform: rds:DescribeDBSubnetGroups");
    };
    const found = await lookUp({ aws: { ...withCluster(), "rds:DescribeDBSubnetGroups": denied } });
    expect(found.errors).to.deep.equal([]);
    expect(checkOf("database subnets", found).skipped).to.match(/^the subnet group of the database can't be read/);
    expect(found.account).to.have.property("network");
  });

  it("is one request for all that need the answer", async () => {
    let asked = 0;
    await lookUp({
      aws: {
        ...withCluster(),
        "rds:DescribeDBClusters": () => ({ DBClusters: asked++ === 0 ? [databaseCluster()] : [] }),
      },
    });
    expect(asked).to.equal(1);
  });
});

describe("The look-up of the database's version", () => {
  const wanted = "8.0.mysql_aurora.3.10.5";
  const warnings = async (config: Values): Promise<string> =>
    (await lookUp({ config, aws: withCluster() })).warnings.join();

  it("warns of a newer one that nothing comes of while AWS upgrades the cluster", async () => {
    expect(await warnings({ databaseEngineVersion: wanted })).to.match(
      /^databaseEngineVersion: found \S+3\.10\.5, which has no effect while databaseAutoMinorUpgrade is on: \S+ stays on \S+3\.10\.4 /,
    );
    expect(await warnings({ databaseEngineVersion: wanted, databaseAutoMinorUpgrade: false })).to.equal("");
    expect(await warnings({ databaseEngineVersion: "8.0.mysql_aurora.3.08.2" })).to.equal("");
  });
});
