import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type Change, changes } from "./diff";
import { type Definition, IncompleteResource, Provider } from "./provider";
import { isUnknown, type Problem, type Properties } from "./resource";
import { unwrap, wrap } from "./values";

/** Messages are as large as a stack's largest resource; the protocol's own limit is the same. */
const maxMessageBytes = 400 * 1024 * 1024;
const parentCheckMilliseconds = 2000;

/** What the engine adds to the settings of every provider for itself. */
const engineSettings = ["version", "pluginDownloadURL"];

/** Serves a plugin to the engine that started this process, until that engine is gone. */
export function serve<Account>(definition: Definition<Account>): void {
  console.log = console.error; // The engine reads the port from standard output, and nothing else may be there.
  const server = new grpc.Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  server.addService(ResourceProviderService, handlers(definition));
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });
  const engine = process.ppid;
  setInterval(() => {
    if (process.ppid !== engine) process.exit();
  }, parentCheckMilliseconds).unref();
}

/** The methods of the plugin protocol; the service declares which there are. */
export function handlers<Account>(definition: Definition<Account>): grpc.UntypedServiceImplementation {
  let configured: Provider<Account> | undefined;
  const provider = () => {
    if (!configured) throw new Error(`The ${definition.name} provider isn't configured.`);
    return configured;
  };
  const outputs = async (urn: string, properties: Properties, secrets: Iterable<string>) =>
    struct(wrap(properties, [...secrets, ...(await provider().secrets(urn))]));

  return {
    handshake: unary<rpc.ProviderHandshakeRequest, rpc.ProviderHandshakeResponse>(() =>
      new rpc.ProviderHandshakeResponse().setAcceptSecrets(true),
    ),

    getPluginInfo: unary<Empty, PluginInfo>(() => new PluginInfo().setVersion(definition.version)),

    getSchema: unary<rpc.GetSchemaRequest, rpc.GetSchemaResponse>(() =>
      new rpc.GetSchemaResponse().setSchema(JSON.stringify({ name: definition.name, version: definition.version })),
    ),

    checkConfig: unary<rpc.CheckRequest, rpc.CheckResponse>((request) => {
      const { properties } = received(request.getNews());
      const problems = Object.keys(properties)
        .filter((property) => !(property in definition.settings) && !engineSettings.includes(property))
        .map((property) => ({
          property,
          reason: `isn't a setting that the sandbox's ${definition.name} provider has`,
        }));
      return new rpc.CheckResponse().setInputs(request.getNews()).setFailuresList(problems.map(failure));
    }),

    diffConfig: unary<rpc.DiffRequest, rpc.DiffResponse>((request) => {
      const olds = received(request.getOldInputs() ?? request.getOlds()).properties;
      const found = changes(olds, received(request.getNews()).properties, request.getIgnorechangesList());
      return difference(found.map((change) => ({ ...change, replaces: false })));
    }),

    configure: unary<rpc.ConfigureRequest, rpc.ConfigureResponse>(async (request) => {
      const settings = parsed(definition, received(request.getArgs()).properties);
      const resumed = new Set((process.env.SANDBOX_RESUME ?? "").split(",").filter(Boolean));
      configured = new Provider(definition, await definition.configure(settings), resumed);
      return new rpc.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    }),

    check: unary<rpc.CheckRequest, rpc.CheckResponse>(async (request) => {
      const news = received(request.getNews());
      const olds = received(request.getOlds()).properties;
      const target = { urn: request.getUrn() };
      const [inputs, problems] = await provider().check(target, olds, news.properties, request.getRandomseed_asU8());
      return new rpc.CheckResponse()
        .setInputs(struct(wrap(inputs, news.secrets)))
        .setFailuresList(problems.map(failure));
    }),

    diff: unary<rpc.DiffRequest, rpc.DiffResponse>(async (request) => {
      const olds = received(request.getOldInputs() ?? request.getOlds()).properties;
      const news = received(request.getNews()).properties;
      const target = { urn: request.getUrn() };
      const found = await provider().diff(target, olds, news, request.getIgnorechangesList());
      return difference(found.changes).setDeletebeforereplace(found.deleteBeforeReplace);
    }),

    create: unary<rpc.CreateRequest, rpc.CreateResponse>(async (request) => {
      const urn = request.getUrn();
      const { properties, secrets } = received(request.getProperties());
      if (request.getPreview()) return new rpc.CreateResponse().setProperties(await outputs(urn, properties, secrets));
      const target = { urn, timeoutSeconds: request.getTimeout() };
      const created = await keeping(urn, secrets, () => provider().create(target, properties));
      return new rpc.CreateResponse().setId(created.id).setProperties(await outputs(urn, created.outputs, secrets));
    }),

    read: unary<rpc.ReadRequest, rpc.ReadResponse>(async (request) => {
      const urn = request.getUrn();
      const inputs = received(request.getInputs());
      const olds = received(request.getProperties());
      const found = await provider().read({ urn }, request.getId(), inputs.properties, olds.properties);
      if (!found) return new rpc.ReadResponse();
      return new rpc.ReadResponse()
        .setId(request.getId())
        .setInputs(struct(wrap(found.inputs, inputs.secrets)))
        .setProperties(await outputs(urn, found.outputs, [...inputs.secrets, ...olds.secrets]));
    }),

    update: unary<rpc.UpdateRequest, rpc.UpdateResponse>(async (request) => {
      const urn = request.getUrn();
      const news = received(request.getNews());
      const olds = received(request.getOlds()).properties;
      const oldInputs = received(request.getOldInputs()).properties;
      const computed = Object.fromEntries(Object.entries(olds).filter(([key]) => !(key in oldInputs)));
      const target = { urn, timeoutSeconds: request.getTimeout() };
      const updated = request.getPreview()
        ? { ...computed, ...news.properties }
        : await keeping(urn, news.secrets, () =>
            provider().update(target, request.getId(), news.properties, { ...olds, ...oldInputs }, computed),
          );
      return new rpc.UpdateResponse().setProperties(await outputs(urn, updated, news.secrets));
    }),

    delete: unary<rpc.DeleteRequest, Empty>(async (request) => {
      const target = { urn: request.getUrn(), timeoutSeconds: request.getTimeout() };
      await provider().delete(target, request.getId(), received(request.getProperties()).properties);
      return new Empty();
    }),

    invoke: unary<rpc.InvokeRequest, rpc.InvokeResponse>(async (request) => {
      const args = received(request.getArgs());
      const found = await provider().invoke(request.getTok(), args.properties);
      return new rpc.InvokeResponse().setReturn(struct(wrap(found, args.secrets)));
    }),

    cancel: unary<Empty, Empty>(() => {
      configured?.cancel();
      return new Empty();
    }),
  };

  /** Tells the engine about a resource that exists in spite of the error, so that it isn't lost. */
  async function keeping<T>(urn: string, secrets: Iterable<string>, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof IncompleteResource)) throw error;
      const detail = new rpc.ErrorResourceInitFailed()
        .setId(error.id)
        .setProperties(await outputs(urn, error.outputs, secrets))
        .setReasonsList([error.message]);
      throw withDetail(error.message, detail);
    }
  }
}

