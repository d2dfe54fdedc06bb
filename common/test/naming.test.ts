import { expect } from "chai";
import * as fc from "fast-check";
import { logicalName, type NamedThing, physicalName } from "../naming";

const limits: [NamedThing, number, RegExp][] = [
  ["loadBalancer", 32, /^(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/],
  ["targetGroup", 32, /^(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/],
  ["bucket", 63, /^(?!sthree-|amzn-s3-demo-)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/],
  ["databaseIdentifier", 63, /^(?!.*--)[a-z]([a-z0-9-]*[a-z0-9])?$/],
  ["databaseGroup", 254, /^(?!.*--)[a-z]([a-z0-9-]*[a-z0-9])?$/],
  ["securityGroup", 255, /^(?!sg-)[A-Za-z0-9-]+$/],
  ["searchDomain", 28, /^[a-z][a-z0-9-]*$/],
  ["role", 64, /^[A-Za-z0-9-]+$/],
];

const name = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9]{0,19}$/),
  fc.constantFrom("internal", "internal-eu", "sg", "sg-1", "sthree", "amzn-s3-demo", "aws", "ssm"),
);
/** What Pulumi allows as the name of a stack. */
const stack = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9._-]{1,60}$/),
  fc.constantFrom("prod-", "a--b", "dev.", "_x", "--", "-", "Prod..eu"),
);

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

  it("gives stacks that differ only in case or punctuation different names", () => {
    const names = ["prod-eu", "prod.eu", "Prod-eu"].map((env) => physicalName("bucket", `pulumi-${env}-data`));
    expect(new Set(names)).to.have.length(3);
  });

  it("changes the name of an installation no more than AWS demands", () => {
    expect(physicalName("securityGroup", "sg-prod-database-access")).to.match(/^sgprod-database-access-[0-9a-f]{6}$/);
    expect(physicalName("loadBalancer", "internal-prod-api")).to.match(/^internalprod-api-[0-9a-f]{6}$/);
    expect(physicalName("role", "internal-prod-api")).to.equal("internal-prod-api");
    expect(physicalName("databaseIdentifier", "pulumi-a--b-database-cluster")).to.match(
      /^pulumi-a-b-database-cluster-[0-9a-f]{6}$/,
    );
    // As it was named before: it exists.
    expect(physicalName("bucket", "pulumi-checkpoint-a--b-111122223333-eu-central-1")).to.equal(
      "pulumi-checkpoint-a--b-111122223333-eu-central-1",
    );
  });

  it("keeps room for a suffix", () => {
    expect(physicalName("bucket", "p".repeat(63), 9)).to.have.lengthOf.at.most(54);
  });
});
