import type { DBCluster, DBInstance } from "@aws-sdk/client-rds";
import { expect } from "chai";
import { checkDatabase } from "../../aws/database";
import { verdicts } from "../support/results";

describe("verify: data", () => {
  const cluster: DBCluster = {
    Status: "available",
    Engine: "aurora-mysql",
    EngineVersion: "8.0.mysql_aurora.3.08.0",
    StorageEncrypted: true,
    KmsKeyId: "arn:key",
    DeletionProtection: true,
    DBClusterMembers: [
      { DBInstanceIdentifier: "one", IsClusterWriter: true },
      { DBInstanceIdentifier: "two", IsClusterWriter: false },
    ],
  };
  const instances: DBInstance[] = [
    { DBInstanceIdentifier: "one", DBInstanceStatus: "available", AvailabilityZone: "eu-central-1a" },
    { DBInstanceIdentifier: "two", DBInstanceStatus: "available", AvailabilityZone: "eu-central-1b" },
  ];
  const check = (change: Partial<DBCluster>, ephemeral = false, dataApi = false): Record<string, string> =>
    verdicts(checkDatabase({ cluster: { ...cluster, ...change }, instances }, { ephemeral, dataApi }));
  const content = {
    database: "ok",
    "database writer": "ok",
    "database failover": "ok",
    "database encrypted": "ok",
    "database deletion protection": "ok",
  };

  it("is content with an available, encrypted, protected database that can fail over", () => {
    expect(check({})).to.deep.equal(content);
  });

  it("fails one that isn't available, encrypted or protected", () => {
    expect(check({ Status: "failing-over" })).to.deep.equal({ ...content, database: "fail" });
    expect(check({ StorageEncrypted: false })).to.deep.equal({ ...content, "database encrypted": "fail" });
    expect(check({ DeletionProtection: false })).to.deep.equal({ ...content, "database deletion protection": "fail" });
    expect(check({ DBClusterMembers: [] })).to.deep.include({ "database writer": "fail", "database failover": "warn" });
  });

  it("wants no deletion protection for a throw-away one", () => {
    expect(check({ DeletionProtection: false }, true)).not.to.have.property("database deletion protection");
  });

  it("warns where the loss of one zone is an outage", () => {
    const oneZone = instances.map((instance) => ({ ...instance, AvailabilityZone: "eu-central-1a" }));
    expect(
      verdicts(checkDatabase({ cluster, instances: oneZone }, { ephemeral: false, dataApi: false }))[
        "database failover"
      ],
    ).to.equal("warn");
  });

  it("warns of an HTTP endpoint that the stack doesn't want", () => {
    expect(check({ HttpEndpointEnabled: true })).to.deep.include({ "database HTTP endpoint": "warn" });
    expect(check({ HttpEndpointEnabled: true }, false, true)).to.deep.equal(content);
  });
});
