import { parseArgs } from "node:util";
import { configCommands } from "./commands/config";
import { operationCommands } from "./commands/operations";
import { stackCommands } from "./commands/stack";
import { stateCommands } from "./commands/state";
import type { Arguments, Command, Options } from "./commands/workspace";
import { ensure, messageOf, Missing, Reported } from "./errors";

/** Accepted by every command. `--color` and `--non-interactive` change nothing: the stand-in never colours nor asks. */
const common: Options = {
  stack: { type: "string", short: "s" },
  cwd: { type: "string", short: "C" },
  color: { type: "string" },
  "non-interactive": { type: "boolean" },
};

const commands: Record<string, Command> = {
  ...configCommands,
  ...operationCommands,
  ...stackCommands,
  ...stateCommands,
};

/** Finds the command in the words of a command line: options may stand before and between them. */
function find(args: string[]): [name: string, command: Command] {
  const { positionals } = parseArgs({ args, options: common, allowPositionals: true, strict: false });
  const [first = "", second] = positionals;
  const isGroup = Object.keys(commands).some((name) => name.startsWith(`${first} `));
  const name = isGroup && second !== undefined ? `${first} ${second}` : first;
  const command = commands[name];
  ensure(command, new Missing(`\`pulumi ${name}\``));
  return [name, command];
}

function parse(args: string[], name: string, command: Command): Arguments {
  const options: Options = { ...common, ...command.options };
  // The parser takes no value for a switch.
  const off = args.filter((arg) => options[/^--([\w-]+)=false$/.exec(arg)?.[1] ?? ""]?.type === "boolean");
  const rest = args.filter((arg) => !off.includes(arg)).map((arg) => arg.replace(/^(--[\w-]+)=true$/, "$1"));
  const unknown = parseArgs({ args: rest, options, allowPositionals: true, strict: false, tokens: true }).tokens.find(
    (token) => token.kind === "option" && !(token.name in options),
  );
  if (unknown?.kind === "option") {
    throw new Missing(`'${unknown.rawName}' for \`pulumi ${name}\``);
  }
  const { values, positionals } = parseArgs({ args: rest, options, allowPositionals: true });
  const switches = Object.fromEntries(off.map((arg) => [arg.slice(2, -"=false".length), false]));
  const flags = { ...values, ...switches } as Arguments["flags"];
  const words = positionals.slice(name.split(" ").length);
  const missing = command.needs?.[words.length];
  ensure(missing === undefined, `\`pulumi ${name}\` needs ${missing}`);
  return { flags, positionals: words };
}

/** Runs a command line. Returns the exit code; errors go to standard error. */
export async function main(args: string[]): Promise<number> {
  try {
    const [name, command] = find(args);
    await command.run(parse(args, name, command));
    return 0;
  } catch (error) {
    if (!(error instanceof Reported)) {
      console.error(`error: ${messageOf(error)}`);
    }
    return 1;
  }
}
