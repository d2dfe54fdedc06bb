import * as pulumi from "@pulumi/pulumi";
import type { Layer } from "./layer";

/**
 * The base of every component: type token `selfhosted:<layer>:<Kind>`, and the rule that a child's logical name starts with
 * its parent's, so that any resource is found from its name alone.
 *
 * A subclass makes its children with `parent: this` and closes its constructor with `registerOutputs`.
 */
export abstract class Component extends pulumi.ComponentResource {
  protected constructor(layer: Layer, kind: string, name: string, opts: pulumi.ComponentResourceOptions) {
    super(
      `selfhosted:${layer}:${kind}`,
      name,
      {},
      { ...opts, transformations: [...(opts.transformations ?? []), requirePrefix(name)] },
    );
  }
}

function requirePrefix(prefix: string): pulumi.ResourceTransformation {
  return ({ name, type }) => {
    if (!name.startsWith(prefix)) {
      throw new Error(`The name of ${type} "${name}" must start with that of its parent, "${prefix}".`);
    }
    return undefined;
  };
}
