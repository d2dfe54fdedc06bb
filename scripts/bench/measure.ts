import { addDescendants, type Group, groupOf, groups, listProcesses, type Process, quickestMs } from "./processes";
import { run } from "./scratch";

/** A command and where it runs. */
export interface Command {
  folder: string;
  command: readonly [name: string, ...args: string[]];
  variables: NodeJS.ProcessEnv;
}

export type PerGroup = Record<Group, number>;

export interface Times {
  seconds: number;
  /** What a process does between the last look at it and its end is missed. */
  cpuSeconds: PerGroup;
}

export async function measureTimes(command: Command): Promise<Times> {
  const seen = new Map<number, { group: Group | undefined; cpuSeconds: number }>();
  const seconds = await watch(command, Math.max(20, quickestMs), (processes) => {
    for (const { pid, cpuSeconds, command } of processes) {
      // One that has ended and isn't waited for yet has its times, and no command line any more.
      const line = command();
      seen.set(pid, { group: line === "" ? seen.get(pid)?.group : groupOf(line), cpuSeconds });
    }
  });
  return { seconds, cpuSeconds: sumPerGroup([...seen.values()].map((each) => [each.group, each.cpuSeconds])) };
}

/**
 * Memory of the processes at the moment when all but the providers held most. To ask for it costs a tenth of a processor, so times
 * are measured without.
 */
export async function measureMemory(command: Command): Promise<PerGroup> {
  let most = sumPerGroup([]);
  await watch(command, Math.max(200, quickestMs), (processes) => {
    const now = sumPerGroup(processes.map(({ command, memoryMiB }) => [groupOf(command()), memoryMiB()]));
    most = total(now) > total(most) ? now : most;
  });
  return most;
}

/** Without the providers: a deployment into AWS has another one than the sandbox's. */
export function total(perGroup: PerGroup): number {
  return groups.filter((group) => group !== "providers").reduce((sum, group) => sum + perGroup[group], 0);
}

function sumPerGroup(values: [Group | undefined, number][]): PerGroup {
  const sum = (group: Group): number => values.reduce((all, [of, value]) => all + (of === group ? value : 0), 0);
  return Object.fromEntries(groups.map((group) => [group, sum(group)])) as PerGroup;
}

/**
 * Runs a command, and shows all processes that it has, again and again.
 *
 * @returns the seconds that it took.
 * @throws Error when it fails.
 */
async function watch(
  { folder, command: [name, ...args], variables }: Command,
  everyMs: number,
  look: (processes: Process[]) => void,
): Promise<number> {
  const family = new Set<number>();
  const foreign = new Set<number>();
  const lookAgain = (): void => {
    const processes = listProcesses(foreign);
    addDescendants(family, processes);
    processes.filter(({ pid }) => !family.has(pid)).forEach(({ pid }) => foreign.add(pid));
    look(processes.filter(({ pid }) => family.has(pid)));
  };
  let timer: NodeJS.Timeout | undefined;
  const onStart = (pid: number): void => {
    family.add(pid);
    timer = setInterval(lookAgain, everyMs);
  };
  const started = performance.now();
  const { code, output } = await run(folder, name, args, { variables, onStart });
  const seconds = (performance.now() - started) / 1000;
  clearInterval(timer);
  if (code !== 0) {
    throw new Error(`${name} ${args.join(" ")} failed:\n${output}`);
  }
  return seconds;
}
