import { randomBytes } from "node:crypto";
import type { ServiceError } from "@grpc/grpc-js";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { ensure } from "../errors";
import type { ResourceState } from "../state/state";
import { hasUnknown, markSecrets, type Properties, reveal } from "../state/values";
import { type Applied, type Checked, type Diff, Manager, type Read, undecided } from "./manager";
import { about, fill, fromStruct, initFailure, toDiff, toStruct } from "./messages";
import { call, optional, type Plugin } from "./plugin";

/** A configured plugin. During a preview it changes nothing, and where it can't foresee a result the engine takes the inputs. */
export class Provider extends Manager {
  private constructor(
    private readonly plugin: Plugin,
    private readonly preview: boolean,
    /** Undefined while a preview doesn't know the configuration yet. */
    private readonly accepts: { secrets: boolean; preview: boolean } | undefined,
  ) {
    super();
  }

  static async configure(plugin: Plugin, { urn, id = "", inputs = {} }: ResourceState, preview: boolean) {
    if (hasUnknown(inputs)) {
      return new Provider(plugin, preview, undefined);
    }
    const request = fill(new proto.ConfigureRequest(), {
      ...about(urn),
      id,
      args: toStruct(inputs),
      acceptsecrets: true,
      sendsOldInputs: true,
      sendsOldInputsToDelete: true,
    });
    const response = await call<proto.ConfigureResponse>((done) => plugin.client.configure(request, done));
    const [secrets, previews] = [response.getAcceptsecrets(), response.getSupportspreview()];
    return new Provider(plugin, preview, { secrets, preview: previews });
  }

  private send(properties: Properties = {}): Struct {
    return toStruct(this.accepts?.secrets ? properties : reveal(properties));
  }

  /** A plugin that doesn't know secrets returns them bare. */
  private receive(struct: Struct | undefined, sent: Properties = {}): Properties {
    return this.accepts?.secrets ? fromStruct(struct) : markSecrets(fromStruct(struct), [], sent);
  }

  override async check(urn: string, olds: Properties, news: Properties): Promise<Checked> {
    if (!this.accepts) {
      return super.check(urn, olds, news);
    }
    const request = fill(new proto.CheckRequest(), {
      ...about(urn),
      olds: this.send(olds),
      news: this.send(news),
      randomseed: randomBytes(32), // for names that the provider makes up
    });
    const response = await call<proto.CheckResponse>((done) => this.plugin.client.check(request, done));
    const failures = response.getFailuresList().map((failure) => failure.toObject());
    return { inputs: this.receive(response.getInputs(), news), failures };
  }

  /** What an old resource is, in the fields of a message about its future. */
  private before({ urn, id = "", inputs, outputs }: ResourceState) {
    return { ...about(urn), id, oldInputs: this.send(inputs), olds: this.send(outputs) };
  }

  override async diff(old: ResourceState, news: Properties): Promise<Diff> {
    if (!this.accepts || (this.preview && !this.accepts.preview && hasUnknown(news))) {
      return undecided;
    }
    const ignorechangesList = old.ignoreChanges ?? [];
    const fields = { ...this.before(old), news: this.send(news), ignorechangesList };
    const request = fill(new proto.DiffRequest(), fields);
    return toDiff(await call<proto.DiffResponse>((done) => this.plugin.client.diff(request, done)));
  }

  override create({ urn, inputs = {}, customTimeouts }: ResourceState): Promise<Applied> {
    const fields = { timeout: customTimeouts?.create ?? 0, properties: this.send(inputs), preview: this.preview };
    const request = fill(new proto.CreateRequest(), { ...about(urn), ...fields });
    return this.write(inputs, async () => {
      const response = await call<proto.CreateResponse>((done) => this.plugin.client.create(request, done));
      ensure(response.getId() || this.preview, "the provider returned no id for the new resource");
      return { id: response.getId(), outputs: this.receive(response.getProperties(), inputs) };
    });
  }

  override update(old: ResourceState, { inputs = {}, customTimeouts, ignoreChanges }: ResourceState): Promise<Applied> {
    const request = fill(new proto.UpdateRequest(), {
      ...this.before(old),
      news: this.send(inputs),
      ignorechangesList: ignoreChanges ?? [],
      timeout: customTimeouts?.update ?? 0,
      preview: this.preview,
    });
    return this.write(inputs, async () => {
      const response = await call<proto.UpdateResponse>((done) => this.plugin.client.update(request, done));
      return { outputs: this.receive(response.getProperties(), inputs) };
    });
  }

  private async write(inputs: Properties, change: () => Promise<Applied>): Promise<Applied> {
    if (this.preview && !this.accepts?.preview) {
      return { outputs: inputs };
    }
    try {
      return await change();
    } catch (error) {
      const partial = initFailure(error as ServiceError);
      if (!partial) {
        throw error;
      }
      const outputs = this.receive(partial.getProperties(), inputs);
      return { id: partial.getId(), outputs, initErrors: partial.getReasonsList() };
    }
  }

  override async delete({ urn, id = "", inputs, outputs, customTimeouts }: ResourceState): Promise<void> {
    const fields = { properties: this.send(outputs), oldInputs: this.send(inputs) };
    const timeout = customTimeouts?.delete ?? 0;
    const request = fill(new proto.DeleteRequest(), { ...about(urn), id, timeout, ...fields });
    await call((done) => this.plugin.client.delete(request, done));
  }

  override async read({ urn, id = "", inputs, outputs }: ResourceState): Promise<Read | undefined> {
    // For an import nothing is known, which isn't the same as nothing being there.
    const fields = { inputs: inputs && this.send(inputs), properties: outputs && this.send(outputs) };
    const request = fill(new proto.ReadRequest(), { ...about(urn), id, ...fields });
    const response = await call<proto.ReadResponse>((done) => this.plugin.client.read(request, done));
    return response.getId()
      ? {
          id: response.getId(),
          inputs: response.hasInputs() ? this.receive(response.getInputs(), inputs) : undefined,
          outputs: this.receive(response.getProperties(), outputs),
        }
      : undefined;
  }

  /** @throws when the function refuses its arguments. */
  async invoke(tok: string, args: Properties): Promise<Properties> {
    if (!this.accepts) {
      return {};
    }
    const request = fill(new proto.InvokeRequest(), { tok, args: this.send(args), preview: this.preview });
    const response = await call<proto.InvokeResponse>((done) => this.plugin.client.invoke(request, done));
    const failures = response.getFailuresList().map((failure) => `${failure.getReason()} (${failure.getProperty()})`);
    ensure(failures.length === 0, `invocation of ${tok} failed: ${failures.join("; ")}`);
    return this.receive(response.getReturn());
  }
}

/** Has a plugin, before its configuration, check that; as given where it has no opinion. */
export async function preflightResults(
  plugin: Plugin,
  urn: string,
  olds: Properties,
  news: Properties,
): Promise<Checked> {
  const request = fill(new proto.CheckRequest(), { ...about(urn), olds: toStruct(olds), news: toStruct(news) });
  const response = await optional(call<proto.CheckResponse>((done) => plugin.client.checkConfig(request, done)));
  const failures = response?.getFailuresList().map((failure) => failure.toObject()) ?? [];
  return { inputs: response ? fromStruct(response.getInputs()) : news, failures };
}
