import { readFileSync } from "node:fs";
import { ensure, Missing } from "../errors";
import type { StackConfig } from "../program/config";
import { type Arguments, type Command, type Options, texts, Workspace } from "./workspace";

const path: Options = { path: { type: "boolean" } };

function open(flags: Arguments["flags"]): StackConfig {
  const workspace = new Workspace(flags);
  return workspace.config(workspace.existing());
}

async function list({ flags }: Arguments): Promise<void> {
  ensure(flags["json"], new Missing("a table of the configuration, only --json"));
  const values = Object.entries(await open(flags).reveal()).sort(([a], [b]) => a.localeCompare(b));
  const isShown = (secret: boolean): boolean => !secret || flags["show-secrets"] === true;
  const entries = values.map(([key, { text, secret }]) => [key, { ...(isShown(secret) && { value: text }), secret }]);
  console.log(JSON.stringify(Object.fromEntries(entries), null, 2));
}

export const configCommands: Record<string, Command> = {
  config: { options: { json: { type: "boolean", short: "j" }, "show-secrets": { type: "boolean" } }, run: list },

  "config set": {
    needs: ["<key>"],
    options: { ...path, secret: { type: "boolean" }, plaintext: { type: "boolean" } },
    async run({ flags, positionals: [key, value] }) {
      const text = value ?? readFileSync(0, "utf8").replace(/\r?\n$/, "");
      const how = { secret: flags["secret"] === true, path: flags["path"] === true };
      await open(flags).set(key, text, how);
    },
  },

  "config set-all": {
    options: { ...path, secret: { type: "string", multiple: true }, plaintext: { type: "string", multiple: true } },
    async run({ flags }) {
      const config = open(flags);
      for (const kind of ["plaintext", "secret"]) {
        for (const [key, ...value] of texts(flags[kind]).map((pair) => pair.split("="))) {
          await config.set(key, value.join("="), { secret: kind === "secret", path: flags["path"] === true });
        }
      }
    },
  },

  "config get": {
    needs: ["<key>"],
    options: path,
    async run({ flags, positionals: [key] }) {
      const found = await open(flags).get(key, flags["path"] === true);
      ensure(found, `configuration key '${key}' not found for stack '${new Workspace(flags).name().stack}'`);
      console.log(found.text);
    },
  },

  "config rm": {
    needs: ["<key>"],
    options: path,
    run: ({ flags, positionals: [key] }) => open(flags).remove(key, flags["path"] === true),
  },
};
