import { randomBytes } from "node:crypto";
import type { Metadata, ServiceError } from "@grpc/grpc-js";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Applied, Checked, Created, Diff, Read, ResourceManager } from "./manager";
import { call, optional, type Plugin } from "./plugin";
import type { ResourceState } from "./state";
import { urnName, urnType } from "./urn";
import { forProvider, hasUnknown, markSecrets, type Properties } from "./values";

export const toStruct = (properties: Properties): Struct => Struct.fromJavaScript(properties);
export const fromStruct = (struct: Struct | undefined): Properties => struct?.toJavaScript() ?? {};

interface ResourceRequest {
  setUrn(urn: string): unknown;
  setName(name: string): unknown;
  setType(type: string): unknown;
}

/** A request with the identity of the resource it is about. */
function about<T extends ResourceRequest>(urn: string, request: T): T {
  request.setUrn(urn);
  request.setName(urnName(urn));
  request.setType(urnType(urn));
  return request;
}

/** A configured plugin. During a preview it changes nothing, and where it can't foresee a result the engine takes the inputs. */
export class Provider implements ResourceManager {
  private constructor(
    private readonly plugin: Plugin,
    private readonly preview: boolean,
    private readonly accepts: { secrets: boolean; resources: boolean; preview: boolean },
    /** False while a preview doesn't know the configuration yet. */
    private readonly configured: boolean,
  ) {}

  static async configure(
    plugin: Plugin,
    urn: string,
    id: string,
    config: Properties,
    preview: boolean,
  ): Promise<Provider> {
    if (hasUnknown(config))
      return new Provider(plugin, preview, { secrets: true, resources: true, preview: true }, false);
    const request = about(urn, new proto.ConfigureRequest());
    request.setArgs(toStruct(config));
    request.setAcceptsecrets(true);
    request.setAcceptresources(true);
    request.setSendsOldInputs(true);
    request.setSendsOldInputsToDelete(true);
    request.setId(id);
    const response = await call<proto.ConfigureResponse>((done) => plugin.client.configure(request, done));
    const accepts = {
      secrets: response.getAcceptsecrets(),
      resources: response.getAcceptresources(),
      preview: response.getSupportspreview(),
    };
    return new Provider(plugin, preview, accepts, true);
  }

