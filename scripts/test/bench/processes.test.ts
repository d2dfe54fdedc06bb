import { expect } from "chai";
import { addDescendants, fromPs, groupOf, parseStat } from "../../bench/processes";

describe("the processes of a measured command", () => {
  const commandLines: [string, string | undefined][] = [
    ["make --no-print-directory deploy ENV=local", "commands"],
    ["node --require @selfhosted/common/register scripts/commands/deploy.ts --env=local", "commands"],
    // A folder that is called like the command.
    ["node /src/pulumi/scripts/commands/deploy.ts --env=local", "commands"],
    ["bash -c . /tmp/x/.local/env.sh && exec pulumi preview --stack local", "commands"],
    ["pulumi preview --stack local", "pulumi"],
    ["/x/.local/pulumi/3.259.0/bin/pulumi up --yes", "pulumi"],
    ["node /x/scripts/sandbox/pulumi up --yes", "pulumi"],
    ["node /x/scripts/pulumi/language/bin/pulumi-language-nodejs 127.0.0.1:1234", "language host"],
    ["/usr/local/bin/pulumi-language-nodejs -root=/x 127.0.0.1:1234", "language host"],
    ["node --require r /x/node_modules/@pulumi/pulumi/cmd/run/index.js --root-directory /src/pulumi .", "program"],
    ["/usr/bin/node /x/node_modules/@pulumi/pulumi/cmd/run --monitor 127.0.0.1:1 .", "program"],
    ["node /x/pulumi-resource-pulumi-nodejs 127.0.0.1:1234", "dynamic provider"],
    ["node /x/node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js 127.0.0.1:1", "dynamic provider"],
    ["node /x/pulumi-home/plugins/resource-aws-v7.48.0/pulumi-resource-aws 127.0.0.1:1", "providers"],
    ["/x/venv/bin/python -B /x/scripts/sandbox/account/server.py -H 127.0.0.1 -p 0", undefined],
  ];
  for (const [commandLine, group] of commandLines) {
    it(`counts under ${group ?? "nothing"}: ${commandLine}`, () => {
      expect(groupOf(commandLine)).to.equal(group);
    });
  }

  it("are those that it starts, in any generation and order, those whose parent has ended included", () => {
    const family = new Set([10]);
    addDescendants(family, [
      { pid: 12, parent: 11 },
      { pid: 11, parent: 10 },
      { pid: 20, parent: 1 },
      { pid: 21, parent: 20 },
    ]);
    expect([...family].sort()).to.deep.equal([10, 11, 12]);
    addDescendants(family, [
      { pid: 12, parent: 1 },
      { pid: 13, parent: 12 },
    ]);
    expect([...family].sort()).to.deep.equal([10, 11, 12, 13]);
  });

  it("are read from Linux's /proc, whatever their name", () => {
    const stat = "4711 (a) b (c) S 4700 4711 4711 0 -1 4194560 900 0 0 0 150 25 0 0 20 0 11 0 9 1 2 3";
    expect(parseStat(stat)).to.deep.equal({ pid: 4711, parent: 4700, cpuSeconds: 1.75 });
  });

  it("are read from ps, as macOS prints them", () => {
    const [first, second, ...rest] = fromPs(
      "    1     0   1:02.50  20480 /sbin/launchd\n  412     1   0:00.07   1024 a b\n",
    );
    expect(rest).to.deep.equal([]);
    expect({ ...first, command: first?.command(), memoryMiB: first?.memoryMiB() }).to.deep.equal({
      ...{ pid: 1, parent: 0, cpuSeconds: 62.5 },
      ...{ command: "/sbin/launchd", memoryMiB: 20 },
    });
    expect(second?.command()).to.equal("a b");
    expect(second?.cpuSeconds).to.equal(0.07);
  });
});
