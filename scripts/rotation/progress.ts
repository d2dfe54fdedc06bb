import type { Layer, SecretReference } from "@selfhosted/common";
import { usedSecrets } from "../aws/secrets";
import type { Deployed } from "../layers";
import type { StateResource } from "../pulumi/stacks";
import type { Stacks } from "../stacks";
import type { Progress } from "./plan";
import { definitionsOf } from "./roll-out";
import { configured, type Generated, generated } from "./secrets";

const layer: Layer = "infrastructure";

/** The setting with a password of the database that Pulumi didn't make. */
export const givenPassword = "databasePassword";

/** How far the rotation of a password is, but for what the database keeps. */
export async function progressOf(
  { infrastructure }: Stacks,
  { application }: Deployed,
  what: Generated,
  { arn, versionId }: SecretReference,
): Promise<Omit<Progress, "kept">> {
  const { key, component } = generated[what];
  const { configuration } = infrastructure;
  const isGiven = what === "database" && configured(layer, configuration, givenPassword) !== undefined;
  const used = usedSecrets(await definitionsOf(application)).filter((each) => each.arn === arn);
  return {
    configured: isGiven ? 0 : Number(configured(layer, configuration, key)?.text ?? 1),
    ...passwordIn(infrastructure.resources, component),
    isRead: used.length > 0,
    isBehind: used.some((each) => each.versionId !== versionId),
  };
}

/** What the state of the infrastructure layer says of a password. */
export function passwordIn(resources: StateResource[], component: string): Pick<Progress, "deployed" | "isUnfinished"> {
  const type = `selfhosted:infrastructure:${component}$random:index/randomPassword:RandomPassword`;
  const all = resources.filter(({ urn }) => urn.includes(`::${type}::`));
  const current = all.find((each) => !each.delete);
  const { version = 0 } = (current?.inputs?.["keepers"] ?? {}) as { version?: string };
  return { deployed: Number(version), isUnfinished: all.length > 1 };
}