  #send(properties: Properties = {}): Struct {
    return toStruct(forProvider(properties, this.accepts));
  }

  /** A plugin that doesn't know secrets returns them bare. */
  #receive(struct: Struct | undefined, sent: Properties): Properties {
    return this.accepts.secrets ? fromStruct(struct) : markSecrets(fromStruct(struct), [], sent);
  }

  #cannotForesee(inputs: Properties): boolean {
    return !this.configured || (this.preview && !this.accepts.preview && hasUnknown(inputs));
  }

  async check(urn: string, olds: Properties, news: Properties): Promise<Checked> {
    if (!this.configured) return { inputs: news, failures: [] };
    const request = about(urn, new proto.CheckRequest());
    request.setOlds(this.#send(olds));
    request.setNews(this.#send(news));
    request.setRandomseed(randomBytes(32)); // for names that the provider makes up
    const response = await call<proto.CheckResponse>((done) => this.plugin.client.check(request, done));
    return {
      inputs: this.#receive(response.getInputs(), news),
      failures: response.getFailuresList().map((failure) => failure.toObject()),
    };
  }

  async diff(old: ResourceState, news: Properties, ignoreChanges: readonly string[]): Promise<Diff> {
    if (this.#cannotForesee(news)) return { changes: "unknown", replaces: [], changed: [], deleteBeforeReplace: false };
    const request = about(old.urn, new proto.DiffRequest());
    request.setId(old.id ?? "");
    request.setOldInputs(this.#send(old.inputs));
    request.setOlds(this.#send(old.outputs));
    request.setNews(this.#send(news));
    request.setIgnorechangesList([...ignoreChanges]);
    return toDiff(await call<proto.DiffResponse>((done) => this.plugin.client.diff(request, done)));
  }

  async create(urn: string, inputs: Properties, timeout = 0): Promise<Created> {
    if (this.preview && !(this.configured && this.accepts.preview)) return { id: "", outputs: inputs };
    const request = about(urn, new proto.CreateRequest());
    request.setProperties(this.#send(inputs));
    request.setTimeout(timeout);
    request.setPreview(this.preview);
    return this.#orPartial(inputs, async () => {
      const response = await call<proto.CreateResponse>((done) => this.plugin.client.create(request, done));
      if (!response.getId() && !this.preview) throw new Error("the provider returned no id for the new resource");
      return { id: response.getId(), outputs: this.#receive(response.getProperties(), inputs) };
    });
  }

  async update(
    old: ResourceState,
    inputs: Properties,
    ignoreChanges: readonly string[],
    timeout = 0,
  ): Promise<Applied> {
    if (this.preview && !(this.configured && this.accepts.preview)) return { outputs: inputs };
    const request = about(old.urn, new proto.UpdateRequest());
    request.setId(old.id ?? "");
    request.setOldInputs(this.#send(old.inputs));
    request.setOlds(this.#send(old.outputs));
    request.setNews(this.#send(inputs));
    request.setIgnorechangesList([...ignoreChanges]);
    request.setTimeout(timeout);
    request.setPreview(this.preview);
    return this.#orPartial(inputs, async () => {
      const response = await call<proto.UpdateResponse>((done) => this.plugin.client.update(request, done));
      return { id: old.id ?? "", outputs: this.#receive(response.getProperties(), inputs) };
    });
  }

  /** Takes what a provider reports, inside an error, of a resource that exists but isn't in order. */
  async #orPartial(inputs: Properties, write: () => Promise<Created>): Promise<Created> {
    try {
      return await write();
    } catch (error) {
      const partial = initFailure(error as ServiceError);
      if (!partial) throw error;
      const outputs = this.#receive(partial.getProperties(), inputs);
      return { id: partial.getId(), outputs, initErrors: partial.getReasonsList() };
    }
  }

  async delete(state: ResourceState): Promise<void> {
    const request = about(state.urn, new proto.DeleteRequest());
    request.setId(state.id ?? "");
    request.setProperties(this.#send(state.outputs));
    request.setOldInputs(this.#send(state.inputs));
    request.setTimeout(state.customTimeouts?.delete ?? 0);
    await call((done) => this.plugin.client.delete(request, done));
  }

  async read(urn: string, id: string, known: { inputs: Properties; outputs: Properties }): Promise<Read | undefined> {
    const request = about(urn, new proto.ReadRequest());
    request.setId(id);
    request.setInputs(this.#send(known.inputs));
    request.setProperties(this.#send(known.outputs));
    const response = await call<proto.ReadResponse>((done) => this.plugin.client.read(request, done));
    if (!response.getId()) return undefined;
    const outputs = this.#receive(response.getProperties(), known.outputs);
    const inputs = response.hasInputs() ? this.#receive(response.getInputs(), known.inputs) : undefined;
    return { id: response.getId(), inputs, outputs };
  }

  /** @throws when the function refuses its arguments. */
  async invoke(token: string, args: Properties): Promise<Properties> {
    if (!this.configured) return {};
    const request = new proto.InvokeRequest();
    request.setTok(token);
    request.setArgs(this.#send(args));
    request.setPreview(this.preview);
    const response = await call<proto.InvokeResponse>((done) => this.plugin.client.invoke(request, done));
    const failures = response.getFailuresList().map((failure) => `${failure.getReason()} (${failure.getProperty()})`);
    if (failures.length > 0) throw new Error(`invocation of ${token} failed: ${failures.join("; ")}`);
    return this.#receive(response.getReturn(), {});
  }
}

/** A plugin before its configuration: checks and compares the configuration itself. */
export class ProviderConfiguration {
  constructor(private readonly plugin: Plugin) {}

  async check(urn: string, olds: Properties, news: Properties): Promise<Checked> {
    const request = about(urn, new proto.CheckRequest());
    request.setOlds(toStruct(olds));
    request.setNews(toStruct(news));
    const response = await optional(call<proto.CheckResponse>((done) => this.plugin.client.checkConfig(request, done)));
    if (!response) return { inputs: news, failures: [] };
    const failures = response.getFailuresList().map((failure) => failure.toObject());
    return { inputs: fromStruct(response.getInputs()), failures };
  }

  async diff(urn: string, olds: Properties, news: Properties): Promise<Diff | undefined> {
    const request = about(urn, new proto.DiffRequest());
    request.setOldInputs(toStruct(olds));
    request.setOlds(toStruct(olds));
    request.setNews(toStruct(news));
    const response = await optional(call<proto.DiffResponse>((done) => this.plugin.client.diffConfig(request, done)));
    return response && toDiff(response);
  }
}

function toDiff(response: proto.DiffResponse): Diff {
  const { ADD_REPLACE, DELETE_REPLACE, UPDATE_REPLACE } = proto.PropertyDiff.Kind;
  const kinds: number[] = [ADD_REPLACE, DELETE_REPLACE, UPDATE_REPLACE];
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  const changes = { [DIFF_NONE]: "none", [DIFF_SOME]: "some" } as const;
  const replaces = response.getReplacesList();
  response.getDetaileddiffMap().forEach((diff, key) => {
    if (kinds.includes(diff.getKind())) replaces.push(key);
  });
  return {
    changes: changes[response.getChanges() as keyof typeof changes] ?? "unknown",
    replaces,
    changed: response.getDiffsList(),
    deleteBeforeReplace: response.getDeletebeforereplace(),
  };
}

function initFailure(error: Partial<ServiceError>): proto.ErrorResourceInitFailed | undefined {
  const metadata: Metadata | undefined = error.metadata;
  const [details] = metadata?.get("grpc-status-details-bin") ?? [];
  if (!Buffer.isBuffer(details)) return undefined;
  const [any] = Status.deserializeBinary(details).getDetailsList();
  return (
    any?.unpack(
      (bytes) => proto.ErrorResourceInitFailed.deserializeBinary(bytes),
      "pulumirpc.ErrorResourceInitFailed",
    ) ?? undefined
  );
}
