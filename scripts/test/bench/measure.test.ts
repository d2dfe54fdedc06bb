import { tmpdir } from "node:os";
import { expect } from "chai";
import { type Command, measureMemory, measureTimes, total } from "../../bench/measure";

/** 50 MiB in one process, while another one works for half a second of processor time. */
const work = `
  const { spawn } = require("node:child_process");
  const held = Buffer.alloc(50 * 2 ** 20, 1);
  const busy = "for (let used = 0; used < 500_000; used = process.cpuUsage().user + process.cpuUsage().system);";
  spawn(process.execPath, ["-e", busy], { stdio: "ignore" }).on("exit", () => held.fill(2));
`;

describe("a measured command", function () {
  this.timeout(30_000);
  const command = (script: string): Command => ({
    ...{ folder: tmpdir(), variables: {} },
    command: ["bash", "-c", '"$0" -e "$1" || exit', process.execPath, script],
  });

  it("takes the processor time of all that it starts", async () => {
    const { seconds, cpuSeconds } = await measureTimes(command(work));
    expect(seconds).to.be.greaterThan(0.3);
    expect(cpuSeconds.commands).to.be.within(0.45, 1.5);
    expect(total(cpuSeconds)).to.equal(cpuSeconds.commands);
  });

  it("holds the memory of all that it starts", async () => {
    expect(total(await measureMemory(command(work)))).to.be.within(50, 300);
  });

  it("has to end well", async () => {
    const failure = await measureTimes(command("console.log('what it says'); process.exit(3)")).then(
      () => "",
      (error: Error) => error.message,
    );
    expect(failure)
      .to.match(/^bash .* failed:\n/)
      .and.to.contain("what it says");
  });
});
