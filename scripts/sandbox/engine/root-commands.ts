import { availableParallelism, userInfo } from "node:os";
import { version } from "@pulumi/pulumi/package.json";
import { Backend } from "./backend";
import type { Arguments, Command } from "./command";
import { Reported } from "./errors";
import type { OperationKind } from "./operation";
import { unlock } from "./secrets";
import { Workspace } from "./workspace";

const shared = {
  parallel: { type: "string", short: "p" },
  diff: { type: "boolean" },
  json: { type: "boolean", short: "j" },
  "expect-no-changes": { type: "boolean" },
} as const;

const changing = {
  ...shared,
  yes: { type: "boolean", short: "y" },
  "skip-preview": { type: "boolean", short: "f" },
} as const;

async function operate(kind: OperationKind, { flags }: Arguments): Promise<void> {
  const { project, backend, ...workspace } = prepare(flags);
  const { runOperation } = require("./operation") as typeof import("./operation");
  const succeeded = await runOperation({
    kind,
    project,
    backend,
    name: workspace.name,
    parallel: parallelism(flags.parallel),
    targets: [flags.target ?? []].flat().map(String),
    diff: flags.diff === true,
    json: flags.json === true,
    expectNoChanges: flags["expect-no-changes"] === true,
  });
  if (!succeeded) throw new Reported();
}

function prepare(flags: Arguments["flags"]) {
  const workspace = new Workspace(flags);
  const name = workspace.existing();
  const salt = workspace.config(name).encryptionSalt;
  // Deriving the key takes as long as loading what follows; a failure is met again where the key is used.
  if (salt) unlock(salt).catch(() => {});
  return { project: workspace.project, backend: workspace.backend, name };
}

function parallelism(flag: Arguments["flags"][string]): number {
  const parallel = flag === undefined ? availableParallelism() * 4 : Number(flag);
  if (!Number.isInteger(parallel)) throw new Error(`--parallel must be a number, found '${String(flag)}'`);
  return Math.max(1, parallel);
}

/** Shows the preview first, unless told not to; without --yes there is nobody to ask. */
async function change(preview: OperationKind | undefined, kind: OperationKind, args: Arguments): Promise<void> {
  const { yes, "skip-preview": skip } = args.flags;
  if (!yes && !skip)
    throw new Error("--yes or --skip-preview must be passed in to proceed when running in non-interactive mode");
  if (preview && !skip) {
    await operate(preview, { ...args, flags: { ...args.flags, "expect-no-changes": false } });
    console.log();
  }
  await operate(kind, args);
}

export const rootCommands: Record<string, Command> = {
  preview: { usage: "", options: shared, run: (args) => operate("preview", args) },
  up: { usage: "", options: changing, run: (args) => change("preview", "update", args) },
  refresh: { usage: "", options: changing, run: (args) => change(undefined, "refresh", args) },
  destroy: {
    usage: "",
    options: { ...changing, target: { type: "string", short: "t", multiple: true } },
    async run(args) {
      await change("preview-destroy", "destroy", args);
      if (args.flags.json || args.flags.target) return;
      const { name } = prepare(args.flags);
      console.log(
        "\nThe resources in the stack have been deleted, but the history and configuration associated with the stack are " +
          `still maintained.\nIf you want to remove the stack completely, run \`pulumi stack rm ${name.stack}\`.`,
      );
    },
  },
  cancel: {
    usage: "[stack]",
    options: { yes: { type: "boolean", short: "y" } },
    run({ flags, positionals: [argument] }) {
      const workspace = new Workspace(flags);
      const name = workspace.existing(argument);
      if (!flags.yes) throw new Error("--yes must be passed in to proceed when running in non-interactive mode");
      workspace.backend.cancel(name);
      console.log(`The currently running update for '${name.stack}' has been canceled!`);
    },
  },
  login: {
    usage: "file://<folder>",
    options: { local: { type: "boolean", short: "l" } },
    run({ flags, positionals: [url] }) {
      const backend = new Backend(url ?? (flags.local ? "file://~" : process.env.PULUMI_BACKEND_URL || ""));
      backend.login();
      console.log(`Logged in to this machine as ${userInfo().username} (${backend.url})`);
    },
  },
  whoami: { usage: "", run: () => console.log(userInfo().username) },
  version: {
    usage: "",
    run: () => console.log(`v${version} (sandbox stand-in)`),
  },
};
