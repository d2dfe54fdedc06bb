import { confirm } from "../confirm";
import { layers } from "../layers";
import type { Decision } from "./choice";
import { prompt } from "./prompt";
import { layerOf, settingOf } from "./settings";

/** Whether files that are there may be replaced. */
export async function mayReplace(files: string[], name: string, isAgreed: boolean): Promise<boolean> {
  if (files.length === 0 || isAgreed) {
    return true;
  }
  console.log(`${name} is configured already: ${files.join(", ")}. Nothing is deployed.`);
  return confirm(`make init ENV=${name} YES=1`, `Type ${name} to replace what they hold: `, name);
}

/** Shows the configuration with its reasons, and asks where somebody is there. */
export async function agreed(decisions: Decision[], isTerminal: boolean): Promise<boolean> {
  console.log(describe(decisions));
  if (!isTerminal) {
    return true;
  }
  return prompt((prompts) =>
    prompts.confirm({ message: "Make the three stacks like this? (Other values go into ANSWERS=file.)" }),
  );
}

/** The values by layer, each with its reason; no secret. */
export function describe(decisions: Decision[]): string {
  const width = Math.max(...decisions.map(({ key }) => key.length));
  const line = ({ key, value, because }: Decision): string =>
    `  ${key.padEnd(width)}  ${settingOf(key)?.secret ? "(secret)" : value}\n  ${" ".repeat(width)}  ${because}`;
  const sections = [...layers, undefined].map((layer) => {
    const own = decisions.filter(({ key }) => layerOf(key) === layer);
    return own.length === 0 ? [] : [`${layer ?? "all stacks"}:`, ...own.map(line)];
  });
  return sections.flat().join("\n");
}
