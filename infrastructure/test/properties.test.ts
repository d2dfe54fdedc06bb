import { managedTagKeys, roleTagKeys } from "@selfhosted/common";
import { Outcome, Recorded, Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { configurations, everythingOn } from "./configurations";
import { runLayer } from "./layer";

/** The longest that AWS allows, by resource type and the input that is the name. */
const nameLimits: Record<string, [string, number]> = {
  "aws:backup/plan:Plan": ["name", 50],
  "aws:backup/selection:Selection": ["name", 50],
  "aws:backup/vault:Vault": ["name", 50],
  "aws:cloudwatch/logGroup:LogGroup": ["name", 512],
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": ["policyName", 512],
  "aws:ec2/securityGroup:SecurityGroup": ["name", 255],
  "aws:iam/role:Role": ["name", 64],
  "aws:kms/alias:Alias": ["name", 256],
  "aws:kms/grant:Grant": ["name", 256],
  "aws:opensearch/domain:Domain": ["domainName", 28],
  "aws:rds/cluster:Cluster": ["clusterIdentifier", 63],
  "aws:rds/clusterInstance:ClusterInstance": ["identifier", 63],
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": ["name", 255],
  "aws:rds/eventSubscription:EventSubscription": ["name", 255],
  "aws:rds/subnetGroup:SubnetGroup": ["name", 255],
  "aws:s3/bucket:Bucket": ["bucket", 63],
  "aws:sns/topic:Topic": ["name", 256],
};

/** Where each kind of resource that stores data names its key. */
const keyInputs: Record<string, (inputs: Values) => unknown> = {
  "aws:backup/vault:Vault": ({ kmsKeyArn }) => kmsKeyArn,
  "aws:cloudwatch/logGroup:LogGroup": ({ kmsKeyId }) => kmsKeyId,
  "aws:opensearch/domain:Domain": ({ encryptAtRest }) => (encryptAtRest as Values)["kmsKeyId"],
  "aws:rds/cluster:Cluster": ({ kmsKeyId }) => kmsKeyId,
  "aws:rds/clusterInstance:ClusterInstance": ({ performanceInsightsKmsKeyId }) => performanceInsightsKmsKeyId,
  "aws:secretsmanager/secret:Secret": ({ kmsKeyId }) => kmsKeyId,
  "aws:sns/topic:Topic": ({ kmsMasterKeyId }) => kmsMasterKeyId,
};

const isResource = ({ type }: Recorded): boolean => !type.startsWith("pulumi:");
const nameOf = (urn: string): string => urn.split("::").at(-1) ?? "";

for (const [title, config] of Object.entries(configurations)) {
  describe(`Every resource of the layer, ${title},`, () => {
    let outcome: Outcome;
    before(async () => {
      outcome = await runLayer({ config });
    });

    it("has a parent, with whose name its own begins", () => {
      for (const { type, name, parent } of outcome.resources.filter(isResource)) {
        const isTop = parent.includes("pulumi:pulumi:Stack::");
        expect(isTop, `${name} on top`).to.equal(
          type.startsWith("selfhosted:") && /^pulumi-prod-[a-z]+(-[a-z]+)?$/.test(name) && isTop,
        );
        expect(name).to.satisfy((each: string) => each.startsWith(isTop ? "pulumi-prod-" : nameOf(parent)));
      }
    });

    it("comes from the layer's own provider, whose tags it gets", () => {
      for (const { type, name, provider } of outcome.resources.filter(({ custom }) => custom).filter(isResource)) {
        if (type.startsWith("aws:")) {
          expect(provider, name).to.match(/pulumi:providers:aws::pulumi-prod-(replication-)?provider(-eu-west-1)?::/);
        }
      }
      for (const { inputs } of outcome.ofType("pulumi:providers:aws")) {
        const { tags } = JSON.parse(String(inputs["defaultTags"])) as { tags: Values };
        expect(tags).to.include.all.keys(...managedTagKeys);
        expect(tags).to.deep.include({
          project: "pulumi",
          layer: "infrastructure",
          stack: "prod",
          ...(config["tags"] as Values),
        });
      }
    });

    it("has no tags of its own but its name and those that users may not set", () => {
      for (const { name, type, inputs } of outcome.resources.filter(({ inputs }) => inputs["tags"] !== undefined)) {
        if (type.startsWith("aws:")) {
          expect(["Name", ...roleTagKeys], name).to.include.members(Object.keys(inputs["tags"] as Values));
        }
      }
    });

    it("that stores data is encrypted with the data key", () => {
      for (const { type, name, inputs } of outcome.resources) {
        const key = keyInputs[type]?.(inputs);
        if (keyInputs[type]) {
          expect(key, name).to.equal(outcome.outputs["dataKeyArn"]);
        }
      }
      const encrypted = outcome.ofType(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      );
      expect(encrypted.length).to.equal(outcome.ofType("aws:s3/bucket:Bucket").length);
    });

    it("admits nobody by itself: groups have no rules, and the database no public address", () => {
      for (const { name, inputs } of outcome.ofType("aws:ec2/securityGroup:SecurityGroup")) {
        expect(inputs, name).to.not.have.any.keys("ingress", "egress");
      }
      for (const { name, inputs } of outcome.ofType("aws:rds/clusterInstance:ClusterInstance")) {
        expect(inputs["publiclyAccessible"], name).to.equal(false);
      }
    });

    it("that holds a password keeps it secret", () => {
      const password = "Generated-0-Password!";
      for (const { name, inputs, secretInputs } of outcome.resources) {
        for (const [key, value] of Object.entries(inputs)) {
          if (JSON.stringify(value).includes(password)) {
            expect(
              secretInputs.some((path) => path.split(".")[0] === key),
              `${name}.${key}`,
            ).to.equal(true);
          }
        }
      }
      expect(JSON.stringify(outcome.outputs)).to.not.contain(password);
    });
  });
}

describe("The longest names", () => {
  it("stay within what AWS allows, and differ", async () => {
    const stack = "a-rather-long-name-for-a-stack-that-somebody-might-choose";
    const outcome = await runLayer({ config: { ...everythingOn, name: "a".repeat(20) }, stack });
    for (const [type, [input, limit]] of Object.entries(nameLimits)) {
      const names = outcome.ofType(type).map(({ inputs }) => String(inputs[input]));
      expect(names.length, type).to.be.greaterThan(0);
      expect(new Set(names).size, type).to.equal(names.length);
      for (const name of names) {
        expect(name.length, `${type} ${name}`).to.be.at.most(limit);
      }
    }
  });
});
