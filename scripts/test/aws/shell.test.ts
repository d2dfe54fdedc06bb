import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Task } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { missingTools, shellArguments, taskForShell } from "../../aws/shell";

const task = (id: string, agent?: string, hour = 1): Task => ({
  taskArn: id,
  lastStatus: "RUNNING",
  startedAt: new Date(Date.UTC(2026, 0, 5, hour)),
  containers: [
    { name: "log-router" },
    { name: "api", managedAgents: agent ? [{ name: "ExecuteCommandAgent", lastStatus: agent }] : [] },
  ],
});

describe("a shell", () => {
  const choose = (tasks: Task[], enableExecuteCommand = true) =>
    taskForShell("prod", "api", { service: { enableExecuteCommand }, tasks });

  it("is opened in the newest task that takes one", () => {
    const newest = task("newest", "RUNNING", 3);
    expect(choose([task("old", "RUNNING", 1), newest, task("starting", "PENDING", 4)])).to.deep.equal({ task: newest });
    const location = {
      name: "api" as const,
      serviceName: "prod-api",
      region: "eu-central-1",
      cluster: "prod",
      logGroup: "",
    };
    expect(shellArguments(location, "api", newest).join(" ")).to.equal(
      "ecs execute-command --region eu-central-1 --cluster prod --task newest --container api --interactive --command /bin/sh",
    );
  });

  const problems: [string, ReturnType<typeof choose>, RegExp][] = [
    [
      "execEnabled is off",
      choose([task("1", "RUNNING")], false),
      /pulumi config set execEnabled true --stack prod && cd \.\. && make deploy ENV=prod$/,
    ],
    [
      "no task runs",
      choose([{ ...task("1", "RUNNING"), lastStatus: "PENDING" }]),
      /No task of api is running.*make events ENV=prod/,
    ],
    ["its agent isn't there yet", choose([task("1", "PENDING")]), /its agent is PENDING/],
    ["the task is from before execEnabled", choose([task("1")]), /its agent is none.*make deploy ENV=prod/],
  ];
  for (const [where, found, remedy] of problems) {
    it(`is refused with the remedy where ${where}`, () => {
      expect("problem" in found && found.problem).to.match(remedy);
    });
  }

  it("needs two tools, and names where to get each that is missing", () => {
    const folder = mkdtempSync(join(tmpdir(), "tools-"));
    try {
      expect(missingTools(folder)).to.have.lengthOf(2);
      writeFileSync(join(folder, "aws"), "");
      expect(missingTools(folder), "it can't be run").to.have.lengthOf(2);
      chmodSync(join(folder, "aws"), 0o755);
      const [plugin, ...others] = missingTools(folder);
      expect(others).to.deep.equal([]);
      expect(plugin?.name).to.equal("session-manager-plugin");
      expect(plugin?.source).to.contain("https:");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
