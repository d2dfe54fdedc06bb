import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { ensure, Missing } from "../errors";
import { deploymentOf, qualified, type StackName } from "../state/backend";
import { unlock } from "../state/secrets";
import { select, selected } from "../state/selection";
import { decryptState, type Deployment, encryptState, showState, validate } from "../state/state";
import { isStack } from "../state/urn";
import { hideSecrets, type Properties, reveal } from "../state/values";
import { type Arguments, type Command, refuseToAsk, Workspace } from "./workspace";

async function decrypted(deployment: Deployment): Promise<Deployment> {
  const salt = deployment.secrets_providers?.state.salt;
  return salt ? decryptState(deployment, await unlock(salt)) : deployment;
}

async function outputsOf(workspace: Workspace, name: StackName, showSecrets: boolean): Promise<Properties> {
  const deployment = workspace.backend.read(name);
  const root = deployment?.resources?.find((resource) => isStack(resource.type));
  if (!deployment || !root) {
    return {};
  }
  if (!showSecrets) {
    return hideSecrets(root.outputs ?? {});
  }
  const { resources = [] } = await decrypted({ ...deployment, resources: [root], pending_operations: [] });
  return reveal(resources[0]?.outputs ?? {});
}

function refuseSecretsProvider(provider: unknown): void {
  const isKnown = provider === undefined || provider === "passphrase" || provider === "default";
  ensure(isKnown, new Missing(`the secrets provider '${String(provider)}', only 'passphrase'`));
}

async function init(workspace: Workspace, name: StackName): Promise<void> {
  ensure(!workspace.backend.exists(name), `stack '${qualified(name)}' already exists`);
  const config = workspace.config(name);
  await config.crypter();
  workspace.backend.write(name, deploymentOf(config.encryptionSalt));
  select(workspace.project, workspace.backend.url, qualified(name));
  console.log(`Created stack '${name.stack}'`);
}

/** Writes another state over that of a stack. */
export async function replaceState(workspace: Workspace, name: StackName, next: Deployment): Promise<void> {
  const config = workspace.config(name);
  const crypter = await config.crypter(next.secrets_providers?.state.salt);
  const state = encryptState(await decrypted(next), crypter);
  const unlockStack = workspace.backend.lock(name);
  try {
    workspace.backend.write(name, {
      ...state,
      secrets_providers: deploymentOf(config.encryptionSalt).secrets_providers,
    });
  } finally {
    unlockStack();
  }
}

export const stackCommands: Record<string, Command> = {
  "stack init": {
    options: { "secrets-provider": { type: "string" } },
    async run({ flags, positionals: [argument] }) {
      refuseSecretsProvider(flags["secrets-provider"]);
      const workspace = new Workspace(flags);
      await init(workspace, workspace.name(argument));
    },
  },

  "stack select": {
    options: { create: { type: "boolean", short: "c" }, "secrets-provider": { type: "string" } },
    async run({ flags, positionals: [argument] }) {
      refuseSecretsProvider(flags["secrets-provider"]);
      const workspace = new Workspace(flags);
      if (flags["create"] && !workspace.backend.exists(workspace.name(argument))) {
        return init(workspace, workspace.name(argument));
      }
      select(workspace.project, workspace.backend.url, qualified(workspace.existing(argument)));
    },
  },

  "stack rm": {
    options: {
      yes: { type: "boolean", short: "y" },
      force: { type: "boolean", short: "f" },
      "preserve-config": { type: "boolean" },
    },
    run({ flags, positionals: [argument] }) {
      const workspace = new Workspace(flags);
      const { project, backend } = workspace;
      const name = workspace.existing(argument);
      refuseToAsk(flags, "yes");
      const unlockStack = backend.lock(name);
      try {
        const resources = (backend.read(name)?.resources ?? []).filter(({ type }) => !isStack(type));
        ensure(
          resources.length === 0 || flags["force"],
          `'${name.stack}' still has resources; removal rejected: run \`pulumi destroy\` first, or use --force`,
        );
        backend.remove(name);
      } finally {
        unlockStack();
      }
      if (selected(project, backend.url) === qualified(name)) {
        select(project, backend.url, undefined);
      }
      if (!flags["preserve-config"]) {
        rmSync(workspace.config(name).file, { force: true });
      }
      console.log(`Stack '${name.stack}' has been removed!`);
    },
  },

  "stack output": {
    options: { json: { type: "boolean", short: "j" }, "show-secrets": { type: "boolean" } },
    async run({ flags, positionals: [property] }: Arguments) {
      const workspace = new Workspace(flags);
      const outputs = await outputsOf(workspace, workspace.existing(), flags["show-secrets"] === true);
      ensure(flags["json"] || property !== undefined, new Missing("a table of outputs, only --json"));
      ensure(
        property === undefined || property in outputs,
        `current stack does not have output property '${property}'`,
      );
      const shown = property === undefined ? outputs : outputs[property];
      console.log(!flags["json"] && typeof shown === "string" ? shown : JSON.stringify(shown, null, 2));
    },
  },

  "stack export": {
    options: { file: { type: "string" }, "show-secrets": { type: "boolean" } },
    async run({ flags }) {
      const workspace = new Workspace(flags);
      const kept = workspace.backend.read(workspace.existing());
      const deployment = kept && flags["show-secrets"] ? showState(await decrypted(kept)) : kept;
      const text = `${JSON.stringify({ version: 3, deployment }, null, 4)}\n`;
      if (flags["file"]) {
        writeFileSync(String(flags["file"]), text, { mode: 0o600 });
      } else {
        process.stdout.write(text);
      }
    },
  },

  "stack import": {
    options: { file: { type: "string" } },
    async run({ flags }) {
      const workspace = new Workspace(flags);
      const text = readFileSync(flags["file"] ? String(flags["file"]) : 0, "utf8");
      const { version, deployment } = JSON.parse(text) as { version: number; deployment: Deployment };
      const { pending_operations = [], ...rest } = validate(deployment, version);
      for (const { type, resource } of pending_operations) {
        console.error(`warning: removing pending operation '${type}' on '${resource.urn}' from snapshot`);
      }
      await replaceState(workspace, workspace.existing(), rest);
      console.log("Import complete.");
    },
  },

  "stack history": {
    options: {
      json: { type: "boolean", short: "j" },
      "page-size": { type: "string" },
      page: { type: "string" },
    },
    run({ flags }) {
      const workspace = new Workspace(flags);
      const [size, page] = [Number(flags["page-size"] ?? Infinity), Number(flags["page"] ?? 1)];
      ensure(page === 1, new Missing("pages of the history but the first"));
      const time = (seconds: number): string => new Date(seconds * 1000).toISOString();
      ensure(flags["json"], new Missing("a table of the history, only --json"));
      const entries = workspace.backend
        .history(workspace.existing())
        .slice(0, size)
        .map((entry) => ({ ...entry, startTime: time(entry.startTime), endTime: time(entry.endTime) }));
      console.log(JSON.stringify(entries, null, 2));
    },
  },
};
