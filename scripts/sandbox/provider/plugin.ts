import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { type IResourceProviderServer, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type Definition, type Difference, IncompleteResource, Provider } from "./provider";
import { isUnknown, type Problem, type Properties } from "./resource";
import { unwrap, type Unwrapped, wrap } from "./values";

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

/** The methods of the plugin protocol that an engine can't do without. */
export function handlers<Account>(definition: Definition<Account>): grpc.UntypedServiceImplementation {
  let configured: Provider<Account> | undefined;
  const provider = () => {
    if (!configured) throw new Error(`The ${definition.name} provider isn't configured.`);
    return configured;
  };
  const outputs = async (urn: string, properties: Properties, secrets: Iterable<string>) =>
    struct(properties, [...secrets, ...(await provider().secrets(urn))]);

  /** Tells the engine about a resource that exists in spite of the error, so that it isn't lost. */
  const keeping = async <T>(urn: string, secrets: Iterable<string>, write: () => Promise<T>): Promise<T> => {
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
  };

  return {
    handshake: unary(() => new rpc.ProviderHandshakeResponse().setAcceptSecrets(true)),

    getPluginInfo: unary(() => new PluginInfo().setVersion(definition.version)),

    checkConfig: unary((request) => {
      const problems = Object.keys(received(request.getNews()).properties)
        .filter((property) => !(property in definition.settings) && !engineSettings.includes(property))
        .map((property) => ({
          property,
          reason: `isn't a setting that the sandbox's ${definition.name} provider has`,
        }));
      return new rpc.CheckResponse().setInputs(request.getNews()).setFailuresList(problems.map(failure));
    }),

    configure: unary(async (request) => {
      const settings = parsed(definition, received(request.getArgs()).properties);
      configured = new Provider(definition, await definition.configure(settings));
      return new rpc.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    }),

    check: unary(async (request) => {
      const news = received(request.getNews());
      const olds = received(request.getOlds()).properties;
      const seed = request.getRandomseed_asU8();
      const [inputs, problems] = await provider().check({ urn: request.getUrn() }, olds, news.properties, seed);
      return new rpc.CheckResponse().setInputs(struct(inputs, news.secrets)).setFailuresList(problems.map(failure));
    }),

    diff: unary(async (request) => {
      const [olds, news] = [received(request.getOldInputs()).properties, received(request.getNews()).properties];
      return difference(await provider().diff({ urn: request.getUrn() }, olds, news, request.getIgnorechangesList()));
    }),

    create: unary(async (request) => {
      const urn = request.getUrn();
      const { properties, secrets } = received(request.getProperties());
      if (request.getPreview()) return new rpc.CreateResponse().setProperties(await outputs(urn, properties, secrets));
      const target = { urn, timeoutSeconds: request.getTimeout() };
      const created = await keeping(urn, secrets, () => provider().create(target, properties));
      return new rpc.CreateResponse().setId(created.id).setProperties(await outputs(urn, created.outputs, secrets));
    }),

    read: unary(async (request) => {
      const urn = request.getUrn();
      const [inputs, olds] = [received(request.getInputs()), received(request.getProperties())];
      const found = await provider().read({ urn }, request.getId(), inputs.properties, olds.properties);
      if (!found) return new rpc.ReadResponse();
      return new rpc.ReadResponse()
        .setId(request.getId())
        .setInputs(struct(found.inputs, inputs.secrets))
        .setProperties(await outputs(urn, found.outputs, [...inputs.secrets, ...olds.secrets]));
    }),

    update: unary(async (request) => {
      const urn = request.getUrn();
      const { properties, secrets } = received(request.getNews());
      const olds = received(request.getOlds()).properties;
      const oldInputs = received(request.getOldInputs()).properties;
      const computed = Object.fromEntries(Object.entries(olds).filter(([key]) => !(key in oldInputs)));
      const target = { urn, timeoutSeconds: request.getTimeout() };
      const all = { ...olds, ...oldInputs };
      const updated = request.getPreview()
        ? { ...computed, ...properties }
        : await keeping(urn, secrets, () => provider().update(target, request.getId(), properties, all, computed));
      return new rpc.UpdateResponse().setProperties(await outputs(urn, updated, secrets));
    }),

    delete: unary(async (request) => {
      const target = { urn: request.getUrn(), timeoutSeconds: request.getTimeout() };
      await provider().delete(target, request.getId(), received(request.getProperties()).properties);
      return new Empty();
    }),

    invoke: unary(async (request) => {
      const { properties, secrets } = received(request.getArgs());
      return new rpc.InvokeResponse().setReturn(struct(await provider().invoke(request.getTok(), properties), secrets));
    }),

    cancel: unary(() => {
      configured?.cancel();
      return new Empty();
    }),
  } satisfies Partial<IResourceProviderServer>;
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

function difference({ changes, deleteBeforeReplace }: Difference): rpc.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = rpc.DiffResponse.DiffChanges;
  const response = new rpc.DiffResponse().setHasdetaileddiff(true).setDeletebeforereplace(deleteBeforeReplace);
  for (const { path, kind, replaces } of changes) {
    const key = `${kind}${replaces ? "_replace" : ""}`.toUpperCase() as keyof typeof rpc.PropertyDiff.Kind;
    const detail = new rpc.PropertyDiff().setKind(rpc.PropertyDiff.Kind[key]).setInputdiff(true);
    response.getDetaileddiffMap().set(path, detail);
  }
  return response
    .setChanges(changes.length ? DIFF_SOME : DIFF_NONE)
    .setDiffsList([...new Set(changes.map(({ input }) => input))])
    .setReplacesList([...new Set(changes.filter(({ replaces }) => replaces).map(({ input }) => input))]);
}

function failure({ property, reason }: Problem): rpc.CheckFailure {
  return new rpc.CheckFailure().setProperty(property).setReason(reason);
}

function received(properties: Struct | undefined): Unwrapped {
  return unwrap(properties?.toJavaScript());
}

function struct(properties: Properties, secrets: Iterable<string>): Struct {
  return Struct.fromJavaScript(wrap(properties, secrets) as Record<string, JavaScriptValue>);
}

function parsed<Account>({ name, settings }: Definition<Account>, given: Properties): Properties {
  const unknowns = Object.keys(given).filter((key) => isUnknown(given[key]));
  if (unknowns.length) throw new Error(`The ${name} provider needs ${unknowns.join(", ")} before it can preview.`);
  const isText = (key: string, value: unknown) => settings[key] === "json" && typeof value === "string";
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [
      key,
      isText(key, value) ? (JSON.parse(String(value)) as unknown) : value,
    ]),
  );
}
