import { sizes } from "@selfhosted/common";
import { partitions, type Values, vpcId } from "@selfhosted/common/testing";
import { expect } from "chai";
import { readConfig } from "../../config";
import { configurations } from "../configurations";
import { foundWith } from "../layer";
import { authorities } from "./authorities";
import { arnOf, elsewhere, errors, key, keyId, warnings } from "./problems";

describe("A configuration without a mistake", () => {
  for (const [name, config] of Object.entries(configurations)) {
    it(`is taken: ${name}`, () => {
      expect(errors(config)).to.deep.equal([]);
      expect(warnings(config)).to.deep.equal([]);
    });
  }

  for (const size of sizes) {
    it(`may leave everything to the size ${size}`, () => {
      const config = { size, databaseServerless: true, searchEnabled: true, backupEnabled: true };
      expect(errors(config)).to.deep.equal([]);
      expect(warnings(config)).to.deep.equal([]);
    });
  }

  for (const { partition, region } of Object.values(partitions)) {
    it(`may name what lies in the partition ${partition}, and in the region where it has to be`, () => {
      const arn = (service: string, rest: string, at: string = region): string =>
        `arn:${partition}:${service}:${at}:111122223333:${rest}`;
      const copyRegion = {
        "eu-central-1": "eu-west-1",
        "us-gov-west-1": "us-gov-east-1",
        "cn-north-1": "cn-northwest-1",
      }[region];
      const config = {
        "aws:region": region,
        accountId: "111122223333",
        permissionsBoundaryArn: `arn:${partition}:iam::111122223333:policy/boundary`,
        serviceKeyId: arn("kms", keyId),
        dataKeyId: arn("kms", "alias/data"),
        databaseEventTopicArn: arn("sns", "operations"),
        databaseRestoreFromSnapshot: arn("rds", "cluster-snapshot:before"),
        bucketReplicationRegion: copyRegion,
        bucketReplicationKeyArn: arn("kms", keyId, copyRegion),
        backupEnabled: true,
        backupCopyVaultArn: arn("backup", "backup-vault:copies", copyRegion),
      };
      expect(errors(config)).to.deep.equal([]);
    });
  }

  it("may copy its own data buckets beside some of yours, and keep the certificate of a former authority", () => {
    for (const existing of [{ bucketLogsName: "mine" }, { bucketEventsName: "mine" }]) {
      expect(errors({ bucketReplicationRegion: "eu-west-1", ...existing })).to.deep.equal([]);
    }
    const config = { databaseCaCertificate: authorities.expired + authorities.location };
    expect([errors(config), warnings(config)]).to.deep.equal([[], []]);
  });

  it("may have an empty list of keys where it has no bucket of yours", () => {
    expect(errors({ bucketKeyArns: [] })).to.deep.equal([]);
  });

  it("may name the key of a bucket that was taken over", () => {
    const resourceOverrides = { "buckets-checkpoint-bucket": { bucket: "theirs" } };
    expect(errors({ bucketKeyArns: key, resourceOverrides })).to.deep.equal([]);
  });

  it("may have AWS's own policy as its boundary", () => {
    const permissionsBoundaryArn = "arn:aws:iam::aws:policy/PowerUserAccess";
    expect(errors({ accountId: "111122223333", permissionsBoundaryArn })).to.deep.equal([]);
  });

  it("may have the tag Name, which organisations demand, and tags of snapshots in other letters", () => {
    expect(errors({ tags: { Name: "pulumi", "Upgrade-From": "2025" } })).to.deep.equal([]);
  });
});

