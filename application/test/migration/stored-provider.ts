import { createRequire } from "node:module";
import { runInThisContext } from "node:vm";
import type { ResourceProvider } from "@pulumi/pulumi/dynamic";
import type { Outcome } from "@selfhosted/common/testing";

/** The resource that runs the migration. */
export const migrationType = "pulumi-nodejs:dynamic:Resource";

/** The text as which Pulumi keeps its provider in the stack's state. */
export function storedText(outcome: Outcome): string {
  return String(outcome.the(migrationType).inputs["__provider"]);
}

/** The provider as Pulumi reads it back from the stack's state. */
export function stored(outcome: Outcome): ResourceProvider {
  const text = storedText(outcome);
  const module = { exports: {} as { handler?: () => ResourceProvider } };
  const evaluate = runInThisContext(`(function (exports, module, require) {${text}\n})`) as (
    ...args: unknown[]
  ) => void;
  evaluate(module.exports, module, createRequire(__filename));
  const provider = module.exports.handler?.();
  if (provider === undefined) {
    throw new Error("the provider isn't there");
  }
  return provider;
}
