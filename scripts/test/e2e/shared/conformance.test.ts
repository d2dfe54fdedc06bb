import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Layer } from "@selfhosted/common";
import { expect } from "chai";
import { type Scratch, scratchCheckout } from "../../../bench/scratch";
import { repository } from "../../../repository";
import type { Deployment, ResourceState } from "../../../sandbox/engine/state";
import { realPulumi } from "../../../sandbox/test/real-pulumi";
import { inventory, withoutRandom } from "../inventory";
import { plainPulumi, upArguments } from "../plain-pulumi";
import { access } from "../sandbox";
import { type Installation, installed } from "./installed";

const sandbox = join(repository, "scripts", "sandbox");

const real = realPulumi();

describe(`the three layers under the stand-in and under the real command${real ? "" : " (skipped: no real `pulumi` on PATH)"}`, function () {
  this.timeout(600_000);
  const layers: Layer[] = ["infrastructure", "application", "dns"];
  let installation: Installation;
  let scratch: Scratch;

  before(async function () {
    if (real === undefined) {
      this.skip();
    }
    installation = await installed();
    scratch = scratchCheckout();
    await scratch.make("preflight", "ENV=local");
  });

  after(() => scratch?.remove());

  type Command = (checkout: Scratch, layer: Layer, ...args: string[]) => Promise<string>;

  const standIn: Command = async (checkout, layer, ...args) => {
    const { code, output } = await plainPulumi(checkout, layer, [...args, "--stack", "local"]);
    expect(code, output).to.equal(0);
    return output;
  };

  const realCommand: Command = async (checkout, layer, ...args) => {
    const path = [real, join(sandbox, "plugins", "bin"), process.env["PATH"]].join(delimiter);
    const variables = { PATH: path, PULUMI_HOME: join(checkout.folder, ".local", "home") };
    const { code, output } = await plainPulumi(checkout, layer, [...args, "--stack", "local"], variables);
    expect(code, output).to.equal(0);
    return output;
  };

  async function exported(command: Command, checkout: Scratch, layer: Layer): Promise<ResourceState[]> {
    const file = join(checkout.folder, ".local", `${layer}.json`);
    await command(checkout, layer, "stack", "export", "--file", file);
    const { deployment } = JSON.parse(readFileSync(file, "utf8")) as { deployment: Deployment };
    return deployment.resources ?? [];
  }

  it("deploys under the real command, with the same plugins", async () => {
    for (const layer of layers) {
      await realCommand(scratch, layer, ...upArguments("local"));
    }
  });

  it("makes the same things in the account", async () => {
    expect(withoutRandom(await inventory(access(scratch)))).to.deep.equal(withoutRandom(installation.inventory));
  });

  it("registers the same resources, and gives the same outputs", async () => {
    for (const layer of layers) {
      const found = await exported(realCommand, scratch, layer);
      const expected = await exported(standIn, installation.scratch, layer);
      expect(found.map(({ urn }) => urn)).to.have.members(expected.map(({ urn }) => urn));
      expect(outputs(found)).to.deep.equal(outputs(expected));
    }
  });

  const unchanged = async (command: Command, checkout: Scratch): Promise<void> => {
    for (const layer of layers) {
      await command(checkout, layer, "preview", "--expect-no-changes");
    }
  };

  it("has nothing to do under the real command the second time", () => unchanged(realCommand, scratch));

  it("has nothing to do under the real command where the stand-in deployed", () =>
    unchanged(realCommand, installation.scratch));

  it("has nothing to do under the stand-in where the real command deployed", () => unchanged(standIn, scratch));
});

/** What AWS and Pulumi make up: UUIDs, ids in hexadecimal digits, the endings of the names of secrets and of database endpoints. */
const madeUp = [
  /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
  /[0-9a-f]{16,17}(?=")/g,
  /(?<=:secret:[^"]*)(-[0-9a-f]{7})?-\w{6}(?=")/g,
  /(?<=\.cluster-)\w+/g,
];

/** The stack's outputs, without what differs from account to account. */
function outputs(resources: ResourceState[]): unknown {
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  const text = JSON.stringify(stack?.outputs ?? {});
  return JSON.parse(madeUp.reduce((kept, pattern) => kept.replace(pattern, "…"), text));
}
