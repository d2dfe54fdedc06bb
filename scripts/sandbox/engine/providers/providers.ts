import { randomUUID } from "node:crypto";
import { ensure } from "../errors";
import type { ResourceState } from "../state/state";
import { isProvider, providerPackage, splitRef } from "../state/urn";
import { type Properties, unknown } from "../state/values";
import { type Applied, type Checked, Manager } from "./manager";
import { Plugin } from "./plugin";
import { preflightResults, Provider } from "./provider";
import type { StackReferences } from "./stack-references";

/** The package whose resources the engine manages itself. */
const builtin = "pulumi";

/** A note of the engine's own in the inputs of a provider whose version is known; not for the plugin. */
const internal = "__internal";

const forPlugin = ({ [internal]: _, ...inputs }: Properties): Properties => inputs;

interface Options {
  preview: boolean;
  engineAddress: string;
  programFolder: string;
  stackReferences: StackReferences;
  find(urn: string, id: string): ResourceState | undefined;
}

/** Starts plugins and configures them as the provider resources in the state say; manages those resources, too. */
export class Providers extends Manager {
  private readonly components = new Manager();
  /** One process per provider resource: a plugin is configured only once. */
  private readonly plugins = new Map<string, Promise<Plugin>>();
  private readonly configured = new Map<string, Promise<Provider>>();

  constructor(private readonly options: Options) {
    super();
  }

  get stackReferences(): StackReferences {
    return this.options.stackReferences;
  }

  /** Starts the plugins that the state names, so that they load while the program does. */
  start(resources: readonly ResourceState[]): void {
    for (const { type, urn, inputs = {} } of resources) {
      if (isProvider(type) && providerPackage(urn) !== builtin) {
        void this.plugin(urn, inputs);
      }
    }
  }

  private plugin(urn: string, { version = "" }: Properties, ref = urn): Promise<Plugin> {
    const key = `${ref} ${String(version)}`;
    let plugin = this.plugins.get(key);
    if (!plugin) {
      plugin = Plugin.start(providerPackage(urn), String(version), this.options);
      this.plugins.set(key, plugin);
      plugin.catch(() => {}); // whoever needs the plugin awaits the failure
    }
    return plugin;
  }

  /** What manages a resource. */
  async manager({ custom, type, provider = "" }: ResourceState): Promise<Manager> {
    if (!custom) {
      return this.components;
    }
    if (isProvider(type)) {
      return this;
    }
    return providerPackage(splitRef(provider).urn) === builtin ? this.stackReferences : this.get(provider);
  }

  /** The configured plugin that a provider reference names. */
  get(ref: string): Promise<Provider> {
    let provider = this.configured.get(ref);
    if (!provider) {
      this.configured.set(ref, (provider = this.configure(ref)));
    }
    return provider;
  }

  private async configure(ref: string): Promise<Provider> {
    const { urn, id } = splitRef(ref);
    const state = this.options.find(urn, id);
    ensure(state, `the provider ${ref} isn't in the state`);
    const { inputs = {} } = state;
    const used = [...this.configured.keys()].some((other) => other !== ref && splitRef(other).urn === urn);
    const plugin = await this.plugin(urn, inputs, used ? ref : urn);
    return Provider.configure(plugin, { ...state, inputs: forPlugin(inputs) }, this.options.preview);
  }

  override async check(urn: string, olds: Properties, news: Properties): Promise<Checked> {
    if (providerPackage(urn) === builtin) {
      return super.check(urn, olds, news);
    }
    const checked = await preflightResults(await this.plugin(urn, news), urn, forPlugin(olds), forPlugin(news));
    return { ...checked, inputs: { ...checked.inputs, ...("version" in news && { [internal]: {} }) } };
  }

  override async create({ inputs = {} }: ResourceState): Promise<Applied> {
    return { id: this.options.preview ? unknown : randomUUID(), outputs: forPlugin(inputs) };
  }

  override async update(_old: ResourceState, { inputs = {} }: ResourceState): Promise<Applied> {
    return { outputs: forPlugin(inputs) };
  }

  /** Asks the plugins to give up what they wait for. */
  cancel(): void {
    for (const plugin of this.plugins.values()) {
      void plugin.then(
        (each) => each.cancel(),
        () => {},
      );
    }
  }

  async stop(): Promise<void> {
    const plugins = await Promise.allSettled(this.plugins.values());
    plugins.filter((plugin) => plugin.status === "fulfilled").forEach(({ value }) => value.stop());
  }
}
