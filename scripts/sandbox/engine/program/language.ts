import { createInterface } from "node:readline";
import { alreadyReported, startProgram } from "../../../pulumi/language/program";
import { spawnChild } from "../providers/children";
import { organization } from "../state/backend";
import type { ConfigValue } from "./config";
import type { Project } from "./project";

interface ProgramOptions {
  project: Project;
  stack: string;
  config: Record<string, ConfigValue>;
  /** Where the monitor and the engine listen. */
  address: string;
  preview: boolean;
  parallel: number;
  output: (line: string) => void;
  /** Ends the program early. */
  interrupt: AbortSignal;
}

/** @returns undefined when the program ended well, otherwise what there is to show: nothing where the SDK has done so. */
export function runProgram({ project, config, address, output, interrupt, ...others }: ProgramOptions) {
  const { name, root, options } = project;
  const values = Object.entries(config);
  const program = {
    ...{ folder: root, entry: ".", root, options, organization, project: name, ...others },
    config: Object.fromEntries(values.map(([key, { text }]) => [key, text])),
    secretKeys: values.filter(([, { secret }]) => secret).map(([key]) => key),
    ...{ monitor: address, engine: address },
  };
  const child = startProgram(program, ["ignore", "pipe", "pipe"], spawnChild);
  for (const stream of [child.stdout!, child.stderr!]) {
    createInterface(stream).on("line", output);
  }
  interrupt.addEventListener("abort", () => child.kill("SIGKILL"));
  return new Promise<string | undefined>((resolve) => {
    child.once("error", (error) => resolve(`the program could not be started: ${error.message}`));
    child.once("close", (code) => {
      const problem = code === alreadyReported ? "" : `Program exited with non-zero exit code: ${code}`;
      resolve(code === 0 || interrupt.aborted ? undefined : problem);
    });
  });
}
