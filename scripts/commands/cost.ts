import { command, requireEnv, requireFlag } from "../command";
import type { Cost } from "../cost/cost";
import { costOfEnvironment } from "../cost/environment";
import { describe, notes } from "../cost/show";
import { costBySize } from "../cost/sizes";
import { enter } from "../environment";
import { readStacks } from "../stacks";
import { terminalWidth } from "../table";
import { saying } from "../waiting";

/** `make cost`: what the layers make costs in a month, by list prices: for each size by default, or in an environment. */
command({ env: { type: "string" }, json: { type: "string" } }, async (args) => {
  const json = requireFlag("JSON", args.json);
  const costs = args.env ? await ofEnvironment(requireEnv(args.env)) : await byDefault();
  if (json) {
    console.log(JSON.stringify(costs, undefined, 2));
    return 0;
  }
  const width = terminalWidth();
  const tables = Object.entries(costs).map(([of, cost]) => describe(of, cost, width));
  console.log([...tables, notes(Object.values(costs), width)].join("\n\n"));
  return 0;
});

async function byDefault(): Promise<Record<string, Cost>> {
  console.error("running the layers' programs with the defaults of each size, in an account of mocks …");
  return saying("running the programs", costBySize());
}

async function ofEnvironment(env: string): Promise<Record<string, Cost>> {
  const environment = await enter(env);
  return { [environment.name]: costOfEnvironment(environment, await readStacks(environment)) };
}
