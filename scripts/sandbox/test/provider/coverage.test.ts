import { join } from "node:path";
import { applicationContract, type ApplicationOutputs } from "@selfhosted/common";
import { accountId, exampleOutputs, licenceOfTests, type Outcome, run, type Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { repository } from "../../../repository";
import { infrastructure } from "../../../test/support/all-layers";
import { definition as aws } from "../../provider/aws";
import type { Definition } from "../../provider/provider";
import { definition as random } from "../../provider/random";

const prefixList = "aws:ec2/getPrefixList:getPrefixList";

/** Types of resources and data sources, by their tokens. */
interface Tokens {
  types: Set<string>;
  dataSources: Set<string>;
}

/** What the three layers register and call with everything on. */
async function used(): Promise<Tokens> {
  const dataSources = new Set<string>();
  const above = await infrastructure("aws");
  const services = await run({
    layer: "application",
    folder: join(repository, "application"),
    stacks: { "selfhosted-infrastructure": above.outputs },
    config: {
      ...{ imageTag: "20260101-1000-signed", domain: "example.com", licenseKey: licenceOfTests },
      ...{ certificateZoneId: "Z0PUBLICZONE", internal: true, egressCidrBlocks: "10.0.0.0/8" },
    },
    secretKeys: ["licenseKey"],
    // ACM names a record for each name of the certificate.
    resource: (_type, _name, { domainName, subjectAlternativeNames: others = [] }) => ({
      domainValidationOptions: [domainName, ...(others as unknown[])].map((name) => ({ domainName: name })),
    }),
    calls: {
      [prefixList]: () => {
        dataSources.add(prefixList);
        return { id: "pl-1" };
      },
    },
  });
  // Health checks need public load balancers, further VPCs a private zone.
  const names = [
    await dns(
      { internal: false },
      {
        healthChecks: true,
        queryLogGroupArn: `arn:aws:logs:us-east-1:${accountId}:log-group:/aws/route53/example.com`,
      },
    ),
    await dns({ internal: true }, { zoneType: "private", zoneVpcIds: ["vpc-0a1b2c3d"] }),
  ];
  const resources = [above, services, ...names].flatMap((outcome) => outcome.resources);
  const types = resources.map(({ type }) => type).filter((type) => /^(aws|random):/.test(type));
  return { types: new Set(types), dataSources };
}

function dns(above: Partial<ApplicationOutputs>, config: Values): Promise<Outcome> {
  return run({
    layer: "dns",
    folder: join(repository, "dns"),
    stacks: { "selfhosted-application": { ...exampleOutputs(applicationContract, "aws"), ...above } },
    config: { zoneName: "example.com", ...config },
  });
}

/** What a plugin knows. */
async function known<Account>({ services }: Definition<Account>): Promise<Tokens> {
  const loaded = (await Promise.all(Object.values(services).map((load) => load()))).flat();
  return {
    types: new Set(loaded.flatMap(({ resources }) => Object.keys(resources))),
    dataSources: new Set(loaded.flatMap(({ dataSources = {} }) => Object.keys(dataSources))),
  };
}

describe("the plugins", () => {
  it("know the types and data sources that the layers use, and no others", async () => {
    const [layers, ofAws, ofRandom] = [await used(), await known(aws), await known(random)];
    const sorted = (...all: Set<string>[]): string[] => all.flatMap((each) => [...each]).sort();
    expect(sorted(ofAws.types, ofRandom.types)).to.deep.equal(sorted(layers.types));
    expect(sorted(ofAws.dataSources, ofRandom.dataSources)).to.deep.equal(sorted(layers.dataSources));
  });
});
