import { projectOf, type Layer } from "@selfhosted/common";
import { pulumi } from "./pulumi";

/**
 * Runs a pulumi command in one layer after the other, shows what it prints, and stops at the first that fails, since the next
 * layer needs the outputs of the one before.
 *
 * @returns the layer whose command failed, and its exit code; undefined when all succeeded.
 */
export async function eachLayer(
  order: readonly Layer[],
  args: (layer: Layer) => string[],
): Promise<{ layer: Layer; code: number } | undefined> {
  for (const [done, layer] of order.entries()) {
    console.log(`\n── ${done + 1}/${order.length} ${projectOf(layer)} ──`);
    const { code } = await pulumi(layer, args(layer), { show: true });
    if (code !== 0) {
      const rest = order.slice(done + 1).join(", ");
      console.error(`\n${layer}: \`pulumi ${args(layer).join(" ")}\` failed.${rest ? ` Not run: ${rest}.` : ""}`);
      return { layer, code };
    }
  }
  return undefined;
}
