import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type Scratch, scratchCheckout } from "../../bench/scratch";

describe("a command that makes nothing, where the sandbox isn't running", function () {
  this.timeout(60_000);
  let scratch: Scratch;

  before(() => {
    scratch = scratchCheckout();
  });
  after(() => scratch.remove());

  for (const command of [
    "status",
    "verify",
    "outputs",
    "rollback",
    "upgrade IMAGE_TAG=20260105-317-signed",
    "destroy",
  ]) {
    it(`says so, and starts nothing: make ${command}`, async () => {
      const { code, output } = await scratch.make(...command.split(" "), "ENV=local");
      expect(output).to.include("isn't running, so nothing is deployed in it. To start it: make deploy ENV=local");
      expect(code).to.equal(2);
      expect(existsSync(join(scratch.folder, ".local", "emulator.json"))).to.equal(false);
    });
  }
});
