import { randomUUID } from "node:crypto";
import { type Applied, type Checked, type Created, type Diff, type ResourceManager, StateOnly } from "./manager";
import { Plugin, type PluginHost } from "./plugin";
import { Provider, ProviderConfiguration } from "./provider";
import type { StackReferences } from "./stack-references";
import type { ResourceState } from "./state";
import { isProvider, providerPackage, splitRef, urnType } from "./urn";
import { type Properties, UNKNOWN } from "./values";

/** The package whose resources the engine manages itself. */
const BUILTIN = "pulumi";

/** A note of the engine's own in the inputs of a provider whose version is known; not for the plugin. */
const INTERNAL = "__internal";

const forPlugin = ({ [INTERNAL]: _, ...inputs }: Properties): Properties => inputs;

/** Starts plugins and configures them as the provider resources in the state say; manages those resources, too. */
export class Providers extends StateOnly {
  /** One process per provider resource: a plugin is configured only once. */
  readonly #plugins = new Map<string, Promise<Plugin>>();
  readonly #configured = new Map<string, Promise<Provider>>();

  constructor(
    private readonly host: PluginHost,
    private readonly preview: boolean,
    readonly stackReferences: StackReferences,
    private readonly find: (urn: string, id: string) => ResourceState | undefined,
  ) {
    super();
  }

  /** Starts the plugin of a provider resource, for those likely to be needed soon. */
  plugin(urn: string): Promise<Plugin> {
    let plugin = this.#plugins.get(urn);
    if (!plugin) {
      this.#plugins.set(urn, (plugin = Plugin.start(providerPackage(urnType(urn)), this.host)));
      plugin.catch(() => {}); // whoever needs the plugin awaits the failure
    }
    return plugin;
  }

  /** Starts the plugins that the state names, so that they load while the program does. */
  start(resources: readonly ResourceState[]): void {
    for (const { type, urn } of resources) {
      if (isProvider(type) && providerPackage(type) !== BUILTIN) void this.plugin(urn);
    }
  }

  /** The manager for a resource: `ref` names its provider. */
  async manager(type: string, ref: string): Promise<ResourceManager> {
    if (isProvider(type)) return this;
    return providerPackage(urnType(splitRef(ref).urn)) === BUILTIN ? this.stackReferences : this.get(ref);
  }

  /** The configured plugin that a provider reference names. */
  get(ref: string): Promise<Provider> {
    let provider = this.#configured.get(ref);
    if (!provider) this.#configured.set(ref, (provider = this.#configure(ref)));
    return provider;
  }

  async #configure(ref: string): Promise<Provider> {
    const { urn, id } = splitRef(ref);
    const state = this.find(urn, id);
    if (!state) throw new Error(`the provider ${ref} isn't in the state`);
    const used = [...this.#configured.keys()].some((other) => other !== ref && splitRef(other).urn === urn);
    const plugin = await (used ? this.#another(ref) : this.plugin(urn));
    return Provider.configure(plugin, urn, id, forPlugin(state.inputs ?? {}), this.preview);
  }

  #another(ref: string): Promise<Plugin> {
    const plugin = Plugin.start(providerPackage(urnType(splitRef(ref).urn)), this.host);
    this.#plugins.set(ref, plugin);
    return plugin;
  }

  override async check(urn: string, olds: Properties, news: Properties): Promise<Checked> {
    if (providerPackage(urnType(urn)) === BUILTIN) return { inputs: news, failures: [] };
    const configuration = new ProviderConfiguration(await this.plugin(urn));
    const checked = await configuration.check(urn, forPlugin(olds), forPlugin(news));
    const note: Properties = news.version === undefined ? {} : { [INTERNAL]: {} };
    return { inputs: { ...checked.inputs, ...note }, failures: checked.failures };
  }

  override async diff(old: ResourceState, news: Properties): Promise<Diff> {
    const undecided = await super.diff(old, news, []);
    if (providerPackage(old.type) === BUILTIN) return undecided;
    const configuration = new ProviderConfiguration(await this.plugin(old.urn));
    return (await configuration.diff(old.urn, forPlugin(old.inputs ?? {}), forPlugin(news))) ?? undecided;
  }

  override async create(_urn: string, inputs: Properties): Promise<Created> {
    return { id: this.preview ? UNKNOWN : randomUUID(), outputs: forPlugin(inputs) };
  }

  override async update(_old: ResourceState, inputs: Properties): Promise<Applied> {
    return { outputs: forPlugin(inputs) };
  }

  /** Whether a resource can stay as it is when the provider named by `from` is replaced by that of `to`. */
  async interchangeable(from: string, to: string): Promise<boolean> {
    const [before, after] = [splitRef(from), splitRef(to)];
    const [old, next] = [this.find(before.urn, before.id), this.find(after.urn, after.id)];
    if (before.urn === after.urn || !old || !next) return before.id === after.id;
    return (await this.diff({ ...old, urn: after.urn, type: next.type }, next.inputs ?? {})).replaces.length === 0;
  }

  /** Asks the plugins to give up what they wait for. */
  cancel(): void {
    for (const plugin of this.#plugins.values())
      void plugin.then(
        (each) => each.cancel(),
        () => {},
      );
  }

  async stop(): Promise<void> {
    const plugins = await Promise.allSettled(this.#plugins.values());
    for (const plugin of plugins) if (plugin.status === "fulfilled") plugin.value.stop();
  }
}
