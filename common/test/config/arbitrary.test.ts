import { expect } from "chai";
import fc from "fast-check";
import { type Found, parseConfig, text } from "../../config";
import { arbitraryConfig, type Typing } from "../../testing/arbitrary/config";
import { settings } from "./settings";

const configs = arbitraryConfig(settings, "project");
const problemsOf = (found: Found) => parseConfig(settings, "project", found, "small").problems;

describe("any configuration", () => {
  it("has one problem for each mistake, and none for what is good", () => {
    fc.assert(
      fc.property(configs, ({ found, typings, foreign }) => {
        const isRequired = (key: string): boolean => ["aws:region", "vpcId", "licenseKey"].includes(key);
        const meant = (key: string): boolean => foreign.includes(`${key}s`);
        const expected = Object.entries(typings).flatMap(([key, typing]) =>
          typing === "good" || (typing === "missing" && (!isRequired(key) || meant(key))) ? [] : [key],
        );
        expect(problemsOf(found).map(({ key }) => key)).to.have.members([...expected, ...foreign]);
      }),
      { numRuns: 100 },
    );
  });

  it("shows no secret in its problems", () => {
    const clumsy = arbitraryConfig(settings, "project", { weights: { good: 1, nonsense: 3, "near miss": 3 } });
    fc.assert(
      fc.property(clumsy, ({ found, secrets }) => {
        const said = JSON.stringify(problemsOf(found));
        for (const each of secrets) {
          expect(said).not.to.include(each);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("is made right by the commands that its problems name, as far as they name a value", () => {
    const clumsy = arbitraryConfig(settings, "project", {
      weights: { good: 1, nonsense: 0, "near miss": 5, foreign: 0 },
    });
    fc.assert(
      fc.property(clumsy, ({ found }) => {
        for (const { key, fix } of problemsOf(found)) {
          const [, value] = /^pulumi config set \S+ (?:-- )?('?[^<]*)$/.exec(fix ?? "") ?? [];
          if (value !== undefined && !value.startsWith("--")) {
            const text = value.replace(/^'(.*)'$/s, "$1").replaceAll("'\\''", "'");
            expect(settings[key as keyof typeof settings].parse(text), `${key} ${fix}`).to.have.property("value");
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it("has values of all kinds", () => {
    const seen = new Set<Typing>();
    fc.sample(configs, 200).forEach(({ typings }) => Object.values(typings).forEach((typing) => seen.add(typing)));
    expect([...seen]).to.have.members(["good", "missing", "near miss", "nonsense", "in clear"]);
  });

  it("needs a good value of each required setting", () => {
    const odd = { odd: text({ description: "", shape: { allowed: "odd", fault: () => ({}) } }) };
    expect(() => arbitraryConfig(odd, "project")).to.throw("no good value of odd is known; give it an example");
    const known = {
      odd: text({ description: "", shape: { allowed: "odd", fault: (each) => (each === "odd" ? undefined : {}) } }),
    };
    expect(() => arbitraryConfig(known, "project", { samples: { odd: ["odd"] } })).not.to.throw();
  });
});
