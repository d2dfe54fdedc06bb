import {
  type ConfigProblem,
  type Layer,
  nearest,
  pattern,
  type Setting,
  type Settings,
  text,
  withoutCitations,
} from "@selfhosted/common";
import * as applicationLayer from "../../application/exports";
import * as dnsLayer from "../../dns/exports";
import * as infrastructureLayer from "../../infrastructure/exports";
import { layers } from "../layers";

const tables: Record<Layer, Settings> = {
  infrastructure: infrastructureLayer.settings,
  application: applicationLayer.settings,
  dns: dnsLayer.settings,
};

/** The one answer that is no setting, but an argument of `pulumi stack init`. */
const secretsProvider = text({
  description: "What encrypts the secrets in Pulumi's state.",
  example: "awskms://alias/pulumi-state?region=eu-central-1",
  shape: pattern(
    /^(default|passphrase|(awskms|azurekeyvault|gcpkms|hashivault):\/\/\S+)$/,
    "passphrase, default (Pulumi Cloud), or the URL of a key such as awskms://alias/pulumi-state?region=eu-central-1",
  ),
});

/** The layers that know a setting. The region is configured once, in the first. */
function ownersOf(key: string): Layer[] {
  const owners = layers.filter((layer) => Object.hasOwn(tables[layer], key));
  return key === "aws:region" ? owners.slice(0, 1) : owners;
}

/** Where a value is configured; undefined for what isn't configured. */
export function layerOf(key: string): Layer | undefined {
  const [owner] = ownersOf(key);
  return owner;
}

/** What can be answered under a name; undefined where nothing can. */
export function settingOf(key: string): Setting<unknown> | undefined {
  const [owner, ...others] = ownersOf(key);
  return key === "secretsProvider" ? secretsProvider : others.length === 0 ? owner && tables[owner][key] : undefined;
}

/** What is wrong with an answer; undefined where nothing is. */
export function faultOf(key: string, value: string): ConfigProblem | undefined {
  const setting = settingOf(key);
  if (setting === undefined) {
    return unknown(key);
  }
  const parsed = setting.parse(value);
  if ("value" in parsed) {
    return undefined;
  }
  const { because = "isn't allowed", meant } = parsed.fault;
  const why = setting.secret
    ? `a value (not shown), which ${withoutCitations(because)}`
    : `${JSON.stringify(value)}, which ${because}`;
  const example = setting.example === undefined ? undefined : `for example: ${setting.example}`;
  const fix = meant === undefined || setting.secret ? example : `did you mean ${meant}?`;
  return { key, reason: `found ${why}; allowed: ${setting.allowed}`, ...(fix && { fix }) };
}

function unknown(key: string): ConfigProblem {
  const owners = ownersOf(key);
  if (owners.length > 1) {
    const fix = `take it out of the answers, and afterwards in the layer's folder: pulumi config set ${key} …`;
    return { key, reason: `is a setting of ${owners.join(" and ")}, which may differ`, fix };
  }
  const near = nearest(key, ["secretsProvider", ...layers.flatMap((layer) => Object.keys(tables[layer]))]);
  const fix =
    near === undefined
      ? "take it out of the answers: SETTINGS.md of each layer lists what there is"
      : `did you mean ${near}?`;
  return { key, reason: "is the name of no setting", fix };
}
