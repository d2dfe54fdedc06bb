import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { version } from "@pulumi/pulumi/package.json";
import type { Import } from "../deployment/import";
import type { OperationOptions } from "../deployment/operation";
import { ensure, Missing, Reported } from "../errors";
import { unlock } from "../state/secrets";
import type { Operation } from "../state/state";
import { replaceState } from "./stack";
import { type Arguments, type Command, type Options, refuseToAsk, texts, Workspace } from "./workspace";

const shared: Options = {
  parallel: { type: "string", short: "p" },
  "expect-no-changes": { type: "boolean" },
  "suppress-outputs": { type: "boolean" },
  // There are no dots here.
  "suppress-progress": { type: "boolean" },
};

const reading: Options = { refresh: { type: "boolean", short: "r" }, json: { type: "boolean", short: "j" } };

const changing: Options = { yes: { type: "boolean", short: "y" }, "skip-preview": { type: "boolean", short: "f" } };

const targets: Options = { target: { type: "string", short: "t", multiple: true } };

type Which = Pick<OperationOptions, "kind" | "preview" | "imports">;

async function operate(which: Which, { flags }: Arguments): Promise<void> {
  const workspace = new Workspace(flags);
  const { project, backend } = workspace;
  const name = workspace.existing();
  const salt = workspace.config(name).encryptionSalt;
  // Deriving the key takes as long as loading what follows; a failure is met again where the key is used.
  if (salt) {
    unlock(salt).catch(() => {});
  }
  const { runOperation } = await import("../deployment/operation");
  const succeeded = await runOperation({
    ...{ project, backend, name, ...which },
    parallel: parallelism(flags["parallel"]),
    targets: texts(flags["target"]),
    refresh: flags["refresh"] === true,
    json: flags["json"] === true,
    suppressOutputs: flags["suppress-outputs"] === true,
    expectNoChanges: flags["expect-no-changes"] === true,
  });
  ensure(succeeded, new Reported());
}

function parallelism(flag: Arguments["flags"][string]): number {
  const parallel = flag === undefined ? availableParallelism() * 4 : Number(flag);
  ensure(Number.isInteger(parallel) && parallel > 0, `--parallel must be a number from 1, found '${String(flag)}'`);
  return parallel;
}

/** Previews first, unless that is to be skipped. */
async function change(which: Omit<Which, "preview">, args: Arguments): Promise<void> {
  refuseToAsk(args.flags, "yes", "skip-preview");
  if (!args.flags["skip-preview"]) {
    const flags = { ...args.flags, "expect-no-changes": false };
    await operate({ ...which, preview: true }, { ...args, flags });
    console.log();
  }
  await operate({ ...which, preview: false }, args);
}

/** What a killed deployment was creating: cleared, or noted as being imported, which a refresh forgets. */
async function settleCreations({ flags }: Arguments): Promise<void> {
  const pairs = texts(flags["import-pending-creates"]);
  ensure(pairs.length % 2 === 0, "each URN must be followed by an ID: found an odd number of entries");
  const ids = new Map(pairs.flatMap((urn, at) => (at % 2 === 0 ? [[urn, pairs[at + 1]] as const] : [])));
  if (ids.size === 0 && !flags["clear-pending-creates"]) {
    return;
  }
  const workspace = new Workspace(flags);
  const name = workspace.existing();
  const state = workspace.backend.read(name);
  const settle = (operation: Operation): Operation[] => {
    const id = ids.get(operation.resource.urn);
    if (operation.type !== "creating" || (id === undefined && !flags["clear-pending-creates"])) {
      return [operation];
    }
    return id === undefined ? [] : [{ type: "importing", resource: { ...operation.resource, id } }];
  };
  if (state?.pending_operations) {
    await replaceState(workspace, name, { ...state, pending_operations: state.pending_operations.flatMap(settle) });
  }
}

/** What is named on the command line, or in a file: https://www.pulumi.com/docs/iac/guides/migration/import/#bulk-import-operations */
function importsOf({ flags, positionals }: Arguments): Omit<Import, "protect">[] {
  if (flags["file"] === undefined) {
    const [type, name, id] = positionals;
    ensure(type && name && id, "`pulumi import` needs <type> <name> <id>, or --file");
    const urnIn = (flag: string): string | undefined => (flags[flag] as string | undefined)?.replace(/^[^=]*=/, "");
    return [{ type, name, id, parent: urnIn("parent"), provider: urnIn("provider") }];
  }
  ensure(positionals.length === 0, "an inline resource may not be specified in conjunction with an import file");
  const { nameTable = {}, resources = [] } = JSON.parse(readFileSync(String(flags["file"]), "utf8")) as ImportFile;
  const urnOf = (name: string | undefined): string | undefined => {
    const urn = name === undefined ? undefined : nameTable[name];
    ensure(
      name === undefined || urn,
      new Missing(`imports with a parent or provider, '${name}', without an entry in 'nameTable'`),
    );
    return urn;
  };
  return resources.map(({ type, name, id, parent, provider, ...others }) => {
    const [other] = Object.keys(others);
    ensure(other === undefined, new Missing(`'${other}' in an import file`));
    ensure(type && name && id, `resource '${name}' has no type, name or ID`);
    return { type, name, id, parent: urnOf(parent), provider: urnOf(provider) };
  });
}

/** Names of a file stand for the URNs of its table. */
interface ImportFile {
  nameTable?: Record<string, string>;
  resources?: { type: string; name: string; id: string; parent?: string; provider?: string }[];
}

export const operationCommands: Record<string, Command> = {
  preview: {
    options: { ...shared, ...reading, ...targets },
    run: (args) => operate({ kind: "update", preview: true }, args),
  },

  up: {
    options: { ...shared, ...changing, ...targets, refresh: reading["refresh"] },
    run: (args) => change({ kind: "update" }, args),
  },

  destroy: {
    options: { ...shared, ...changing, refresh: reading["refresh"] },
    run: (args) => change({ kind: "destroy" }, args),
  },

  refresh: {
    options: {
      ...shared,
      ...changing,
      ...targets,
      "clear-pending-creates": { type: "boolean" },
      "import-pending-creates": { type: "string", multiple: true },
      "preview-only": { type: "boolean" },
      json: reading["json"],
    },
    async run(args) {
      if (args.flags["preview-only"]) {
        return operate({ kind: "refresh", preview: true }, args);
      }
      ensure(!args.flags["json"], new Missing("`pulumi refresh --json` without --preview-only"));
      refuseToAsk(args.flags, "yes", "skip-preview");
      await settleCreations(args);
      await change({ kind: "refresh" }, args);
    },
  },

  import: {
    options: {
      ...changing,
      file: { type: "string", short: "f" },
      parent: { type: "string" },
      provider: { type: "string" },
      protect: { type: "boolean" },
      "generate-code": { type: "boolean" },
    },
    async run(args) {
      const { flags } = args;
      ensure(flags["generate-code"] === false, new Missing("the generation of code: pass --generate-code=false"));
      const protect = flags["protect"] !== false;
      const imports = importsOf(args).map((each) => ({ ...each, protect }));
      await change({ kind: "resource-import", imports }, args);
    },
  },

  cancel: {
    options: { yes: { type: "boolean", short: "y" } },
    run({ flags, positionals: [argument] }) {
      const workspace = new Workspace(flags);
      const name = workspace.existing(argument);
      workspace.backend.cancel(name);
      console.log(`The currently running update for '${name.stack}' has been canceled!`);
    },
  },

  version: { run: () => console.log(`v${version} (the sandbox's stand-in)`) },
};
