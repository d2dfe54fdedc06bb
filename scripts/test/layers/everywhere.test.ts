import { foreignNames, type Partition, partitions, type Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { application, dns, infrastructure } from "../support/all-layers";

/** Kinds of installations, by the configuration of the layers. */
const kinds: Record<string, { infrastructure?: Values; application?: Values }> = {
  public: {},
  private: { infrastructure: { publicSubnetIds: undefined }, application: { internal: true } },
  "dual-stack": { application: { dualStack: true } },
};

describe("all layers, each with what the one above it says,", function () {
  this.timeout(60_000);

  for (const partition of Object.keys(partitions) as Partition[]) {
    for (const [kind, config] of Object.entries(kinds)) {
      for (const subdomain of [undefined, "pulumi"]) {
        it(`name nothing of another partition: ${partition}, ${kind}, ${subdomain ? "with" : "without"} subdomain`, async () => {
          const data = await infrastructure(partition, config.infrastructure);
          const services = await application(partition, data, { subdomain, ...config.application });
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
