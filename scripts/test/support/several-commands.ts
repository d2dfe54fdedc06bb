import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "../../bench/scratch";

/** How a command ended, and what it printed. */
export interface Ended {
  code: number;
  output: string;
}

/**
 * Runs commands one after the other in one process, each as `node` would with these arguments: the file of a command, and its own
 * arguments. To start a process takes ten times as long as a command that refuses.
 */
export async function runCommands(folder: string, commands: string[][]): Promise<Ended[]> {
  const register = ["--require", "@selfhosted/common/register"];
  const here = join("scripts", "test", "support", "several-commands.ts");
  const { code, stdout, output } = await run(folder, process.execPath, [...register, here, JSON.stringify(commands)]);
  if (code !== 0) {
    throw new Error(output);
  }
  return JSON.parse(stdout) as Ended[];
}

/** In that process. */
async function runHere([file = "", ...args]: string[]): Promise<Ended> {
  let output = "";
  const streams = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write.bind(stream) }));
  streams.forEach(({ stream }) => (stream.write = (text) => ((output += String(text)), true)));
  process.argv.splice(1, Infinity, resolve(file), ...args);
  process.exitCode = undefined;
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- each time anew: a command begins when it is loaded
    require(resolve(file));
    while (process.exitCode === undefined) {
      await sleep(1);
    }
    return { code: Number(process.exitCode), output };
  } finally {
    delete require.cache[require.resolve(resolve(file))];
    process.exitCode = undefined;
    streams.forEach(({ stream, write }) => (stream.write = write));
  }
}

async function main(commands: string[][]): Promise<void> {
  const ended: Ended[] = [];
  for (const command of commands) {
    ended.push(await runHere(command));
  }
  console.log(JSON.stringify(ended));
}

if (require.main === module) {
  void main(JSON.parse(process.argv[2] ?? "[]") as string[][]);
}
