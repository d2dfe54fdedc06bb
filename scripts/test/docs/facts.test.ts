import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { settings as application } from "../../../application/exports";
import { costOf } from "../../cost/cost";
import { groups } from "../../docs/docs";
import { withFacts } from "../../docs/facts-page";
import { quotas } from "../../preflight/quotas";
import { repository } from "../../repository";

const page = readFileSync(join(repository, "scripts/runbooks/facts.md"), "utf8");

describe("The page of facts", () => {
  it("has the defaults that its limits name", () => {
    expect(page).to.contain(`\`drainSeconds\`, ${String(application.drainSeconds.default)},`);
    expect(page).to.contain(
      `\`migrationTimeoutMinutes\`, ${String(application.migrationTimeoutMinutes.default)} minutes`,
    );
  });

  it("names every quota that preflight asks for", () => {
    const named = page.replace(/\s+/g, " ");
    expect(
      quotas.map(({ name }) => name.replace(" of the VPC", "")).filter((name) => !named.includes(name)),
    ).to.deep.equal([]);
  });

  it("needs its markers", () => {
    const none = costOf([], "us-east-1");
    const write = (): string => withFacts("no markers", groups, { small: none, medium: none, large: none });
    expect(write).to.throw("scripts/runbooks/facts.md has no lines <!-- sizes -->");
  });
});
