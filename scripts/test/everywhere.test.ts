import { foreignNames, run, partitions, type Outcome, type Partition, type Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { join } from "node:path";
import { everythingOn } from "../../infrastructure/test/configurations";
import { runLayer } from "../../infrastructure/test/layer";
import { repository } from "../lib/repository";

/** Kinds of installations, by what the layers are told. */
const kinds: Record<string, { infrastructure?: Values; application?: Values }> = {
  public: {},
  private: { infrastructure: { publicSubnetIds: undefined }, application: { internal: true } },
  "dual-stack": { application: { dualStack: true } },
};

const otherRegion: Record<Partition, string> = {
  aws: "eu-west-1",
  "aws-us-gov": "us-gov-east-1",
  "aws-cn": "cn-northwest-1",
};

/** With all that may name something of AWS. */
function infrastructure(partition: Partition, config: Values = {}): Promise<Outcome> {
  const own = {
    permissionsBoundaryArn: `arn:${partition}:iam::111122223333:policy/boundary`,
    bucketReplicationRegion: otherRegion[partition],
  };
  return runLayer({ partition, config: { ...everythingOn, ...own, ...config } });
}

function application(partition: Partition, above: Outcome, config: Values): Promise<Outcome> {
  const { region } = partitions[partition];
  return run({
    layer: "application",
    folder: join(repository, "application"),
    stack: "prod",
    partition,
    stacks: { "selfhosted-infrastructure": above.outputs },
    config: {
      imageTag: "20260101-1000-signed",
      certificateArn: `arn:${partition}:acm:${region}:111122223333:certificate/1`,
      licenseKey: "licence",
      agGridLicenseKey: "licence",
      execEnabled: true,
      jobsEnabled: true,
      fipsEndpoints: true,
      registryPublicBucket: "registry",
      auditLogsTable: "audit",
      httpsProxy: "http://proxy.example.internal:3128",
      ...config,
    },
    secretKeys: ["licenseKey", "agGridLicenseKey"],
    calls: { "aws:ec2/getPrefixList:getPrefixList": () => ({ id: "pl-1" }) },
  });
}

function dns(partition: Partition, above: Outcome): Promise<Outcome> {
  return run({
    layer: "dns",
    folder: join(repository, "dns"),
    stack: "prod",
    partition,
    stacks: { "selfhosted-application": above.outputs },
    config: {
      zoneName: "example.com",
      bareDomain: true,
      assumeRoleArn: `arn:${partition}:iam::444455556666:role/dns`,
    },
    calls: { "aws:route53/getZone:getZone": (asked) => ({ ...asked, zoneId: "Z0" }) },
  });
}

describe("all layers, each with what the one above it says,", function () {
  this.timeout(60_000);

  for (const partition of Object.keys(partitions) as Partition[]) {
    for (const [kind, config] of Object.entries(kinds)) {
      for (const subdomain of [undefined, "pulumi"]) {
        it(`name nothing of another partition: ${partition}, ${kind}, ${subdomain ? "with" : "without"} subdomain`, async () => {
          const data = await infrastructure(partition, config.infrastructure);
          const services = await application(partition, data, {
            domain: "example.com",
            subdomain,
            ...config.application,
          });
          const names = await dns(partition, services);

          const recorded = [data, services, names].map(({ resources, outputs }) => [
            resources.map(({ inputs }) => inputs),
            outputs,
          ]);
          expect(foreignNames(partition, recorded)).to.deep.equal([]);
          expect(JSON.stringify(recorded)).to.include(`"arn:${partition}:`);

          const base = subdomain ? "pulumi.example.com" : "example.com";
          const types = config.application?.["dualStack"] ? ["A", "AAAA"] : ["A"];
          expect(
            names
              .ofType("aws:route53/record:Record")
              .map(({ inputs }) => `${String(inputs["type"])} ${String(inputs["name"])}`),
          ).to.have.members(
            [`api.${base}`, `app.${base}`, base].flatMap((host) => types.map((type) => `${type} ${host}`)),
          );
          const balancers = services.ofType("aws:lb/loadBalancer:LoadBalancer").map(({ inputs }) => inputs["subnets"]);
          const { publicSubnetIds, privateSubnetIds } = data.outputs["network"] as Record<string, string[]>;
          const place = config.application?.["internal"] ? privateSubnetIds : publicSubnetIds;
          expect(balancers).to.deep.equal([place, place]);
        });
      }
    }
  }
});
