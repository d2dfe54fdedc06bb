import type { Found, Layer } from "@selfhosted/common";
import { mustPulumi } from "./pulumi";

/** The configuration of a layer's stack, secrets included: their content is checked too, and never shown. */
export async function readFound(layer: Layer, env: string): Promise<Found> {
  const text = await mustPulumi(layer, ["config", "--json", "--show-secrets", "--stack", env]);
  const entries = Object.entries(JSON.parse(text) as Record<string, { value?: string; secret?: boolean }>);
  return Object.fromEntries(
    entries.map(([key, { value = "", secret = false }]) => [key, { text: value, encrypted: secret }]),
  );
}