/** What somebody typed, and what the refusal says to type. */
const suggestions: [string, string, string][] = [
  ["name", "Pulumi", "pulumi"],
  ["size", "Medium", "medium"],
  ["ephemeral", "yes", "true"],
  ["accountId", "1111-2222-3333", "111122223333"],
  ["serviceKeyId", "service", "alias/service"],
  ["serviceKeyId", `" ${key} "`, key],
  ["logRetentionDays", "1 year", "365"],
  ["logRetentionDays", "7y", "2557"],
  ["vpcId", `${arnOf("ec2", "vpc/vpc-0a1b2c3d")}`, "vpc-0a1b2c3d"],
  ["publicSubnetIds", "subnet-0a1b2c3d subnet-1a2b3c4d", "subnet-0a1b2c3d,subnet-1a2b3c4d"],
  ["publicSubnetIds", "[subnet-0a1b2c3d, subnet-1a2b3c4d]", "subnet-0a1b2c3d,subnet-1a2b3c4d"],
  ["databaseInstanceClass", "db.R6G.large", "db.r6g.large"],
  ["databaseInstanceClass", "r6g.2xlarge", "db.r6g.2xlarge"],
  ["databaseEngineVersion", "3.10.4", "8.0.mysql_aurora.3.10.4"],
  ["databaseBackupRetentionDays", "30 days", "30"],
  ["databaseBackupRetentionDays", "2 weeks", "14"],
  ["databaseBackupWindow", "3:00 - 4:00", "03:00-04:00"],
  ["databaseMaintenanceWindow", "Sunday 4:30 - Sunday 5:30", "sun:04:30-sun:05:30"],
  ["databaseLogExports", "audit,errors", "audit,error"],
  ["databaseSlowQuerySeconds", "2s", "2"],
  ["bucketCheckpointName", "s3://mine/", "mine"],
  ["bucketCheckpointName", "arn:aws:s3:::mine", "mine"],
  ["bucketCheckpointName", "https://mine.s3.amazonaws.com", "mine"],
  ["databaseMonitoringSeconds", "60s", "60"],
  ["bucketObjectLockMode", "compliance", "COMPLIANCE"],
  ["bucketReplicationRegion", "EU-West-1", "eu-west-1"],
  ["searchEngineVersion", "2.13", "OpenSearch_2.13"],
  ["searchInstanceType", "m6g.large", "m6g.large.search"],
  ["searchVolumeGb", "20 GB", "20"],
  ["endpointsExtraServices", "Monitoring", "monitoring"],
];

describe("A refusal", () => {
  for (const [setting, raw, meant] of suggestions) {
    it(`of ${setting} ${raw} says to type ${meant}`, () => {
      const config = readConfig(foundWith({ [setting]: raw }));
      expect(config.problems.find((problem) => problem.key === setting)?.fix).to.equal(
        `pulumi config set ${setting} ${meant}`,
      );
    });
  }

  it("of something in another region leaves its setting unknown, so that nothing looks it up", () => {
    const { config } = readConfig(foundWith({ serviceKeyId: elsewhere, bucketReplicationRegion: "us-gov-west-1" }));
    expect(() => config.serviceKeyId).to.throw("isn't known");
    expect(() => config.bucketReplicationRegion).to.throw("isn't known");
    expect(config.vpcId).to.equal(vpcId);
  });

  it("has no example for a fix, which would take the place of what is set", () => {
    for (const [key, raw] of [
      ["aws:region", "us-gov-west"],
      ["accountId", "11112222333"],
      ["tags", '{"aws:x":"x"}'],
      ["endpointsExtraServices", "ec2"],
    ] as const) {
      const { problems } = readConfig(foundWith({ [key]: raw }));
      const own = problems.filter((problem) => problem.key === key);
      expect(own[0]?.reason, key).to.match(/^found /);
      expect(own[0]?.fix, key).to.equal(undefined);
    }
  });

  it("is not of what is set to nothing beside a feature that is off", () => {
    const off = { publicSubnetsBehindFirewall: false, endpointsExtraServices: [], databaseEventEmails: [] };
    expect(errors({ ...off, databaseEvents: false })).to.deep.equal([]);
  });

  it("never says the opposite of what is set, or what is so by default", () => {
    for (const raw of ["perhaps", "2", ""]) {
      expect(errors({ ephemeral: raw })).to.deep.equal([
        `ephemeral: found ${JSON.stringify(raw)}; allowed: true or false`,
      ]);
    }
    expect(errors({ databaseServerless: "maybe" }).join()).to.not.contain("fix");
  });

  it("of one setting leaves the others to be found too", () => {
    const mistakes: Values = {
      "aws:region": "Frankfurt",
      name: "-",
      size: "huge",
      vpcId: "main",
      databasePort: 1,
      databaseBackupWindow: "03:00-03:10",
      databaseServerless: true,
      databaseMinCapacity: 8,
      databaseMaxCapacity: 4,
      databaseParameters: { sql_mode: "x" },
      backupRetentionDays: 7,
      searchVolumeGb: 20,
    };
    const found = errors(mistakes).map((each) => each.split(":")[0]);
    expect(found).to.have.members([
      ...["aws", "name", "size", "vpcId", "databasePort", "databaseBackupWindow", "databaseMaxCapacity"],
      ...["databaseParameters", "backupRetentionDays", "searchVolumeGb"],
    ]);
  });
});
