import { expect } from "chai";
import fc from "fast-check";
import { requireAsked } from "../../backend/place";
import { requireAge, requireChoice, requireCount, requireFlag } from "../../command";
import { chooseEnvironment } from "../../environment";
import { requireSource } from "../../images/source";
import { readAnswers } from "../../init/answers";
import { faultOf } from "../../init/settings";
import { requireRelease } from "../../release/plan";
import { requireSecret } from "../../rotation/secrets";

/** How each variable is read. */
const variables: Record<string, (value: string) => unknown> = {
  ENV: (env) => chooseEnvironment({ env, isOfShell: false }, ["prod", "staging"]),
  YES: (value) => requireFlag("YES", value),
  KEEP: (value) => requireCount("KEEP", value),
  SERVICE: (value) => requireChoice("SERVICE", value, ["api", "console"]),
  SINCE: (value) => requireAge("SINCE", value, "10m"),
  IMAGE_TAG: requireRelease,
  FROM: requireSource,
  WHAT: (value) => requireSecret(value, undefined),
  VALUE_FILE: (value) => requireSecret("licence", value),
  STATE_BUCKET: (bucket) => requireAsked({ bucket }),
  STATE_KEY: (keyAlias) => requireAsked({ keyAlias }),
  DEPLOYER_ROLE_ARN: (deployers) => requireAsked({ deployers }),
  ANSWERS: readAnswers,
};

/** What people and programs have typed before, and what every object of JavaScript has. */
const awkward = [
  ...["", " ", "0", "-1", "1e9", "1.5", "NaN", "null", "true ", "YES", "999999d", "1w", ".", "..", "/", "~", "~/"],
  ...[
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "\0",
    "a\0b",
    "\n",
    "é",
    "😀",
    "arn:aws:iam::1:role/",
    "local",
  ],
];
const anything = fc.oneof(
  fc.constantFrom(...awkward),
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({ maxLength: 20 }),
);

/** What is read, or the words with which it is refused. */
function read(variable: string, value: string): { value?: unknown; refusal?: string } {
  try {
    return { value: variables[variable]?.(value) };
  } catch (error) {
    expect(error, `${variable}=${JSON.stringify(value)}`).to.be.an.instanceOf(Error);
    expect((error as Error).name, (error as Error).message).to.equal("Error");
    return { refusal: (error as Error).message };
  }
}

describe("whatever is typed", () => {
  for (const variable of Object.keys(variables)) {
    it(`for ${variable} is taken, or refused in a sentence that names it and can be printed`, () => {
      fc.assert(
        fc.property(anything, (value) => {
          const { refusal } = read(variable, value);
          if (refusal !== undefined) {
            expect(refusal).to.include(variable);
            expect(refusal).not.to.match(/[\0-\x09\x0b-\x1f\x7f]|undefined|\[object/);
            expect(refusal.length).to.be.below(1500);
          }
        }),
        { numRuns: 500, seed: 1 },
      );
    });
  }

  it("for SINCE is a moment that AWS can be asked about", () => {
    for (const value of ["1s", "999999d", "999999h"]) {
      const { since } = requireAge("SINCE", value, "10m");
      expect(since.getTime(), value).to.be.within(0, Date.now());
    }
  });

  it("as a name or value of an answer to init is taken, or refused as a problem", () => {
    fc.assert(
      fc.property(
        fc.oneof(anything, fc.constantFrom("domain", "vpcId", "tags", "licenseKey")),
        anything,
        (key, value) => {
          const problem = faultOf(key, value);
          if (problem !== undefined) {
            expect(problem.reason).not.to.match(/\bundefined\b|\[object|TypeError/);
          }
        },
      ),
      { numRuns: 500, seed: 1 },
    );
  });
});
