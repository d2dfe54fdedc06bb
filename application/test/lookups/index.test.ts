import { type Installation, partlyKnown } from "@selfhosted/common";
import { withFakeAws } from "@selfhosted/common/testing";
import { expect } from "chai";
import { lookUpAccount } from "../../lookups";
import { infrastructure, read } from "../fixtures";

describe("the look-ups", () => {
  it("skip what needs the installation's name, where that isn't known", async () => {
    const { name: _, ...known } = infrastructure.installation;
    const upstream = { ...infrastructure, installation: partlyKnown<Installation>(known) };
    const { config } = read().inputs;
    const { checks, account } = await withFakeAws({}, (aws) =>
      lookUpAccount({ config, upstream }, { stack: "test", aws }),
    );
    expect(account).to.equal(undefined);
    expect(checks.flatMap(({ problems }) => problems)).to.deep.equal([]);
    const skipped = checks.filter((check) => check.skipped !== undefined).map(({ name }) => name);
    expect(skipped).to.include.members(["running services", "load balancers"]);
    expect(checks.find(({ name }) => name === "certificate")?.detail).to.not.equal("");
  });
});
