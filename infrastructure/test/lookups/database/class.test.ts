import type { Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { type Answers, expectOnly, type Fault, lookUp, withClasses, withCluster } from "../../account";

const versions = (...names: string[]): Answers => ({
  "rds:DescribeDBEngineVersions": () => ({
    DBEngineVersions: names.map((name) => ({ EngineVersion: `8.0.mysql_aurora.${name}` })),
  }),
});
const old = withCluster({ EngineVersion: "8.0.mysql_aurora.3.04.0" });
const version = "8.0.mysql_aurora.3.10.4";

const faults: Fault[] = [
  [
    "a class that is misspelled",
    { config: { databaseInstanceClass: "db.r6.xlarge" } },
    `databaseInstanceClass: AWS doesn't offer db.r6.xlarge for ${version} in eu-central-1; it has db.r6g.xlarge | pulumi config set databaseInstanceClass db.r6g.xlarge`,
  ],
  [
    "a class that the region lacks",
    { aws: withClasses(["db.t4g.medium", "db.r7g.large", "db.r8g.large"]) },
    `databaseInstanceClass: AWS doesn't offer db.r6g.large for ${version} in eu-central-1; it has db.r7g.large | pulumi config set databaseInstanceClass db.r7g.large`,
  ],
  [
    "a class that AWS has for the other storage only",
    { config: { databaseInstanceClass: "db.t4g.medium", databaseStorageType: "aurora-iopt1" } },
    `databaseInstanceClass: AWS doesn't offer db.t4g.medium for ${version} with storage aurora-iopt1 in eu-central-1; it has db.r7g.large | ` +
      "pulumi config set databaseInstanceClass db.r7g.large",
  ],
  [
    "a serverless database that the region lacks",
    { config: { databaseServerless: true, databaseMinCapacity: 4 }, aws: withClasses(["db.r6g.large"]) },
    /^databaseServerless: AWS doesn't offer db\.serverless .* \| pulumi config set databaseServerless false && pulumi config rm databaseMinCapacity && pulumi config rm databaseMaxCapacity$/,
  ],
  [
    "a class that a zone of the database lacks",
    { aws: withClasses(["db.r6g.large"], ["a", "c"]) },
    "databaseInstanceClass: AWS has db.r6g.large in eu-central-1a, eu-central-1c, but instances of the database are also for eu-central-1b; " +
      "allowed: a class or subnets with the zones in common",
  ],
  [
    "a version that there isn't, with the newest patch of its release",
    { config: { databaseEngineVersion: "8.0.mysql_aurora.3.10.99" } },
    "databaseEngineVersion: found 8.0.mysql_aurora.3.10.99, for which AWS offers no class of instances in eu-central-1; allowed: " +
      ["3.12.0", "3.10.5", "3.09.1", "3.08.2"].map((each) => `8.0.mysql_aurora.${each}`).join(", ") +
      " | pulumi config set databaseEngineVersion 8.0.mysql_aurora.3.10.5",
  ],
  [
    "a version that AWS no longer makes clusters of",
    { config: { databaseEngineVersion: "8.0.mysql_aurora.3.03.1" } },
    /^databaseEngineVersion: found 8\.0\.mysql_aurora\.3\.03\.1, for which .* \| pulumi config set databaseEngineVersion 8\.0\.mysql_aurora\.3\.\S+$/,
  ],
  [
    "another class for a cluster that exists, which the version it runs doesn't have",
    {
      config: { databaseInstanceClass: "db.r8g.large", databaseEngineVersion: "8.0.mysql_aurora.3.12.0" },
      aws: { ...withCluster({ EngineVersion: "8.0.mysql_aurora.3.08.2" }), ...withClasses(["db.r6g.large"]) },
    },
    /^databaseInstanceClass: AWS doesn't offer db\.r8g\.large for 8\.0\.mysql_aurora\.3\.08\.2 .*; it has db\.r6g\.large/,
  ],
  [
    "another class for a cluster that exists, which a zone of its instances lacks",
    {
      config: { databaseInstanceClass: "db.r7g.large" },
      aws: { ...withCluster(), ...withClasses(["db.r7g.large"], ["a", "c"]) },
    },
    /^databaseInstanceClass: AWS has db\.r7g\.large in eu-central-1a, eu-central-1c, .* also for eu-central-1b/,
  ],
  [
    "another instance for a cluster that exists, in a zone without its class",
    { config: { databaseInstanceCount: 3 }, aws: { ...withCluster(), ...withClasses(["db.r6g.large"], ["a", "b"]) } },
    /^databaseInstanceClass: AWS has db\.r6g\.large in eu-central-1a, eu-central-1b, .* also for eu-central-1c/,
  ],
  [
    "another instance for a cluster of a version that AWS offers no longer: only an upgrade allows it",
    { config: { databaseInstanceCount: 3 }, aws: { ...old, ...versions("3.03.1", "3.04.0", "3.10.4", "3.10.5") } },
    "databaseEngineVersion: found 8.0.mysql_aurora.3.04.0, for which AWS offers no class of instances in eu-central-1; allowed: newer, " +
      "8.0.mysql_aurora.3.10.5 | pulumi config set databaseAutoMinorUpgrade false && " +
      "pulumi config set databaseEngineVersion 8.0.mysql_aurora.3.10.5",
  ],
];

/** The configuration after the commands of a fix. */
const applied = (config: Values, error: string): Values => {
  const changed = { ...config };
  const [, fix = ""] = error.split(" | ");
  for (const [, , action, name = "", value] of fix.split(" && ").map((command) => command.split(" "))) {
    changed[name] = action === "rm" ? undefined : value;
  }
  return changed;
};

describe("The look-up of the class of instances", () => {
  for (const [fault, args, sentence] of faults) {
    it(`refuses, with that problem alone: ${fault}`, async () => {
      await expectOnly(sentence, args);
    });
  }

  for (const [fault, { config = {}, aws }] of faults.filter(([, , sentence]) => /\|.*config/.test(String(sentence)))) {
    it(`accepts what the fix says: ${fault}`, async () => {
      const [error = ""] = (await lookUp({ config, aws })).errors;
      expect((await lookUp({ config: applied(config, error), aws })).errors).to.deep.equal([]);
    });
  }

  it("takes another class in the deployment that upgrades the cluster to a version with that class", async () => {
    const config = {
      databaseAutoMinorUpgrade: false,
      databaseEngineVersion: version,
      databaseInstanceClass: "db.r8g.large",
    };
    expect((await lookUp({ config, aws: old })).errors).to.deep.equal([]);
  });

  it("asks for none where nothing is made or changed: AWS forgets old versions", async () => {
    const aws = {
      ...old,
      "rds:DescribeOrderableDBInstanceOptions": (): never => {
        throw new Error("asked");
      },
    };
    expect((await lookUp({ aws })).errors).to.deep.equal([]);
  });
});
