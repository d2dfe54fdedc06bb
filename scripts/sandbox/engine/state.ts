import type { Crypter } from "./secrets";
import { plainForm, type Properties, seal, unseal } from "./values";

/** A resource in Pulumi's deployment format, version 3; secrets inside are plain in memory and encrypted on disk. */
export interface ResourceState {
  urn: string;
  custom: boolean;
  type: string;
  id?: string;
  /** An old resource whose replacement exists already; it is deleted at the end of a deployment. */
  delete?: boolean;
  /** Read, not managed: never deleted. */
  external?: boolean;
  /** Written by the real engine for a resource that is deleted already and waits for its replacement. */
  pendingReplacement?: boolean;
  inputs?: Properties;
  outputs?: Properties;
  parent?: string;
  protect?: boolean;
  dependencies?: string[];
  provider?: string;
  propertyDependencies?: Record<string, string[]>;
  initErrors?: string[];
  additionalSecretOutputs?: string[];
  customTimeouts?: { create?: number; update?: number; delete?: number };
  retainOnDelete?: boolean;
  deletedWith?: string;
  ignoreChanges?: string[];
  replaceOnChanges?: string[];
  created?: string;
  modified?: string;
}

/** Something a killed deployment may have left half-done. */
export interface Operation {
  resource: ResourceState;
  type: "creating" | "updating" | "deleting" | "reading";
}

export interface Deployment {
  manifest: { time: string; magic: string; version: string };
  secrets_providers?: { type: string; state: { salt: string } };
  resources?: ResourceState[];
  pending_operations?: Operation[];
  metadata?: object;
}

export interface Checkpoint {
  version: number;
  checkpoint: { stack: string; latest?: Deployment };
}

/** Refuses what would be misread: a later format, or secrets of another provider. */
export function validate(deployment: Deployment, version: number): Deployment {
  if (version !== 3) throw new Error(`the state has format version ${version}; this command reads version 3`);
  const type = deployment.secrets_providers?.type;
  if (type && type !== "passphrase")
    throw new Error(`the state's secrets provider is '${type}'; only 'passphrase' is supported`);
  return deployment;
}

/** Empty properties stay out of the state file, as with the real engine. */
function convert(resource: ResourceState, change: (properties: Properties) => Properties): ResourceState {
  const { inputs = {}, outputs = {}, ...rest } = resource;
  return {
    ...rest,
    ...(Object.keys(inputs).length > 0 && { inputs: change(inputs) }),
    ...(Object.keys(outputs).length > 0 && { outputs: change(outputs) }),
  };
}

const convertAll = (deployment: Deployment, change: (properties: Properties) => Properties): Deployment => ({
  ...deployment,
  resources: (deployment.resources ?? []).map((resource) => convert(resource, change)),
  ...(deployment.pending_operations && {
    pending_operations: deployment.pending_operations.map((operation) => ({
      ...operation,
      resource: convert(operation.resource, change),
    })),
  }),
});

export const decryptState = (deployment: Deployment, crypter: Crypter): Deployment =>
  convertAll(deployment, (properties) => unseal(properties, (text) => crypter.decrypt(text)));

export const encryptState = (deployment: Deployment, crypter: Crypter): Deployment =>
  convertAll(deployment, (properties) => seal(properties, (text) => crypter.encrypt(text)));

/** With secrets readable, for `stack export --show-secrets`. */
export const exposeState = (deployment: Deployment): Deployment => convertAll(deployment, plainForm);

/** Everything a resource needs to exist before it. */
export const dependenciesOf = (resource: ResourceState): string[] => [
  ...(resource.parent ? [resource.parent] : []),
  ...(resource.provider ? [resource.provider.slice(0, resource.provider.lastIndexOf("::"))] : []),
  ...(resource.dependencies ?? []),
  ...Object.values(resource.propertyDependencies ?? {}).flat(),
  ...(resource.deletedWith ? [resource.deletedWith] : []),
];
