import { cpSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Layer } from "@selfhosted/common";
import { layers } from "../layers";
import { mustPulumi, type RunOptions } from "../pulumi/cli";
import { folderOf } from "../recovery/backend";
import { causeOf } from "../report";
import { localFolder, repository } from "../repository";
import { settingOf } from "./settings";

interface WriteArgs {
  /** As `pulumi --stack` takes it. */
  name: string;
  /** The name alone, which the files carry. */
  stack: string;
  backend: string;
  secretsProvider: string;
  configuration: Record<Layer, Record<string, string>>;
  /** Layers whose stack is there, without resources: it is made anew. */
  replaced: Layer[];
}

/**
 * Makes the three stacks with their configuration: all of them, or none. They are made in a folder beside the layers', and their files
 * take their places at the very end, one rename each.
 */
export async function writeStacks(args: WriteArgs): Promise<void> {
  const scratch = join(localFolder, `init-${args.stack}`);
  // Of an init that was killed.
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  const file = `Pulumi.${args.stack}.yaml`;
  const made: Layer[] = [];
  const placed: Layer[] = [];
  const interruption = watchInterruption();
  try {
    for (const layer of layers) {
      console.log(`${layer}: making the stack ${args.name} …`);
      const run = pulumiIn(layer, join(scratch, layer), args.backend);
      await makeStack(layer, run, args, () => made.push(layer));
      interruption.check();
      await configure(run, args.name, args.configuration[layer]);
      interruption.check();
    }
    for (const layer of layers) {
      renameSync(join(scratch, layer, file), join(repository, layer, file));
      placed.push(layer);
    }
  } catch (error) {
    const stray = made.filter((layer) => !placed.includes(layer));
    const left = await removeStacks(stray, scratch, args);
    const kept = placed.map((layer) => `In place: ${layer}/${file}, with its stack.`);
    throw new Error([interruption.text() ?? causeOf(error), ...left, ...kept].join("\n"));
  } finally {
    interruption.end();
    rmSync(scratch, { recursive: true, force: true });
  }
}

type Run = (command: string[], options?: RunOptions) => Promise<string>;

/** Runs pulumi in a folder with the project's file alone. A state in a folder keeps its place, which may be given relative to the layer. */
function pulumiIn(layer: Layer, folder: string, backend: string): Run {
  mkdirSync(folder, { recursive: true });
  cpSync(join(repository, layer, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
  const [, query = ""] = backend.split(/(?=\?)/);
  const env = backend.startsWith("file://") ? { PULUMI_BACKEND_URL: `file://${folderOf(backend, layer)}${query}` } : {};
  return (command, options = {}) => mustPulumi(layer, command, { ...options, folder, env });
}

async function makeStack(layer: Layer, run: Run, args: WriteArgs, onMade: () => void): Promise<void> {
  if (args.replaced.includes(layer)) {
    // Pulumi refuses where it has resources.
    await run(["stack", "rm", "--yes", "--preserve-config", "--stack", args.name]);
  }
  try {
    await run(["stack", "init", args.name, "--no-select", "--secrets-provider", args.secretsProvider]);
    onMade();
  } catch (error) {
    if (!/already exists/.test(causeOf(error))) {
      // It may have ended between making the stack and saying so.
      onMade();
    }
    throw error;
  }
}

/** Secrets go by standard input: other users of the machine see command lines. */
async function configure(run: Run, name: string, values: Record<string, string>): Promise<void> {
  const isSecret = ([key]: [string, string]): boolean => settingOf(key)?.secret ?? false;
  const entries = Object.entries(values);
  const plain = entries
    .filter((entry) => !isSecret(entry))
    .flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
  if (plain.length > 0) {
    await run(["config", "set-all", "--stack", name, ...plain]);
  }
  for (const [key, value] of entries.filter(isSecret)) {
    await run(["config", "set", "--secret", key, "--stack", name], { input: value });
  }
}

/** @returns what is left, with the command that removes it. */
async function removeStacks(made: Layer[], scratch: string, { name, backend, replaced }: WriteArgs): Promise<string[]> {
  const left: string[] = [];
  for (const layer of made) {
    const run = pulumiIn(layer, join(scratch, layer), backend);
    await run(["stack", "rm", "--yes", "--stack", name]).catch((error: unknown) => {
      if (!/no stack named/.test(causeOf(error))) {
        left.push(`Left: the empty stack of ${layer}. Remove it: cd ${layer} && pulumi stack rm ${name}`);
      }
    });
  }
  const former =
    replaced.length > 0 ? "The former files are as they were; their stacks, which were empty, are gone." : "";
  return left.length > 0 ? left : [former || "Nothing is left of it: no file, no stack."];
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Lets what runs come to its end before what was made is removed. (From a terminal, Ctrl-C reaches `pulumi` too.) */
function watchInterruption() {
  let signal: string | undefined;
  const note = (name: string): void => {
    signal = name;
  };
  signals.forEach((name) => process.on(name, note));
  return {
    text: () => signal && `Interrupted by ${signal}.`,
    check: () => {
      if (signal !== undefined) {
        throw new Error(`Interrupted by ${signal}.`);
      }
    },
    end: () => signals.forEach((name) => process.off(name, note)),
  };
}
