import { createHash, randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { isMadeUp } from "../../pulumi/autonaming";
import { type Change, changes, unfulfilled } from "./diff";
import { type Call, type DataSource, type Problem, type Properties, type ResourceType, type Service } from "./resource";

/** What a plugin brings along: a table of services for an account of some kind. */
export interface Definition<Account> {
  /** Package name, for example `aws`. */
  name: string;
  /** Version of the package whose resources the plugin understands. */
  version: string;
  /** Settings of the provider. Those marked `json` may arrive as JSON texts. */
  settings: Record<string, "text" | "json">;
  configure(settings: Properties): Promise<Account>;
  /** Loads the services behind a module, the `ec2` in `aws:ec2/vpc:Vpc`. */
  services: Record<string, () => Promise<Service<Account>[]>>;
}

/** A resource as the engine asks about it. */
export interface Target {
  urn: string;
  /** Seconds the program allows for the operation, where it says so. */
  timeoutSeconds?: number;
}

export interface Difference {
  changes: (Change & { replaces: boolean })[];
  /** Whether the old resource has to go first because the new one takes its name. */
  deleteBeforeReplace: boolean;
}

/** A resource that exists but isn't as it was asked; the engine keeps it in its state. */
export class IncompleteResource extends Error {
  constructor(
    readonly id: string,
    readonly outputs: Properties,
    reason: string,
  ) {
    super(reason);
  }
}

/** The life of resources under one provider configuration, in plain values. */
export class Provider<Account> {
  /** Stops waiting for AWS. What was created is kept. */
  cancel!: () => void;

  private readonly cancelled = new Promise<void>((resolve) => (this.cancel = resolve));

  constructor(
    private readonly definition: Definition<Account>,
    private readonly account: Account,
  ) {}

  /** Outputs of the type that the program must see as secret. */
  async secrets(urn: string): Promise<readonly string[]> {
    return (await this.resourceType(urn)).secrets ?? [];
  }

  /** Inputs with their defaults, and those that the plugin doesn't know. */
  async check(target: Target, olds: Properties, news: Properties, seed: Uint8Array): Promise<[Properties, Problem[]]> {
    const type = await this.resourceType(target.urn);
    const { autoname, keeps = [] } = type;
    const kept = keeps.filter((input) => input in olds && news[input] === undefined);
    const named = {
      ...(autoname && { [autoname]: olds[autoname] ?? generatedName(target.urn, seed) }),
      ...news,
      ...Object.fromEntries(kept.map((input) => [input, olds[input]])),
    };
    const inputs = type.defaults?.(named, this.call(target)) ?? named;
    return [inputs, unsupported(type, target.urn, inputs)];
  }

  /** What changes and whether that needs a new resource. Never calls AWS. */
  async diff(target: Target, olds: Properties, news: Properties, ignored: readonly string[]): Promise<Difference> {
    const type = await this.resourceType(target.urn);
    const completed = { ...type.defaults?.(olds, this.call(target)), ...olds };
    const { autoname } = type;
    const replacing: readonly string[] = [...type.replaceOn, ...(type.replaceFor?.(completed, news) ?? [])];
    return {
      changes: changes(completed, news, ignored).map((change) => ({
        ...change,
        replaces: replacing.includes(change.input),
      })),
      deleteBeforeReplace:
        autoname !== undefined &&
        olds[autoname] === news[autoname] &&
        !isMadeUp(String(news[autoname]), logicalName(target.urn)),
    };
  }

  async create(target: Target, inputs: Properties): Promise<{ id: string; outputs: Properties }> {
    const type = await this.resourceType(target.urn);
    const call = this.call(target);
    const created = await type.create(inputs, call);
    return { id: created.id, outputs: await this.settled(type, created.id, inputs, created.outputs, call) };
  }

  /** `olds` are the inputs and outputs last seen, `computed` those of them that weren't inputs. */
  async update(
    target: Target,
    id: string,
    inputs: Properties,
    olds: Properties,
    computed: Properties,
  ): Promise<Properties> {
    const type = await this.resourceType(target.urn);
    const call = this.call(target);
    await type.update(id, inputs, olds, call);
    return this.settled(type, id, inputs, computed, call, olds);
  }

  /** The resource and the inputs that it has now, or undefined when it is gone. */
  async read(
    target: Target,
    id: string,
    inputs: Properties,
    olds: Properties,
  ): Promise<{ inputs: Properties; outputs: Properties } | undefined> {
    const type = await this.resourceType(target.urn);
    const found = await type.read(id, { ...olds, ...inputs }, this.call(target));
    if (!found) return undefined;
    const isImport = Object.keys(inputs).length === 0;
    const given = Object.keys(found).filter((key) => isSupported(type)(key) && !isEmptyList(found[key]));
    const changed = isImport ? given : lost(type, inputs, found);
    const current = { ...inputs, ...Object.fromEntries(changed.map((key) => [key, found[key]])) };
    return { inputs: current, outputs: { ...olds, ...current, ...found } };
  }

  async delete(target: Target, id: string, olds: Properties): Promise<void> {
    const type = await this.resourceType(target.urn);
    await type.delete(id, olds, this.call(target));
  }

  async invoke(token: string, args: Properties): Promise<Properties> {
    const pick = ({ dataSources }: Service<Account>) => dataSources?.[token] as DataSource<Account> | undefined;
    const read = await this.lookUp(token, "function", pick);
    return { ...args, ...(await read(args, this.account)) };
  }

  /** The outputs of a resource just written, once AWS has completed it and holds what was asked. */
  private async settled(
    type: ResourceType<Account>,
    id: string,
    inputs: Properties,
    computed: Properties = {},
    call: Call<Account>,
    olds?: Properties,
  ): Promise<Properties> {
    let outputs = { ...computed, ...inputs };
    try {
      await Promise.race([type.settle?.(id, inputs, call, olds), this.cancelled.then(refuseToWait)]);
      const found = await type.read(id, outputs, call);
      if (!found) throw new Error(`AWS accepted ${id} but doesn't have it.`);
      outputs = { ...outputs, ...found };
      // What an update left alone may have changed since by itself, such as the version of a database.
      const asked = Object.entries(inputs).filter(([input, value]) => !olds || !isDeepStrictEqual(value, olds[input]));
      const wrong = lost(type, Object.fromEntries(asked), found);
      if (wrong.length) throw new Error(`AWS accepted ${id} but doesn't hold what was asked: ${wrong.join(", ")}.`);
      return outputs;
    } catch (error) {
      throw new IncompleteResource(id, outputs, (error as Error).message);
    }
  }

  private call({ urn, timeoutSeconds }: Target): Call<Account> {
    return { urn, account: this.account, ...(timeoutSeconds && { timeoutSeconds }) };
  }

  private resourceType(urn: string): Promise<ResourceType<Account>> {
    const token = typeToken(urn);
    // Each type knows the inputs of its own; the program's compiler has checked them against the schema.
    const pick = ({ resources }: Service<Account>) => resources[token] as ResourceType<Account> | undefined;
    return this.lookUp(token, "resource type", pick);
  }

  private async lookUp<T>(token: string, what: string, pick: (service: Service<Account>) => T | undefined): Promise<T> {
    const module = token.split(":")[1]?.split("/")[0] ?? "";
    const services = (await this.definition.services[module]?.()) ?? [];
    const found = services.map(pick).find((item) => item !== undefined);
    if (found === undefined) throw new Error(`The sandbox doesn't have the ${what} ${token}.`);
    return found;
  }
}

function refuseToWait(): never {
  throw new Error("Cancelled while waiting for AWS.");
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** The inputs of which AWS holds something else than was asked. */
function lost<Account>(type: ResourceType<Account>, inputs: Properties, found: Properties): string[] {
  const left = type.leftToAws?.(inputs) ?? [];
  return unfulfilled(inputs, found).filter((property) => !left.includes(property));
}

function isSupported<Account>({ updateOn, replaceOn }: ResourceType<Account>): (property: string) => boolean {
  const supported: readonly string[] = [...updateOn, ...replaceOn];
  return (property) => supported.includes(property);
}

function unsupported<Account>(type: ResourceType<Account>, urn: string, inputs: Properties): Problem[] {
  const isKnown = isSupported(type);
  return Object.keys(inputs)
    .filter((property) => !isKnown(property))
    .map((property) => ({ property, reason: `isn't an input that the sandbox has for ${typeToken(urn)}` }));
}

function typeToken(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function logicalName(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function generatedName(urn: string, seed: Uint8Array): string {
  const random = seed.length ? createHash("sha256").update(seed).digest() : randomBytes(4);
  return `${logicalName(urn)}-${random.toString("hex").slice(0, 7)}`;
}
