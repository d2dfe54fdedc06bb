import type { Arguments, Command } from "./command";
import type { ConfigValue, StackConfig } from "./project";
import { Workspace } from "./workspace";

const path = { path: { type: "boolean" } } as const;
const listOptions = { json: { type: "boolean", short: "j" }, "show-secrets": { type: "boolean" } } as const;

function open(flags: Arguments["flags"]): { workspace: Workspace; stack: string; config: StackConfig } {
  const workspace = new Workspace(flags);
  const name = workspace.existing();
  return { workspace, stack: name.stack, config: workspace.config(name) };
}

async function list({ flags }: Arguments): Promise<void> {
  const { workspace, config } = open(flags);
  const show = ([key, { text, secret }]: [string, ConfigValue]): [string, ConfigValue] => [
    key,
    { text: secret && !flags["show-secrets"] ? "[secret]" : text, secret },
  ];
  const values = Object.entries(await config.reveal())
    .map(show)
    .sort(([a], [b]) => a.localeCompare(b));
  if (flags.json) {
    const shown = values.map(([key, { text, secret }]) => [
      key,
      secret && !flags["show-secrets"] ? { secret } : { value: text, secret, ...objectValue(text) },
    ]);
    console.log(JSON.stringify(Object.fromEntries(shown), null, 2));
    return;
  }
  const rows = values.map(([key, { text }]) => [key.replace(`${workspace.project.name}:`, ""), text]);
  const width = Math.max(3, ...rows.map(([key]) => key.length));
  for (const [key, text] of [["KEY", "VALUE"], ...rows]) console.log(`${key.padEnd(width)}  ${text}`);
}

function objectValue(text: string): object {
  if (!/^[[{]/.test(text)) return {};
  try {
    return { objectValue: JSON.parse(text) as unknown };
  } catch {
    return {}; // it only looks like JSON
  }
}

function required(argument: string | undefined, what: string): string {
  if (argument === undefined) throw new Error(`${what} is missing`);
  return argument;
}

async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks)
    .toString()
    .replace(/\r?\n$/, "");
}

export const configCommands: Record<string, Command> = {
  "config set": {
    usage: "<key> [value]",
    options: { ...path, secret: { type: "boolean" }, plaintext: { type: "boolean" } },
    async run({ flags, positionals: [key, value] }) {
      const { config } = open(flags);
      const text = value ?? (await standardInput());
      await config.set(required(key, "<key>"), text, { secret: flags.secret === true, path: flags.path === true });
    },
  },
  "config set-all": {
    usage: "",
    options: {
      ...path,
      secret: { type: "string", multiple: true },
      plaintext: { type: "string", multiple: true },
    },
    async run({ flags }) {
      const { config } = open(flags);
      for (const kind of ["plaintext", "secret"]) {
        for (const pair of (flags[kind] ?? []) as string[]) {
          const [key, ...value] = pair.split("=");
          await config.set(key, value.join("="), { secret: kind === "secret", path: flags.path === true });
        }
      }
    },
  },
  "config get": {
    usage: "<key>",
    options: { ...path, json: { type: "boolean", short: "j" } },
    async run({ flags, positionals: [key] }) {
      const { config, stack } = open(flags);
      const found = await config.get(required(key, "<key>"), flags.path === true);
      if (!found) throw new Error(`configuration key '${key}' not found for stack '${stack}'`);
      console.log(flags.json ? JSON.stringify({ value: found.text, secret: found.secret }, null, 2) : found.text);
    },
  },
  "config rm": {
    usage: "<key>",
    options: path,
    run({ flags, positionals: [key] }) {
      open(flags).config.remove(required(key, "<key>"), flags.path === true);
    },
  },
  "config list": { usage: "", options: listOptions, run: list },
  config: { usage: "", options: listOptions, run: list },
};
