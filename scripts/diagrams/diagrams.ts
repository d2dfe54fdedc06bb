import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Recorded } from "@selfhosted/common/testing";
import { command } from "../command";
import { recorded } from "../controls/recorded";
import { layers } from "../layers";
import { repository } from "../repository";
import { data } from "./data";
import { draw } from "./draw";
import type { Graph } from "./graph";
import { layer } from "./layers";
import { network } from "./network";
import { overview } from "./overview";
import { Relations } from "./relations";

/** What `make diagram` draws, by the name of its file. */
export function graphs(resources: Recorded[]): Record<string, Graph> {
  const related = new Relations(resources);
  return {
    overview: overview(related),
    ...Object.fromEntries(layers.map((name) => [name, layer(name, related)])),
    network: network(related),
    data: data(related),
  };
}

/** The pictures of these resources, by path in the repository. */
export async function drawnFiles(resources: Recorded[]): Promise<Record<string, string>> {
  const files = Object.entries(graphs(resources)).map(
    async ([name, graph]) => [`scripts/diagrams/${name}.svg`, await draw(graph)] as const,
  );
  return Object.fromEntries(await Promise.all(files));
}

if (require.main === module) {
  command({}, async () => {
    const files = await drawnFiles(await recorded());
    Object.entries(files).forEach(([path, text]) => writeFileSync(join(repository, path), text));
    return 0;
  });
}
