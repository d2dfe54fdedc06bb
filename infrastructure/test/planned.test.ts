import { isNotKnown } from "@selfhosted/common";
import type { Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { readConfig } from "../config";
import { plannedOutputs } from "../planned";
import { lookUp } from "./account";
import { everythingOn } from "./configurations";
import { foundWith, runWith } from "./layer";

/** What the layer would publish. */
async function planned(config: Values) {
  const read = readConfig(foundWith(config));
  const { account } = await lookUp({ config });
  return plannedOutputs(read.config, { stack: "prod", location: account?.location, network: account?.network });
}

/** The known values of an object, and of those in it. */
function knownValues(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return value;
  }
  return Object.fromEntries(Object.keys(value).map((key) => [key, knownValues((value as Values)[key])]));
}

describe("The outputs that are planned", () => {
  for (const [name, config] of Object.entries<Values>({ "by default": {}, "with everything on": everythingOn })) {
    it(`are those that the layer then publishes, ${name}`, async () => {
      const { outputs } = await runWith(config);
      const plan = knownValues(await planned(config)) as Values;
      // The mocks invent what AWS decides; whatever the plan knows must be the same.
      const differing = (wanted: unknown, published: unknown, path: string): string[] =>
        typeof wanted === "object" && wanted !== null && !Array.isArray(wanted)
          ? Object.entries(wanted).flatMap(([key, each]) =>
              differing(each, (published as Values | undefined)?.[key], `${path}.${key}`),
            )
          : JSON.stringify(wanted) === JSON.stringify(published)
            ? []
            : [`${path}: ${JSON.stringify(wanted)}, not ${JSON.stringify(published)}`];
      const { apiTaskRoleArn, ...rest } = plan;
      expect(differing(rest, outputs, "")).to.deep.equal([]);
      expect(apiTaskRoleArn).to.equal("arn:aws:iam::111122223333:role/pulumi-prod-data-access-api");
    });
  }

  it("leave unknown what AWS decides", async () => {
    const plan = await planned({ searchEnabled: true });
    for (const read of [() => plan.database.endpoint, () => plan.search?.securityGroupId, () => plan.serviceKeyArn]) {
      expect(read).to.throw().that.satisfies(isNotKnown);
    }
    expect((await planned({})).search).to.equal(undefined);
  });

  it("leave out what depends on a value that isn't valid", async () => {
    const plan = await planned({ size: "huge" });
    expect(plan.installation.name).to.equal("pulumi");
    expect(Object.keys(plan.installation)).to.not.include("size");
  });
});
