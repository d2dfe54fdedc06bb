import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { qualified, type StackName } from "./backend";
import type { Command } from "./command";
import { unlock } from "./secrets";
import { decryptState, type Deployment, encryptState, exposeState, validate } from "./state";
import { isDefaultProvider, isStack } from "./urn";
import { mask, type Properties, reveal, type Value } from "./values";
import { Workspace } from "./workspace";

async function decrypted(deployment: Deployment): Promise<Deployment> {
  const salt = deployment.secrets_providers?.state.salt;
  return salt ? decryptState(deployment, await unlock(salt)) : deployment;
}

async function readOutputs(workspace: Workspace, name: StackName, showSecrets: boolean): Promise<Properties> {
  const deployment = workspace.backend.read(name);
  const root = deployment?.resources?.find((resource) => isStack(resource.type));
  if (!deployment || !root) return {};
  if (!showSecrets) return mask(root.outputs ?? {}) as Properties;
  const { resources } = await decrypted({ ...deployment, resources: [root], pending_operations: undefined });
  return reveal(resources?.[0].outputs ?? {});
}

const asText = (value: Value): string => (typeof value === "string" ? value : JSON.stringify(value));

function printOutputs(outputs: Properties): void {
  const rows = Object.entries(outputs).map(([name, value]) => [name, asText(value)]);
  console.log(`Current stack outputs (${rows.length}):`);
  if (rows.length === 0) return console.log("    No output values currently in this stack");
  const width = Math.max("OUTPUT".length, ...rows.map(([name]) => name.length));
  for (const [name, value] of [["OUTPUT", "VALUE"], ...rows]) console.log(`    ${name.padEnd(width)}  ${value}`);
}

export const stackCommands: Record<string, Command> = {
  stack: {
    usage: "",
    async run({ flags }) {
      const workspace = new Workspace(flags);
      const name = workspace.existing();
      const resources = (workspace.backend.read(name)?.resources ?? []).filter(({ urn }) => !isDefaultProvider(urn));
      console.log(`Current stack is ${name.stack}:`);
      console.log(`Current stack resources (${resources.length}):`);
      for (const { type, urn } of resources) console.log(`    ${type}  ${urn.split("::").at(-1)}`);
      console.log();
      printOutputs(await readOutputs(workspace, name, false));
    },
  },
  "stack init": {
    usage: "<name>",
    options: { "secrets-provider": { type: "string" }, "no-select": { type: "boolean" } },
    async run({ flags, positionals: [argument] }) {
      if ((flags["secrets-provider"] ?? "passphrase") !== "passphrase" && flags["secrets-provider"] !== "default") {
        throw new Error(`secrets provider '${String(flags["secrets-provider"])}' isn't supported: only passphrase is`);
      }
      const workspace = new Workspace(flags);
      const name = workspace.name(argument);
      if (workspace.backend.exists(name)) throw new Error(`stack '${qualified(name)}' already exists`);
      await workspace.config(name).crypter();
      workspace.backend.write(name);
      if (!flags["no-select"]) workspace.backend.select(workspace.project, name);
      console.log(`Created stack '${name.stack}'`);
    },
  },
  "stack select": {
    usage: "<name>",
    options: { create: { type: "boolean", short: "c" }, "secrets-provider": { type: "string" } },
    async run(args) {
      const workspace = new Workspace(args.flags);
      const name = workspace.name(args.positionals[0]);
      if (args.flags.create && !workspace.backend.exists(name)) return stackCommands["stack init"].run(args);
      workspace.backend.select(workspace.project, workspace.existing(args.positionals[0]));
    },
  },
  "stack ls": {
    usage: "",
    options: { json: { type: "boolean", short: "j" }, all: { type: "boolean", short: "a" } },
    run({ flags }) {
      const { backend, project } = new Workspace(flags);
      const current = backend.selected(project)?.stack;
      const stacks = backend.list(project.name);
      if (flags.json) {
        const shown = stacks.map(({ stack, modified, resources }) => ({
          name: stack,
          current: stack === current,
          lastUpdate: modified.toISOString(),
          resourceCount: resources,
        }));
        console.log(JSON.stringify(shown, null, 2));
        return;
      }
      console.log("NAME  LAST UPDATE  RESOURCE COUNT");
      for (const { stack, modified, resources } of stacks) {
        console.log(`${stack}${stack === current ? "*" : ""}  ${modified.toISOString()}  ${resources}`);
      }
    },
  },
  "stack rm": {
    usage: "[name]",
    options: {
      yes: { type: "boolean", short: "y" },
      force: { type: "boolean", short: "f" },
      "preserve-config": { type: "boolean" },
    },
    run({ flags, positionals: [argument] }) {
      const workspace = new Workspace(flags);
      const name = workspace.existing(argument);
      if (!flags.yes) throw new Error("--yes must be passed in to proceed when running in non-interactive mode");
      const resources = workspace.backend.read(name)?.resources?.length ?? 0;
      if (resources > 0 && !flags.force) {
        throw new Error(
          `'${name.stack}' still has ${resources} resources; removal rejected. Run \`pulumi destroy\` first, or use --force`,
        );
      }
      workspace.backend.remove(name);
      if (workspace.backend.selected(workspace.project)?.stack === name.stack)
        workspace.backend.select(workspace.project, undefined);
      if (!flags["preserve-config"]) rmSync(workspace.config(name).file, { force: true });
      console.log(`Stack '${name.stack}' has been removed!`);
    },
  },
  "stack output": {
    usage: "[name]",
    options: { json: { type: "boolean", short: "j" }, "show-secrets": { type: "boolean" } },
    async run({ flags, positionals: [property] }) {
      const workspace = new Workspace(flags);
      const name = workspace.existing();
      const outputs = await readOutputs(workspace, name, flags["show-secrets"] === true);
      if (property === undefined)
        return flags.json ? console.log(JSON.stringify(outputs, null, 2)) : printOutputs(outputs);
      if (!(property in outputs)) throw new Error(`current stack does not have output property '${property}'`);
      console.log(flags.json ? JSON.stringify(outputs[property], null, 2) : asText(outputs[property]));
    },
  },
  "stack export": {
    usage: "",
    options: { file: { type: "string" }, "show-secrets": { type: "boolean" } },
    async run({ flags }) {
      const workspace = new Workspace(flags);
      const stored = workspace.backend.read(workspace.existing())!;
      const deployment = flags["show-secrets"] ? exposeState(await decrypted(stored)) : stored;
      const text = `${JSON.stringify({ version: 3, deployment }, null, 4)}\n`;
      if (flags.file) writeFileSync(String(flags.file), text, { mode: 0o600 });
      else process.stdout.write(text);
    },
  },
  "stack import": {
    usage: "",
    options: { file: { type: "string" } },
    async run({ flags }) {
      const workspace = new Workspace(flags);
      const name = workspace.existing();
      const text = readFileSync(flags.file ? String(flags.file) : 0, "utf8");
      const { version, deployment } = JSON.parse(text) as { version: number; deployment: Deployment };
      const config = workspace.config(name);
      const crypter = await config.crypter(deployment.secrets_providers?.state.salt);
      const state = await decrypted(validate(deployment, version));
      const secrets_providers = { type: "passphrase", state: { salt: config.encryptionSalt! } };
      const unlockStack = workspace.backend.lock(name);
      try {
        workspace.backend.write(name, { ...encryptState(state, crypter), secrets_providers });
      } finally {
        unlockStack();
      }
      console.log("Import complete.");
    },
  },
};
