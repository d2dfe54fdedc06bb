import { Backend, parseStackName, type StackName } from "./backend";
import type { Arguments } from "./command";
import { loadProject, type Project, StackConfig } from "./project";

/** Where a command runs: the project, its backend and, on demand, the stack. */
export class Workspace {
  readonly project: Project;
  readonly backend: Backend;

  constructor(private readonly flags: Arguments["flags"]) {
    this.project = loadProject(String(flags.cwd ?? "."));
    this.backend = Backend.open(this.project);
  }

  /** The stack named by the argument, by --stack, or the selected one. */
  name(argument?: string): StackName {
    const text = argument ?? (this.flags.stack as string | undefined);
    const name = text === undefined ? this.backend.selected(this.project) : parseStackName(text, this.project.name);
    if (!name) throw new Error("no stack selected: pass --stack, or run `pulumi stack select` or `pulumi stack init`");
    return name;
  }

  /** As `name`, of a stack that exists. */
  existing(argument?: string): StackName {
    const name = this.name(argument);
    if (this.backend.exists(name)) return name;
    const known = this.backend.list(name.project).map(({ stack }) => stack);
    throw new Error(
      `no stack named '${name.stack}' found in project ${name.project} (backend ${this.backend.url}); ` +
        (known.length > 0 ? `there is ${known.join(", ")}` : `create it with \`pulumi stack init ${name.stack}\``),
    );
  }

  config(name: StackName): StackConfig {
    return new StackConfig(this.project, name.stack);
  }
}
