import { readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { scratchCheckout } from "../../../bench/scratch";
import { layers } from "../../../layers";
import { inventory } from "../inventory";
import { stateOf } from "../state";
import { type Installation, installed } from "./installed";

describe("what a person does wrong", function () {
  this.timeout(600_000);
  let installation: Installation;

  before(async () => {
    installation = await installed();
  });

  it("names a port that is taken", async () => {
    const scratch = scratchCheckout();
    const server = createServer();
    try {
      await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
      const { port } = server.address() as AddressInfo;
      const { code, output } = await scratch.make("deploy", "ENV=local", `SANDBOX_PORT=${port}`);
      expect(code).not.to.equal(0);
      expect(output).to.include(`Port ${port} is taken by another program; set SANDBOX_PORT to a free one`);
    } finally {
      server.close();
      await scratch.remove();
    }
  });

  it("shows everything that is wrong with the configuration of all layers at once, and deploys none", async () => {
    const { scratch, aws } = installation;
    const states = (): unknown => layers.map((layer) => stateOf(scratch, layer));
    const before = { states: states(), inventory: await inventory(aws) };
    const mistakes = {
      infrastructure: [/^ .*:(vpcId|size): .*$/gm, "  selfhosted-infrastructure:size: enormous"],
      application: [/^ .*:(certificateArn): .*$/gm, ""],
    } as const;
    const restore = Object.entries(mistakes).map(([layer, [lines, instead]]) => {
      const file = join(scratch.folder, layer, "Pulumi.local.yaml");
      const text = readFileSync(file, "utf8");
      writeFileSync(file, `${text.replace(lines, "").trimEnd()}\n${instead}\n`);
      return () => writeFileSync(file, text);
    });
    try {
      const { code, output } = await scratch.make("deploy", "ENV=local");
      expect(code).not.to.equal(0);
      expect(output, output)
        .to.match(/vpcId/)
        .and.match(/size.*enormous.*small, medium/)
        .and.match(/certificateArn/);
    } finally {
      restore.forEach((undo) => undo());
    }
    expect(await inventory(aws)).to.deep.equal(before.inventory);
    expect(states()).to.deep.equal(before.states);
  });
});
