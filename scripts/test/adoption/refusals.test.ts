import { expect } from "chai";
import { type Change, plan } from "./planned";
import * as recorded from "./recorded";

/** What is wrong, the change, the setting or answer, what is said of it, and the way that there is. */
const refusals: [string, Change, string, RegExp, RegExp?][] = [
  ["a cluster that isn't there", { facts: { database: undefined } }, "clusterIdentifier", /there is no Aurora cluster/],
  [
    "a cluster without encryption",
    { cluster: { StorageEncrypted: false } },
    "clusterIdentifier",
    /isn't encrypted, and AWS can't encrypt it/,
    /create-db-cluster-snapshot .* databaseRestoreFromSnapshot/,
  ],
  ["MySQL 5.7", { cluster: { EngineVersion: "5.7.mysql_aurora.2.11.1" } }, "clusterIdentifier", /runs .* 5\.7/],
  ["the first Serverless", { cluster: { EngineMode: "serverless" } }, "clusterIdentifier", /engine mode serverless/],
  ["another database", { cluster: { DatabaseName: "shop" } }, "clusterIdentifier", /made with the database shop/],
  [
    "a password that AWS rotates",
    { cluster: { MasterUserSecret: {} } },
    "clusterIdentifier",
    /AWS manages and rotates/,
    /--no-manage-master-user-password/,
  ],
  ["a global database", { cluster: { GlobalClusterIdentifier: "world" } }, "clusterIdentifier", /global database/],
  ["a cluster without instances", { instances: [] }, "clusterIdentifier", /has no instance/],
  [
    "an instance that is being changed",
    { instances: [{ DBInstanceStatus: "modifying" }] },
    "clusterIdentifier",
    /is modifying/,
    /wait/,
  ],
  [
    "another VPC",
    { infrastructure: { vpcId: "vpc-0f0f0f0f" } },
    "vpcId",
    /AWS moves no database/,
    /set vpcId vpc-0a1b/,
  ],
  ["a bucket that isn't there", { checkpoint: { region: undefined } }, "checkpointBucket", /there is no bucket/],
  ["a bucket that is closed", { checkpoint: { isReadable: false } }, "checkpointBucket", /can't be read/],
  ["a bucket elsewhere", { checkpoint: { region: "eu-west-1" } }, "checkpointBucket", /is in region eu-west-1/],
  [
    "a bucket that lets others in",
    { checkpoint: { grants: 1 } },
    "checkpointBucket",
    /lets others in/,
    /put-bucket-acl/,
  ],
  ["a key that isn't there", { facts: { serviceKey: undefined } }, "serviceKeyId", /isn't there/],
  [
    "a key that is disabled",
    { facts: { serviceKey: { KeyId: "", ...recorded.facts.serviceKey, KeyState: "Disabled" } } },
    "serviceKeyId",
    /is in state Disabled/,
    /enable-key/,
  ],
  [
    "another release than the one that runs",
    { application: { imageTag: "20260301-401-signed" } },
    "imageTag",
    /pulumi-api runs 20260105-317-signed/,
    /config set imageTag 20260105-317-signed/,
  ],
  [
    "other hosts",
    { application: { apiHost: "api.other.example.com" } },
    "domain",
    /would be api\.other\.example\.com, but is api\.pulumi\.example\.com/,
    /config set domain pulumi\.example\.com/,
  ],
  [
    "another bucket than the one that the API writes to",
    { answers: { checkpointBucket: "pulumi-checkpoints-old" } },
    "checkpointBucket",
    /found pulumi-checkpoints-old, but pulumi-api, which runs on the database, has pulumi-checkpoints-5b0e7f1/,
  ],
  [
    "another storage of events than the API's",
    { answers: { engineEventsSchemaV2: "true" } },
    "engineEventsSchemaV2",
    /found true, but pulumi-api.* has false/,
    /leave it out/,
  ],
  [
    "another key than the API's",
    { facts: { serviceKey: { ...recorded.facts.serviceKey, KeyId: "other", Arn: "arn:other" } } },
    "serviceKeyId",
    /but pulumi-api.* has 22222222-/,
  ],
  [
    "another password than the API's",
    { facts: { password: "different" } },
    "databasePassword",
    /\(not shown\) that isn't the one with which pulumi-api connects/,
    /give the present one/,
  ],
  ["a throw-away environment", { infrastructure: { ephemeral: true } }, "ephemeral", /protected against deletion/],
];

describe("The plan refuses", () => {
  for (const [what, change, key, reason, fix] of refusals) {
    it(what, () => {
      const { problems } = plan(change);
      expect(problems.map((problem) => problem.key)).to.deep.equal([key]);
      expect(problems[0]?.reason).to.match(reason);
      expect(problems[0]?.fix ?? "").to.match(fix ?? /^/);
    });
  }

  it("all that is wrong, at once", () => {
    const { problems } = plan({
      cluster: { StorageEncrypted: false },
      checkpoint: { region: undefined },
      facts: { serviceKey: undefined },
    });
    expect(problems.map(({ key }) => key)).to.deep.equal(["clusterIdentifier", "checkpointBucket", "serviceKeyId"]);
  });
});
