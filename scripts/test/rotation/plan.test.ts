import { expect } from "chai";
import { planRotation, type Progress, refuseFormerVersion } from "../../rotation/plan";

const key = "databasePasswordVersion";
const rested: Omit<Progress, "isRead"> = {
  configured: 1,
  deployed: 1,
  isUnfinished: false,
  isBehind: false,
  kept: "none",
};
const plan = (progress: Partial<Progress>): string => planRotation(key, { ...rested, ...progress }).join(" ");

describe("the rotation of a password that Pulumi makes", () => {
  it("keeps the former password before anything changes it, and lets it go last", () => {
    expect(plan({})).to.equal("keep raise deploy roll discard");
  });

  it("changes nothing about a former one where none can be kept", () => {
    expect(plan({ kept: undefined })).to.equal("raise deploy roll");
  });

  const interrupted: Record<string, [Partial<Progress>, string]> = {
    "after the password was kept": [{ kept: "current" }, "raise deploy roll discard"],
    "after the version was raised": [{ kept: "current", configured: 2 }, "deploy roll discard"],
    "before the password was changed": [
      { kept: "current", configured: 2, deployed: 2, isUnfinished: true },
      "deploy roll discard",
    ],
    "after the password was changed, before the secret has it": [
      { kept: "older", configured: 2, deployed: 2, isUnfinished: true },
      "deploy roll discard",
    ],
    "after the password was changed, before the services have it": [
      { kept: "older", configured: 2, deployed: 2, isBehind: true },
      "deploy roll discard",
    ],
    "after the services have rolled": [{ kept: "older", configured: 2, deployed: 2 }, "deploy roll discard"],
    "after the password was changed, where none was kept": [
      { kept: undefined, configured: 2, deployed: 2, isBehind: true },
      "deploy roll",
    ],
    "before the password was changed, where none was kept": [{ kept: undefined, configured: 2 }, "deploy roll"],
  };
  for (const [moment, [progress, steps]] of Object.entries(interrupted)) {
    it(`goes on where a command was killed ${moment}, without another password`, () => {
      expect(plan(progress)).to.equal(steps);
    });
  }

  it("begins none for services that lack the last one, whether or not something was kept", () => {
    expect(plan({ kept: "none", configured: 2, deployed: 2, isBehind: true })).to.equal("keep deploy roll discard");
    expect(plan({ kept: "current", configured: 2, deployed: 2, isBehind: true })).to.equal("deploy roll discard");
  });

  it("keeps the password where its version was raised by hand", () => {
    expect(plan({ configured: 2 })).to.equal("keep deploy roll discard");
  });

  it("is refused where the next one was configured before the last has ended: tasks may run with what is kept", () => {
    expect(() => plan({ kept: "older", configured: 3, deployed: 2 })).to.throw(
      /databasePasswordVersion is 3, but the rotation to 2 hasn't ended.*pulumi config set databasePasswordVersion 2/,
    );
  });

  it("makes the first password of Pulumi's where it was given, and goes on with that", () => {
    expect(plan({ configured: 0, deployed: 0 })).to.equal("keep raise deploy roll discard");
    expect(plan({ configured: 1, deployed: 0, kept: "current" })).to.equal("deploy roll discard");
  });

  it("is refused in a checkout that is older than what is deployed", () => {
    const refuse = (configured: number, deployed: number) => () => refuseFormerVersion(key, { configured, deployed });
    expect(refuse(1, 2)).to.throw(/databasePasswordVersion is 1 .*version 2 .*nothing was changed\. Pull first/);
    expect(refuse(0, 2)).to.throw(/^databasePassword is set/);
    for (const [configured, deployed] of [
      [1, 1],
      [2, 1],
      [0, 0],
      [1, 0],
    ] as const) {
      expect(refuse(configured, deployed)).not.to.throw();
    }
  });
});
