import { expect } from "chai";
import * as fc from "fast-check";
import { logicalName, physicalName, type NamedThing } from "../naming";

const limits: [NamedThing, number, RegExp][] = [
  ["loadBalancer", 32, /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/],
  ["targetGroup", 32, /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/],
  ["bucket", 63, /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/],
  ["databaseIdentifier", 63, /^[a-z]([a-z0-9-]*[a-z0-9])?$/],
  ["searchDomain", 28, /^[a-z][a-z0-9-]*$/],
  ["role", 64, /^[A-Za-z0-9-]+$/],
];

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,19}$/);
/** What Pulumi allows as the name of a stack. */
const stack = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,60}$/);

describe("naming", () => {
  it("keeps a name that AWS allows", () => {
    expect(physicalName("loadBalancer", logicalName("pulumi", "prod", "api"))).to.equal("pulumi-prod-api");
  });

  for (const [thing, length, alphabet] of limits) {
    it(`gives every ${thing} a name that AWS allows`, () => {
      fc.assert(
        fc.property(name, stack, fc.constantFrom("api", "console-internal", "database"), (prefix, env, what) => {
          const physical = physicalName(thing, logicalName(prefix, env, what));
          expect(physical).to.have.length.within(3, length);
          expect(physical).to.match(alphabet);
        }),
      );
    });
  }

  it("never gives two things one name", () => {
    fc.assert(
      fc.property(stack, stack, (one, other) => {
        fc.pre(one !== other);
        const physical = [one, other].map((env) => physicalName("targetGroup", logicalName("pulumi", env, "api")));
        expect(physical[0]).not.to.equal(physical[1]);
      }),
    );
  });

  it("tells stacks apart that differ only in case or punctuation", () => {
    const names = ["prod-eu", "prod.eu", "Prod-eu"].map((env) => physicalName("bucket", `pulumi-${env}-data`));
    expect(new Set(names)).to.have.length(3);
  });

  it("keeps room for a suffix", () => {
    expect(physicalName("bucket", "p".repeat(63), 9)).to.have.lengthOf.at.most(54);
  });
});
