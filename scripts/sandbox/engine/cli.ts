import { parseArgs } from "node:util";
import type { Arguments, Command, Options } from "./command";
import { messageOf, Reported } from "./errors";

/** Accepted by every command. `--color` and `--non-interactive` change nothing: the stand-in never colours nor asks. */
const COMMON: Options = {
  stack: { type: "string", short: "s" },
  cwd: { type: "string", short: "C" },
  color: { type: "string" },
  "non-interactive": { type: "boolean" },
};

/** Groups of commands, each loaded only when one of its commands runs: what a deployment needs takes a while to load. */
const GROUPS: Record<string, () => Record<string, Command>> = {
  stack: () => (require("./stack-commands") as typeof import("./stack-commands")).stackCommands,
  config: () => (require("./config-commands") as typeof import("./config-commands")).configCommands,
  ...Object.fromEntries(
    ["preview", "up", "destroy", "refresh", "cancel", "login", "whoami", "version"].map((name) => [
      name,
      () => (require("./root-commands") as typeof import("./root-commands")).rootCommands,
    ]),
  ),
};

const ALIASES: Record<string, string> = { update: "up", pre: "preview" };

/** Finds the command in the words of a command line: options may stand before and between them. */
function find(args: string[]): [name: string, command: Command] {
  const { positionals } = parseArgs({ args, options: COMMON, allowPositionals: true, strict: false });
  const group = ALIASES[positionals[0]] ?? positionals[0] ?? "";
  const load = GROUPS[group];
  if (!load) {
    throw new Error(
      `unknown command '${positionals[0] ?? ""}': this stand-in for \`pulumi\` knows ${Object.keys(GROUPS).join(", ")}`,
    );
  }
  const commands = load();
  const names = positionals[1] === undefined ? [group] : [`${group} ${positionals[1]}`, group];
  const name = names.find((candidate) => candidate in commands);
  const takesArguments = name === names[0] || commands[group]?.usage !== "";
  if (name && takesArguments) return [name, commands[name]];
  throw new Error(
    `unknown command '${names[0]}': this stand-in for \`pulumi\` knows ${Object.keys(commands).join(", ")}`,
  );
}

function parse(args: string[], name: string, command: Command): Arguments {
  const options = { ...COMMON, ...command.options };
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    return { flags: values as Arguments["flags"], positionals: positionals.slice(name.split(" ").length) };
  } catch (error) {
    const flags = Object.entries(options).map(([flag, { short }]) => (short ? `--${flag}/-${short}` : `--${flag}`));
    throw new Error(`${messageOf(error)}\n\`pulumi ${name} ${command.usage}\` supports ${flags.join(", ")}`);
  }
}

/** Runs a command line. Returns the exit code; errors go to standard error. */
export async function main(args: string[]): Promise<number> {
  try {
    const [name, command] = find(args);
    await command.run(parse(args, name, command));
    return 0;
  } catch (error) {
    if (!(error instanceof Reported)) console.error(`error: ${messageOf(error)}`);
    return 1;
  }
}