function unary<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const answered = Promise.resolve(call.request).then(answer);
    answered.then(
      (response) => callback(null, response),
      (error: Error & Partial<grpc.StatusObject>) =>
        callback({ code: grpc.status.UNKNOWN, details: error.message, metadata: error.metadata }),
    );
  };
}

/** Details of an error travel in this header, as a serialized status. */
function withDetail(message: string, detail: rpc.ErrorResourceInitFailed): Error {
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(message).setDetailsList([packed]);
  const metadata = new grpc.Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return Object.assign(new Error(message), { metadata });
}

function difference(found: readonly (Change & { replaces: boolean })[]): rpc.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = rpc.DiffResponse.DiffChanges;
  const response = new rpc.DiffResponse().setHasdetaileddiff(true).setChanges(found.length ? DIFF_SOME : DIFF_NONE);
  for (const { path, kind, replaces } of found) {
    const key = `${kind}${replaces ? "_replace" : ""}`.toUpperCase() as keyof typeof rpc.PropertyDiff.Kind;
    response
      .getDetaileddiffMap()
      .set(path, new rpc.PropertyDiff().setKind(rpc.PropertyDiff.Kind[key]).setInputdiff(true));
  }
  return response
    .setDiffsList([...new Set(found.map(({ input }) => input))])
    .setReplacesList([...new Set(found.filter(({ replaces }) => replaces).map(({ input }) => input))]);
}

function failure({ property, reason }: Problem): rpc.CheckFailure {
  return new rpc.CheckFailure().setProperty(property).setReason(reason);
}

function received(properties: Struct | undefined) {
  return unwrap(properties?.toJavaScript());
}

function struct(properties: Properties): Struct {
  return Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);
}

function parsed<Account>(definition: Definition<Account>, settings: Properties): Properties {
  const unknowns = Object.keys(settings).filter((key) => isUnknown(settings[key]));
  if (unknowns.length)
    throw new Error(`The ${definition.name} provider needs ${unknowns.join(", ")} before it can preview.`);
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      key,
      definition.settings[key] === "json" && typeof value === "string" ? (JSON.parse(value) as unknown) : value,
    ]),
  );
}
