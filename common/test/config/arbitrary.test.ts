import { expect } from "chai";
import fc from "fast-check";
import {
  certificate,
  choice,
  cronExpression,
  decimal,
  flag,
  hostName,
  integer,
  licence,
  list,
  map,
  network,
  parseConfig,
  privateKey,
  regionName,
  secret,
  secretMap,
  text,
  variableName,
  webUrl,
} from "../../config";
import { arbitraryConfig, type Typing } from "../../testing/arbitrary-config";

const description = "";
const settings = {
  "aws:region": text({ description, shape: regionName }),
  domain: text({ description, shape: hostName }),
  instances: integer({ description, min: 1, max: 15, bySize: { small: 1, medium: 2, large: 3 } }),
  memory: integer({ description, min: 512, max: 4096, unit: "MiB", default: 1024 }),
  capacity: decimal({ description, min: 0.5, max: 128, optional: true }),
  internal: flag({ description }),
  level: choice(["small", "large"], { description, default: "small" }),
  cidrs: list({ description, shape: network, min: 1, default: ["0.0.0.0/0"] }),
  tags: map({ description }),
  extraSecrets: secretMap({ description, key: variableName }),
  licenseKey: secret({ description, shape: licence }),
  password: secret({ description, optional: true }),
  endpoint: text({ description, shape: webUrl, optional: true }),
  schedule: text({ description, shape: cronExpression, optional: true }),
  tlsCertificate: text({ description, shape: certificate, optional: true }),
  tlsPrivateKey: secret({ description, shape: privateKey, optional: true }),
};
const configs = arbitraryConfig(settings, "project");
const problemsOf = (found: Parameters<typeof parseConfig>[2]) =>
  parseConfig(settings, "project", found, "small").problems;

describe("any configuration that somebody types", () => {
  it("has one problem for each mistake, and none for what is good", () => {
    fc.assert(
      fc.property(configs, ({ found, typings, foreign }) => {
        const isRequired = (key: string): boolean => ["aws:region", "domain", "licenseKey"].includes(key);
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

  it("is typed in all ways", () => {
    const seen = new Set<Typing>();
    fc.sample(configs, 200).forEach(({ typings }) => Object.values(typings).forEach((typing) => seen.add(typing)));
    expect([...seen]).to.have.members(["good", "missing", "near miss", "nonsense", "in clear"]);
  });

  it("needs a good value of each required setting", () => {
    const odd = { odd: text({ description, shape: { allowed: "odd", fault: () => ({}) } }) };
    expect(() => arbitraryConfig(odd, "project")).to.throw("no good value of odd is known; give it an example");
    const known = {
      odd: text({ description, shape: { allowed: "odd", fault: (each) => (each === "odd" ? undefined : {}) } }),
    };
    expect(() => arbitraryConfig(known, "project", { samples: { odd: ["odd"] } })).not.to.throw();
  });
});
