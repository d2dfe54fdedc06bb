import * as aws from "@pulumi/aws";
import { managedTagKeys, roleTagKeys, snapshotTags } from "@selfhosted/common";
import {
  type InputsOf,
  parseJson,
  type Recorded,
  type ResourceClass,
  tokenOf,
  type Values,
} from "@selfhosted/common/testing";
import { expect } from "chai";
import { configurations, everythingOn } from "./configurations";
import { type Outcome, runLayer, runWith } from "./layer";

/** A property of all resources of a class. */
function property<Args>(type: ResourceClass<Args>, read: (inputs: InputsOf<Args>) => string | undefined) {
  const of = ({ ofType }: Outcome) => ofType(type).map(({ name, inputs }) => ({ name, value: read(inputs) }));
  return { type: tokenOf(type), of };
}

/** The key of each kind of resource that stores data. */
const keys = [
  property(aws.backup.Vault, ({ kmsKeyArn }) => kmsKeyArn),
  property(aws.cloudwatch.LogGroup, ({ kmsKeyId }) => kmsKeyId),
  property(aws.opensearch.Domain, ({ encryptAtRest }) => encryptAtRest?.kmsKeyId),
  property(aws.rds.Cluster, ({ kmsKeyId }) => kmsKeyId),
  property(aws.rds.ClusterInstance, ({ performanceInsightsKmsKeyId }) => performanceInsightsKmsKeyId),
  property(aws.secretsmanager.Secret, ({ kmsKeyId }) => kmsKeyId),
  property(aws.sns.Topic, ({ kmsMasterKeyId }) => kmsMasterKeyId),
];

/** The name of each kind of resource, and the longest that AWS allows. */
const names = [
  { limit: 50, ...property(aws.backup.Plan, ({ name }) => name) },
  { limit: 50, ...property(aws.backup.Selection, ({ name }) => name) },
  { limit: 50, ...property(aws.backup.Vault, ({ name }) => name) },
  { limit: 512, ...property(aws.cloudwatch.LogGroup, ({ name }) => name) },
  { limit: 512, ...property(aws.cloudwatch.LogResourcePolicy, ({ policyName }) => policyName) },
  { limit: 255, ...property(aws.ec2.SecurityGroup, ({ name }) => name) },
  { limit: 64, ...property(aws.iam.Role, ({ name }) => name) },
  { limit: 256, ...property(aws.kms.Alias, ({ name }) => name) },
  { limit: 256, ...property(aws.kms.Grant, ({ name }) => name) },
  { limit: 28, ...property(aws.opensearch.Domain, ({ domainName }) => domainName) },
  { limit: 63, ...property(aws.rds.Cluster, ({ clusterIdentifier }) => clusterIdentifier) },
  { limit: 63, ...property(aws.rds.ClusterInstance, ({ identifier }) => identifier) },
  { limit: 255, ...property(aws.rds.ClusterParameterGroup, ({ name }) => name) },
  { limit: 255, ...property(aws.rds.EventSubscription, ({ name }) => name) },
  { limit: 255, ...property(aws.rds.SubnetGroup, ({ name }) => name) },
  { limit: 63, ...property(aws.s3.Bucket, ({ bucket }) => bucket) },
  { limit: 256, ...property(aws.sns.Topic, ({ name }) => name) },
];

const isResource = ({ type }: Recorded): boolean => !type.startsWith("pulumi:");
const nameOf = (urn: string): string => urn.split("::").at(-1) ?? "";

for (const [title, config] of Object.entries(configurations)) {
  describe(`Every resource of the layer, ${title},`, () => {
    let outcome: Outcome;
    before(async () => {
      outcome = await runWith(config);
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
        const { tags } = parseJson<{ tags: Values }>(inputs["defaultTags"]);
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
          expect(["Name", ...roleTagKeys, ...Object.values(snapshotTags)], name).to.include.members(
            Object.keys(inputs["tags"] as Values),
          );
        }
      }
    });

    it("that stores data is encrypted with the data key", () => {
      for (const { name, value } of keys.flatMap((key) => key.of(outcome))) {
        expect(value, name).to.equal(outcome.outputs.dataKeyArn);
      }
      const encrypted = outcome.ofType(aws.s3.BucketServerSideEncryptionConfiguration);
      expect(encrypted).to.have.length(outcome.ofType(aws.s3.Bucket).length);
    });

    it("that is a log group deletes lines after a year", () => {
      for (const { name, inputs } of outcome.ofType(aws.cloudwatch.LogGroup)) {
        expect(inputs.retentionInDays, name).to.equal(365);
      }
    });

    it("that is a version of a secret stays until the secret is deleted", () => {
      for (const { name, retainOnDelete } of outcome.ofType(aws.secretsmanager.SecretVersion)) {
        expect(retainOnDelete, name).to.equal(true);
      }
    });

    it("that is a role is within the permissions boundary", () => {
      const boundary = config["permissionsBoundaryArn"];
      for (const { name, inputs } of outcome.ofType(aws.iam.Role)) {
        expect(inputs.permissionsBoundary, name).to.equal(boundary);
      }
      expect(outcome.outputs.installation.permissionsBoundaryArn).to.equal(boundary);
    });

    it("admits nobody by itself: groups have no rules, and the database no public address", () => {
      for (const { name, inputs } of outcome.ofType(aws.ec2.SecurityGroup)) {
        expect([inputs.ingress, inputs.egress], name).to.deep.equal([undefined, undefined]);
      }
      expect(outcome.ofType(aws.vpc.SecurityGroupIngressRule)).to.deep.equal([]);
      for (const { name, inputs } of outcome.ofType(aws.rds.ClusterInstance)) {
        expect(inputs.publiclyAccessible, name).to.equal(false);
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
    for (const { type, limit, of } of names) {
      const found = of(outcome).map(({ value }) => value ?? "");
      expect(found.length, type).to.be.greaterThan(0);
      expect(new Set(found).size, type).to.equal(found.length);
      for (const name of found) {
        expect(name.length, `${type} ${name}`).to.be.within(1, limit);
      }
    }
  });
});
