import type { ParseArgsConfig } from "node:util";

export type Options = NonNullable<ParseArgsConfig["options"]>;

/** The arguments of a command, after parsing. */
export interface Arguments {
  flags: Record<string, string | boolean | string[] | undefined>;
  positionals: string[];
}

/** One command: what it accepts and does. */
export interface Command {
  /** Its arguments, as the usage shows them. */
  usage: string;
  options?: Options;
  run(args: Arguments): void | Promise<void>;
}
