import { spawn } from "node:child_process";
import { awsClients } from "@selfhosted/common";
import { missingTools, runningTasks, shellArguments, shellContainers, taskForShell } from "../aws/shell";
import { command, requireChoice, requireEnv } from "../command";
import { enter } from "../environment";
import { readStackState } from "../pulumi/stacks";
import { stateOf } from "../release/pulumi-state";

/** `make shell`: a shell in a running container, by ECS Exec. */
command({ env: { type: "string" }, service: { type: "string" } }, async (args) => {
  const container = requireChoice("SERVICE", args.service, shellContainers);
  const { name, isSandbox } = await enter(requireEnv(args.env));
  if (isSandbox) {
    throw new Error("The sandbox runs no containers, so there is none to open a shell in.");
  }
  const service = stateOf(await readStackState("application", name)).services.find((each) => each.name === container);
  if (service === undefined) {
    throw new Error(`${name} has no service ${container}. What it has: make status ENV=${name}`);
  }
  const found = taskForShell(name, container, await runningTasks(awsClients({ region: service.region }).ecs, service));
  const tools = missingTools().map(({ name, source }) => `${name} isn't on PATH. It is part of ${source}`);
  const problems = [...tools, ...("problem" in found ? [found.problem] : [])];
  if ("problem" in found || problems.length > 0) {
    throw new Error(`No shell can be opened:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
  }
  console.error(`a shell in ${container}, task ${found.task.taskArn}; all that is typed is logged`);
  return runToEnd("aws", shellArguments(service, container, found.task));
});

/** Runs a program that has the terminal for itself. */
function runToEnd(program: string, args: string[]): Promise<number> {
  // Ctrl-C is for what runs in the shell.
  process.on("SIGINT", () => {});
  const child = spawn(program, args, { stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}
