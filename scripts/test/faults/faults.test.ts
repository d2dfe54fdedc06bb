import { requireCount } from "../../command";
import { commands } from "./account";
import { type Attempt, disturb } from "./disturb";
import { kinds } from "./kinds";

/** `make faults RUNS=3 SEED=7 KIND=throttled,all-killed COMMANDS=deploy`: the same seed draws the same. */
const runs = requireCount("RUNS", process.env.RUNS) ?? 1;
const first = requireCount("SEED", process.env.SEED) ?? 1;
const chosen = <T extends string>(variable: string, allowed: T[]): T[] => {
  const wanted = process.env[variable]?.split(",").filter(Boolean) ?? [];
  const unknown = wanted.filter((each) => !allowed.some((one) => one === each));
  if (unknown.length > 0) throw new Error(`${variable} is ${unknown.join(",")}; allowed: ${allowed.join(", ")}.`);
  return wanted.length === 0 ? allowed : allowed.filter((each) => wanted.includes(each));
};

const attempts = Array.from({ length: runs }, (_, run) => run).flatMap((run) =>
  chosen("KIND", Object.keys(kinds) as Attempt["kind"][]).flatMap((kind) =>
    chosen("COMMANDS", commands).map((command) => ({ kind, command, seed: `${first + run} ${kind} ${command}` })),
  ),
);

disturb(attempts);
