import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** A process that runs. What takes time to find out is asked only where it is used. */
export interface Process {
  pid: number;
  parent: number;
  /** Processor time until now, of user and system. */
  cpuSeconds: number;
  /** Empty where it has ended. */
  command: () => string;
  memoryMiB: () => number;
}

/** What the processes of a command do; `commands` are make, Node with the code of scripts/, and what else they start. */
export const groups = ["commands", "pulumi", "language host", "program", "dynamic provider", "providers"] as const;

export type Group = (typeof groups)[number];

const commandLines: [RegExp, Group | "emulated account"][] = [
  [/\/sandbox\/account\/server\.py( |$)/, "emulated account"],
  [/\/@pulumi\/pulumi\/cmd\/dynamic-provider|\/pulumi-resource-pulumi-nodejs/, "dynamic provider"],
  [/\/@pulumi\/pulumi\/cmd\/run(\/| |$)/, "program"],
  [/(^|\/)pulumi-language-/, "language host"],
  [/(^|\/)pulumi-resource-/, "providers"],
  [/(^|\/)pulumi( |$)/, "pulumi"],
];

/** @returns undefined for the emulated account, which takes the place of AWS and is no part of what a command costs. */
export function groupOf(command: string): Group | undefined {
  const [, group = "commands"] = commandLines.find(([pattern]) => pattern.test(command)) ?? [];
  return group === "emulated account" ? undefined : group;
}

/** Adds to a family what its members have started. */
export function addDescendants(family: Set<number>, processes: Pick<Process, "pid" | "parent">[]): void {
  for (let size = 0; size !== family.size;) {
    size = family.size;
    processes.filter(({ parent }) => family.has(parent)).forEach(({ pid }) => family.add(pid));
  }
}

const hasProc = existsSync("/proc/self/stat");

/** How often one can ask: `ps` is a process of its own. */
export const quickestMs = hasProc ? 10 : 500;

/** @param without are left out: most of a machine's processes have nothing to do with the command that is measured. */
export function listProcesses(without: ReadonlySet<number>): Process[] {
  return hasProc ? fromProc(without) : fromPs(execFileSync("ps", ["-axo", "pid=,ppid=,time=,rss=,args="]).toString());
}

/** Linux: https://www.man7.org/linux/man-pages/man5/proc.5.html */
function fromProc(without: ReadonlySet<number>): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && !without.has(Number(name)))
    .map((name) => `/proc/${name}`)
    .flatMap((folder) => {
      const stat = read(`${folder}/stat`);
      return stat === "" ? [] : [{ ...parseStat(stat), ...detailsOf(folder) }];
    });
}

/** The name in parentheses may hold anything. Times are in hundredths of a second on every architecture. */
export function parseStat(stat: string): Pick<Process, "pid" | "parent" | "cpuSeconds"> {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [parent, user, system] = [fields[1], fields[11], fields[12]].map(Number) as [number, number, number];
  return { pid: parseInt(stat), parent, cpuSeconds: (user + system) / 100 };
}

function detailsOf(folder: string): Pick<Process, "command" | "memoryMiB"> {
  return {
    command: () => read(`${folder}/cmdline`).replaceAll("\0", " ").trim(),
    // The proportional size: what several processes share, such as the code of Node, counts once.
    memoryMiB: () => Number(/^Pss:\s+(\d+)/m.exec(read(`${folder}/smaps_rollup`))?.[1] ?? 0) / 1024,
  };
}

/** A process may end at any time. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** macOS: times are `minutes:seconds.hundredths`, and memory is what is resident, shared or not. */
export function fromPs(text: string): Process[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\d+) (.*)$/.exec(line);
    if (match === null) {
      return [];
    }
    const [, pid, parent, time = "", resident, command = ""] = match;
    const cpuSeconds = time.split(/[-:]/).reduce((sum, part) => sum * 60 + Number(part), 0);
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        cpuSeconds,
        command: () => command,
        memoryMiB: () => Number(resident) / 1024,
      },
    ];
  });
}
