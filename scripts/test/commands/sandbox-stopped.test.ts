import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type Scratch, scratchCheckout } from "../../bench/scratch";
import { type Ended, runCommands } from "../support/several-commands";

const commands = [
  ["status"],
  ["verify"],
  ["outputs"],
  ["logs", "--service=api"],
  ["events"],
  ["shell", "--service=api"],
  ["drift"],
  ["rollback"],
  ["upgrade", "--image-tag=20260105-317-signed"],
  ["destroy"],
].map(([name, ...args]) => ({ name, args }));

describe("a command that makes nothing, where the sandbox isn't running", function () {
  this.timeout(60_000);
  let scratch: Scratch;
  let ended: Ended[];

  before(async () => {
    scratch = scratchCheckout();
    const run = commands.map(({ name, args }) => [`scripts/commands/${name}.ts`, "--env=local", ...args]);
    ended = await runCommands(scratch.folder, run);
  });
  after(() => scratch.remove());

  for (const [index, { name }] of commands.entries()) {
    it(`says so: ${name}`, () => {
      expect(ended[index]?.output).to.include(
        "isn't running, so nothing is deployed in it. To start it: make deploy ENV=local",
      );
      expect(ended[index]?.code).to.equal(1);
    });
  }

  it("starts nothing", () => {
    expect(existsSync(join(scratch.folder, ".local", "emulator.json"))).to.equal(false);
  });
});
