import { command, requireEnv, requireFlag } from "../command";
import { recorded } from "../controls/recorded";
import type { Resource } from "../controls/resources";
import { resourcesOf } from "../controls/state";
import { counts, type Row, verdicts } from "../controls/verdicts";
import { enter } from "../environment";
import { readStacks } from "../stacks";
import { stacked, terminalWidth } from "../table";
import { saying } from "../waiting";

/** `make controls`: what AWS's security standard asks for, and whether it holds: by default, or in an environment. */
command({ env: { type: "string" }, json: { type: "string" } }, async (args) => {
  const json = requireFlag("JSON", args.json);
  const { what, resources } = args.env ? await ofEnvironment(requireEnv(args.env)) : await byDefault();
  const rows = verdicts(resources);
  console.log(json ? JSON.stringify(rows, undefined, 2) : [what, describe(rows), ...counts(rows)].join("\n\n"));
  return rows.some(({ verdict }) => verdict === "violated") ? 1 : 0;
});

interface Judged {
  what: string;
  resources: Resource[];
}

async function byDefault(): Promise<Judged> {
  console.error("running the layers' programs with their defaults, in an account of mocks …");
  const resources = await saying("running the programs", recorded());
  return { what: `Controls over the ${resources.length} resources that the layers make by default`, resources };
}

async function ofEnvironment(env: string): Promise<Judged> {
  const environment = await enter(env);
  const resources = resourcesOf(await readStacks(environment));
  return { what: `Controls over the ${resources.length} resources in the state of ${environment.name}`, resources };
}

const marks: Record<Row["verdict"], string> = { met: "✓", violated: "✗", "by option": "○", "not applicable": "–" };

function describe(rows: Row[]): string {
  const groups = [...new Set(rows.map(({ group }) => group))];
  const width = Math.max(...rows.map(({ id }) => id.length));
  return groups
    .map((title) => {
      const own = rows.filter(({ group }) => group === title);
      const lines = own.map(({ verdict, id, title, because }) => [
        marks[verdict],
        id.padEnd(width),
        title,
        because === undefined ? "" : `${verdict}: ${because}`,
      ]);
      return `${title}\n${stacked(lines, terminalWidth())}`;
    })
    .join("\n\n");
}
