import type { Installation } from "./contract";
import type { Layer } from "./layer";
import { logicalName } from "./naming";
import type { Location } from "./partition";
import { standardTags, type Tags } from "./tags";

/** What is true of everything that a layer makes. */
export interface Context {
  installation: Installation;
  /** Name of the Pulumi stack. */
  stack: string;
  /** Where the installation runs. */
  location: Location;
  /** Of every resource that can carry tags. */
  tags: Tags;
  /** The logical name of a top-level component: `{name}-{stack}-{thing}`. */
  name: (thing: string) => string;
}

/** The context of a layer's program. A layer whose components need no location gives none. */
export function contextOf<Given extends Pick<Context, "installation" | "stack">>(
  layer: Layer,
  given: Given,
): Given & Pick<Context, "tags" | "name"> {
  const { installation, stack } = given;
  const { name, tags } = installation;
  return {
    ...given,
    tags: standardTags({ name, layer, stack, extra: tags }),
    name: (thing) => logicalName(name, stack, thing),
  };
}
