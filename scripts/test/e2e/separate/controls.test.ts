import { expect } from "chai";
import { type Outcome, type Scratch, scratchCheckout } from "../../../bench/scratch";
import type { Row } from "../../../controls/verdicts";
import { findPulumi } from "../../../pulumi/find";
import { configure } from "../configuration";
import { plainPulumi } from "../plain-pulumi";

const pack = ["--policy-pack", "../scripts/controls/pack"];

/** A violation: level, policy, and resource. */
const line = /\[(mandatory|advisory)\]\s+(\S+)\s+\(\S+ (\S+)\)/g;

describe("the controls as a policy pack", function () {
  this.timeout(600_000);
  this.bail(true);
  let scratch: Scratch;

  const make = async (...args: string[]): Promise<Outcome> => {
    const outcome = await scratch.make(...args);
    expect(outcome.code, outcome.output).to.equal(0);
    return outcome;
  };
  const preview = (layer: "infrastructure" | "application" | "dns"): Promise<Outcome> =>
    plainPulumi(scratch, layer, ["preview", "--stack", "local", ...pack]);
  const violations = ({ output }: Outcome): string[] =>
    [...output.matchAll(line)].map(([, level = "", policy = "", resource = ""]) => `${level} ${policy} ${resource}`);

  before(async function () {
    // The stand-in has no policies.
    if (findPulumi().command === undefined) {
      this.skip();
    }
    scratch = scratchCheckout();
    await make("env", "ENV=local");
    configure(scratch, "infrastructure", { ephemeral: "false" });
  });

  after(() => scratch?.remove());

  it("find no default violated before anything is made, whatever isn't known yet", async () => {
    const outcome = await preview("infrastructure");
    expect(outcome.code, outcome.output).to.equal(0);
    expect(violations(outcome).filter((each) => each.startsWith("mandatory"))).to.deep.equal([]);
  });

  it("say of each layer what `make controls` says of it", async () => {
    await make("deploy", "ENV=local", "YES=1");
    const rows = JSON.parse((await make("controls", "ENV=local", "JSON=1")).stdout) as Row[];
    const expected = rows.flatMap(({ id, byDefault, violations: found }) =>
      found.map(({ resource }) => `${byDefault ? "mandatory" : "advisory"} ${id.replaceAll("/", "-")} ${resource}`),
    );
    expect(rows).to.have.length(62);
    const found: string[] = [];
    for (const layer of ["infrastructure", "application", "dns"] as const) {
      found.push(...violations(await preview(layer)));
    }
    expect(found).to.have.members(expected);
  });

  it("refuse what violates them, alone and beside others", async () => {
    const overrides = {
      "database-cluster": { deletionProtection: false },
      "buckets-policy-versioning": { versioningConfiguration: { status: "Suspended" } },
    };
    configure(scratch, "infrastructure", { resourceOverrides: JSON.stringify(overrides) });
    const outcome = await preview("infrastructure");
    expect(outcome.code).not.to.equal(0);
    expect(violations(outcome).filter((each) => each.startsWith("mandatory"))).to.have.members([
      "mandatory RDS.7 pulumi-local-database-cluster",
      "mandatory S3.14 pulumi-local-buckets-policy-bucket",
    ]);
  });
});
