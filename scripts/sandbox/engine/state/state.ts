import { ensure } from "../errors";
import type { Crypter } from "./secrets";
import { hideSecrets, type Properties, seal, unseal, unsealedText } from "./values";

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

/** Something that has begun; after the engine was killed, nobody knows whether it has ended. */
export interface Operation {
  resource: ResourceState;
  type: "creating" | "updating" | "deleting" | "reading" | "importing";
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

/** @throws for what would be misread: a later format, or secrets of another provider. */
export function validate(deployment: Deployment, version: number): Deployment {
  ensure(
    version === 3,
    `the state has format version ${version}; the sandbox's stand-in for \`pulumi\` reads version 3`,
  );
  const type = deployment.secrets_providers?.type ?? "passphrase";
  ensure(
    type === "passphrase",
    `the state's secrets provider is '${type}'; the sandbox's stand-in for \`pulumi\` has 'passphrase'`,
  );
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

export const withoutSecrets = (resource: ResourceState): ResourceState => convert(resource, hideSecrets);

function convertAll(deployment: Deployment, change: (properties: Properties) => Properties): Deployment {
  const { resources = [], pending_operations = [], ...others } = deployment;
  const operations = pending_operations.map(({ type, resource }) => ({ type, resource: convert(resource, change) }));
  return {
    ...others,
    resources: resources.map((resource) => convert(resource, change)),
    ...(operations.length > 0 && { pending_operations: operations }),
  };
}

export const decryptState = (deployment: Deployment, crypter: Crypter): Deployment =>
  convertAll(deployment, (properties) => unseal(properties, (text) => crypter.decrypt(text)));

export const encryptState = (deployment: Deployment, crypter: Crypter): Deployment =>
  convertAll(deployment, (properties) => seal(properties, (text) => crypter.encrypt(text)));

/** A decrypted state as an export shows its secrets. */
export const showState = (deployment: Deployment): Deployment => convertAll(deployment, unsealedText);

/** Everything a resource needs to exist before it. */
export const dependenciesOf = (resource: ResourceState): string[] => [
  ...(resource.parent ? [resource.parent] : []),
  ...(resource.provider ? [resource.provider.slice(0, resource.provider.lastIndexOf("::"))] : []),
  ...(resource.dependencies ?? []),
  ...Object.values(resource.propertyDependencies ?? {}).flat(),
  ...(resource.deletedWith ? [resource.deletedWith] : []),
];

/** The resource with other URNs in place of those that it names; what `change` leaves out isn't named any more. */
export function withReferences(resource: ResourceState, change: (urn: string) => string | undefined): ResourceState {
  const { parent, deletedWith, provider, dependencies, propertyDependencies } = resource;
  const all = (urns: string[]): string[] => urns.flatMap((urn) => change(urn) ?? []);
  const [, providerUrn, providerId] = /^(.*)::([^:]*)$/.exec(provider ?? "") ?? [];
  return {
    ...resource,
    ...(parent && { parent: change(parent) }),
    ...(deletedWith && { deletedWith: change(deletedWith) }),
    ...(providerUrn && { provider: `${change(providerUrn) ?? providerUrn}::${providerId}` }),
    ...(dependencies && { dependencies: all(dependencies) }),
    ...(propertyDependencies && {
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies).map(([key, urns]) => [key, all(urns)]),
      ),
    }),
  };
}
