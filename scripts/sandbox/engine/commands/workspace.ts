import type { ParseArgsConfig } from "node:util";
import { ensure } from "../errors";
import { StackConfig } from "../program/config";
import { loadProject, type Project } from "../program/project";
import { Backend, parseStackName, type StackName } from "../state/backend";
import { selected } from "../state/selection";

export type Options = NonNullable<ParseArgsConfig["options"]>;

/** The arguments of a command, after parsing. */
export interface Arguments {
  flags: Record<string, string | boolean | string[] | undefined>;
  positionals: string[];
}

/** One command: what it accepts and does. */
export interface Command {
  options?: Options;
  /** Arguments that it needs. */
  needs?: string[];
  run(args: Arguments): void | Promise<void>;
}

/** The texts of a flag that may be given several times. */
export const texts = (flag: Arguments["flags"][string]): string[] => (Array.isArray(flag) ? flag : []);

/** Asking is beyond the stand-in. */
export function refuseToAsk(flags: Arguments["flags"], ...agreed: string[]): void {
  if (!agreed.some((flag) => flags[flag])) {
    const names = agreed.map((flag) => `--${flag}`).join(" or ");
    throw new Error(`${names} must be passed in to proceed when running in non-interactive mode`);
  }
}

/** Where a command runs: the project, its backend and, on demand, the stack. */
export class Workspace {
  readonly project: Project;
  readonly backend = new Backend();

  constructor(private readonly flags: Arguments["flags"]) {
    this.project = loadProject(String(flags["cwd"] ?? "."));
  }

  /** The stack named by the argument, by --stack, or the selected one. */
  name(argument?: string): StackName {
    const text = argument ?? this.flags["stack"] ?? selected(this.project, this.backend.url);
    ensure(text !== undefined, "no stack selected; specify a stack name with --stack");
    return parseStackName(String(text), this.project.name);
  }

  /** As `name`, of a stack that exists. */
  existing(argument?: string): StackName {
    const name = this.name(argument);
    ensure(this.backend.exists(name), `no stack named '${name.stack}' found`);
    return name;
  }

  config(name: StackName): StackConfig {
    return new StackConfig(this.project, name.stack);
  }
}
