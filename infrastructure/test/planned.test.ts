import { isNotKnown } from "@selfhosted/common";
import type { Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { readConfig } from "../config";
import { plannedOutputs } from "../planned";
import { look } from "./account";
import { everythingOn, foundWith } from "./configurations";
import { runLayer } from "./layer";

/** What the layer would publish. */
async function planned(config: Values) {
  const read = readConfig(foundWith(config));
  const { facts } = await look({ config });
  return plannedOutputs(read.config, { stack: "prod", where: facts?.where, network: facts?.network });
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
      const { outputs } = await runLayer({ config });
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

  it("say of what AWS decides that it isn't known", async () => {
    const { database, search, serviceKeyArn } = await planned({ searchEnabled: true }).then((plan) => ({
      database: plan.database,
      search: plan.search,
      serviceKeyArn: () => plan.serviceKeyArn,
    }));
    for (const read of [() => database.endpoint, () => search?.securityGroupId, serviceKeyArn]) {
      let failure: unknown;
      try {
        read();
      } catch (error) {
        failure = error;
      }
      expect(isNotKnown(failure)).to.equal(true);
    }
    expect((await planned({})).search).to.equal(undefined);
  });

  it("leave out what depends on a value that isn't valid", async () => {
    const plan = await planned({ size: "huge" });
    expect(plan.installation.name).to.equal("pulumi");
    expect(Object.keys(plan.installation)).to.not.include("size");
  });
});
