import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Layer } from "@selfhosted/common";
import { expect } from "chai";
import { inventory, withoutRandom } from "../inventory";
import { plainPulumi, upArguments } from "../plain-pulumi";
import { type Installation, installed } from "./installed";

describe("two stacks of one name in one account and region", function () {
  this.timeout(600_000);
  this.bail(true);
  const layers: Layer[] = ["infrastructure", "application"];
  let installation: Installation;
  let alone: string[];

  before(async () => {
    installation = await installed();
    alone = await inventory(installation.aws);
  });

  async function pulumi(layer: Layer, ...args: string[]): Promise<string> {
    const { code, output } = await plainPulumi(installation.scratch, layer, args);
    expect(code, output).to.equal(0);
    return output;
  }

  it("stand beside each other", async () => {
    for (const layer of layers) {
      const folder = join(installation.scratch.folder, layer);
      writeFileSync(join(folder, "Pulumi.other.yaml"), readFileSync(join(folder, "Pulumi.local.yaml")));
      await pulumi(layer, "stack", "init", "other");
      await pulumi(layer, ...upArguments("other"));
    }
    const both = await inventory(installation.aws);
    expect(both).to.include.members(alone);
    const other = both.filter((line) => line.includes("-other-"));
    const local = alone.filter((line) => line.includes("-local-"));
    expect(withoutStack(other)).to.deep.equal(withoutStack(local));
  });

  it("go without each other", async () => {
    for (const layer of [...layers].reverse()) {
      await pulumi(layer, "destroy", "--yes", "--skip-preview", "--stack", "other");
    }
    expect(await inventory(installation.aws)).to.deep.equal(alone);
  });
});

/** Equal for stacks that hold the same, whatever the revision of their task definitions. */
function withoutStack(lines: string[]): string[] {
  return withoutRandom(lines.map((line) => line.replace(/-(local|other)-/g, "-…-").replace(/:\d+$/, "")));
}
