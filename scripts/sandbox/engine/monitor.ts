import { type handleUnaryCall, Server, ServerCredentials, status } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as engine from "@pulumi/pulumi/proto/engine_pb";
import { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Deployment, Registration } from "./deployment";
import type { Severity } from "./display";
import { messageOf, Reported } from "./errors";
import { type Goal, goalOf } from "./goal";
import { fromStruct, toStruct } from "./provider";
import type { Providers } from "./providers";
import type { Stage } from "./stage";
import { isStack, packageOf } from "./urn";
import { hasAsset, hasUnknown, type Properties } from "./values";

interface MonitorOptions {
  stage: Stage;
  deployment: Deployment;
  providers: Providers;
}

/** What the SDK may rely on. It works out aliases itself where the monitor doesn't, and keeps to plain values. */
const FEATURES = ["secrets", "resourceReferences", "deletedWith"];

const GET_RESOURCE = "pulumi:pulumi:getResource";
const READ_STACK_OUTPUTS = "pulumi:pulumi:readStackOutputs";

/** The services that a running program talks to. */
export class Monitor {
  readonly #server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  #root = "";
  /** Outputs of the stack itself, once the program has registered them. */
  outputs: Properties | undefined;

  /** Listens on a free port of loopback and returns the address. */
  async listen(): Promise<string> {
    const port = await new Promise<number>((resolve, reject) =>
      this.#server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    return `127.0.0.1:${port}`;
  }

  constructor(private readonly options: MonitorOptions) {
    const { display } = options.stage;
    this.#server.addService(ResourceMonitorService, {
      supportsFeature: serve((request: proto.SupportsFeatureRequest) =>
        new proto.SupportsFeatureResponse().setHassupport(FEATURES.includes(request.getId())),
      ),
      registerResource: serve((request: proto.RegisterResourceRequest) => this.#orEnd(this.#register(request))),
      registerResourceOutputs: serve((request: proto.RegisterResourceOutputsRequest) => this.#setOutputs(request)),
      readResource: serve((request: proto.ReadResourceRequest) => this.#orEnd(this.#read(request))),
      invoke: serve((request: proto.ResourceInvokeRequest) => this.#invoke(request)),
      signalAndWaitForShutdown: serve(() => new Empty()),
      ...refuse("call", "methods of component providers"),
      ...refuse("registerStackTransform", "transforms"),
      ...refuse("registerStackInvokeTransform", "invoke transforms"),
      ...refuse("registerResourceHook", "resource hooks"),
      ...refuse("registerErrorHook", "error hooks"),
      ...refuse("registerPackage", "parameterized packages"),
      getDeploymentInfo: unimplemented,
    });
    const severities: Record<number, Severity> = { 1: "info", 2: "warning", 3: "error" };
    this.#server.addService(EngineService, {
      log: serve((request: engine.LogRequest) => {
        const severity = severities[request.getSeverity()];
        if (severity) display.log(severity, request.getUrn() || this.#root, request.getMessage());
        return new Empty();
      }),
      getRootResource: serve(() => new engine.GetRootResourceResponse().setUrn(this.#root)),
      setRootResource: serve((request: engine.SetRootResourceRequest) => {
        this.#root = request.getUrn();
        return new engine.SetRootResourceResponse();
      }),
      requirePulumiVersion: serve(() => new engine.RequirePulumiVersionResponse()),
      startDebugging: unimplemented,
    });
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  /** Ends the program where it can't go on: by this status the SDK knows that the reason has been told. */
  async #orEnd<T>(response: Promise<T>): Promise<T> {
    try {
      return await response;
    } catch (error) {
      const { work } = this.options.stage;
      if (!(error instanceof Reported)) work.fail(this.#root, messageOf(error));
      throw Object.assign(new Error("the operation ends here"), { code: status.UNAVAILABLE });
    }
  }

  async #register(request: proto.RegisterResourceRequest): Promise<proto.RegisterResourceResponse> {
    const goal = toGoal(request);
    const registration = await this.options.deployment.register(goal);
    const { urn, state } = registration;
    if (state && isStack(goal.type)) this.#root = urn;
    const response = new proto.RegisterResourceResponse();
    response.setUrn(urn);
    response.setResult(resultOf(registration));
    response.setId(state?.id ?? "");
    response.setObject(toStruct(state?.outputs ?? {}));
    return response;
  }

  async #setOutputs(request: proto.RegisterResourceOutputsRequest): Promise<Empty> {
    const { preview, snapshot } = this.options.stage;
    const outputs = fromStruct(request.getOutputs());
    const resource = snapshot.news.find((candidate) => candidate.urn === request.getUrn());
    // Without a preview, an unknown comes from a failed resource; what was there before is the better knowledge.
    if (!resource || (!preview && hasUnknown(outputs))) return new Empty();
    if (isStack(resource.type)) {
      this.outputs = outputs;
      return new Empty();
    }
    resource.outputs = outputs;
    snapshot.touch();
    return new Empty();
  }

  /**
   * Gives the stack the outputs that the program ended with. After a failure one that is missing may just not have been reached:
   * the old one stays.
   */
  settleOutputs(before: Properties, failed: boolean): void {
    const { snapshot } = this.options.stage;
    const root = snapshot.news.find((resource) => isStack(resource.type));
    if (!root || !this.outputs) return;
    this.outputs = failed ? { ...before, ...this.outputs } : this.outputs;
    root.outputs = this.outputs;
    snapshot.touch();
  }

  async #read(request: proto.ReadResourceRequest): Promise<proto.ReadResourceResponse> {
    const { urn, state } = await this.options.deployment.read(
      goalOf({
        type: request.getType(),
        name: request.getName(),
        parent: request.getParent(),
        inputs: fromStruct(request.getProperties()),
        dependencies: request.getDependenciesList(),
        provider: request.getProvider(),
        version: request.getVersion(),
        additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
      }),
      request.getId(),
    );
    if (!state) throw new Reported();
    return new proto.ReadResourceResponse().setUrn(urn).setProperties(toStruct(state.outputs ?? {}));
  }

  async #invoke(request: proto.ResourceInvokeRequest): Promise<InvokeResponse> {
    const { deployment, providers } = this.options;
    const [token, args] = [request.getTok(), fromStruct(request.getArgs())];
    const response = new InvokeResponse();
    if (token === GET_RESOURCE) return response.setReturn(toStruct(this.#getResource(String(args.urn))));
    const ref = request.getProvider() || (await deployment.defaultProvider(packageOf(token), request.getVersion()));
    if (token === READ_STACK_OUTPUTS) return response.setReturn(toStruct(await providers.stackReferences.invoke(args)));
    return response.setReturn(toStruct(await (await providers.get(ref)).invoke(token, args)));
  }

  #getResource(urn: string): Properties {
    const resource = this.options.stage.snapshot.news.find((candidate) => candidate.urn === urn);
    if (!resource) throw new Error(`unknown resource '${urn}'`);
    return { urn, id: resource.id ?? "", state: resource.outputs ?? {} };
  }
}

function resultOf({ state, skipped }: Registration): proto.Result {
  if (state) return proto.Result.SUCCESS;
  return skipped ? proto.Result.SKIP : proto.Result.FAIL;
}

/** Resource options and features that the engine doesn't have, as the request would carry them. */
function unsupported(request: proto.RegisterResourceRequest): string[] {
  const used: Record<string, boolean> = {
    "remote components": request.getRemote(),
    transforms: request.getTransformsList().length > 0,
    import: request.getImportid() !== "",
    hooks: Object.values(request.getHooks()?.toObject() ?? {}).some((names) => names.length > 0),
    replaceWith: request.getReplaceWithList().length > 0,
    replacementTrigger: request.hasReplacementTrigger(),
    hideDiffs: request.getHidediffsList().length > 0,
    envVarMappings: request.getEnvvarmappingsMap().getLength() > 0,
    pluginDownloadURL: request.getPlugindownloadurl() !== "",
    "parameterized packages": request.getPackageref() !== "",
    "assets and archives": hasAsset(fromStruct(request.getObject())),
  };
  return Object.keys(used).filter((name) => used[name]);
}

function toGoal(request: proto.RegisterResourceRequest): Goal {
  const missing = unsupported(request);
  if (missing.length > 0) {
    throw new Error(
      `${request.getType()} '${request.getName()}' uses what the sandbox doesn't support: ${missing.join(", ")}`,
    );
  }
  const propertyDependencies: Record<string, string[]> = {};
  request.getPropertydependenciesMap().forEach((urns, key) => (propertyDependencies[key] = urns.getUrnsList()));
  return {
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    parent: request.getParent(),
    inputs: fromStruct(request.getObject()),
    provider: request.getProvider(),
    version: request.getVersion(),
    protect: request.getProtect() ?? false,
    dependencies: request.getDependenciesList(),
    propertyDependencies,
    deleteBeforeReplace: request.getDeletebeforereplacedefined() ? request.getDeletebeforereplace() : undefined,
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: request.getAliasurnsList(),
    customTimeouts: timeouts(request.getCustomtimeouts()),
    retainOnDelete: request.getRetainondelete() ?? false,
    deletedWith: request.getDeletedwith(),
  };
}

function timeouts(request: proto.RegisterResourceRequest.CustomTimeouts | undefined): Goal["customTimeouts"] {
  const texts = { create: request?.getCreate(), update: request?.getUpdate(), delete: request?.getDelete() };
  const seconds = Object.entries(texts).flatMap(([key, text]) => (text ? [[key, toSeconds(text)]] : []));
  return Object.fromEntries(seconds) as Goal["customTimeouts"];
}

/** Seconds of a Go duration such as `1h30m` or `45s`. */
function toSeconds(text: string): number {
  const units: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 1e-3 };
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[hms])/g)];
  if (parts.map(([part]) => part).join("") !== text) {
    throw new Error(`custom timeout '${text}' isn't a duration such as 30s, 10m or 1h30m`);
  }
  return parts.reduce((total, [, number, unit]) => total + Number(number) * units[unit], 0);
}

/** A unary handler from a plain function; what it throws reaches the caller as the message. */
function serve<Q, R>(handler: (request: Q) => R | Promise<R>): handleUnaryCall<Q, R> {
  return (call, callback) => {
    const answer = async (): Promise<R> => handler(call.request);
    answer().then(
      (response) => callback(null, response),
      (error: unknown) => {
        const { code = status.UNKNOWN } = error as { code?: status };
        callback({ code, details: messageOf(error) });
      },
    );
  };
}

const unimplemented: handleUnaryCall<unknown, unknown> = (_call, callback) => callback({ code: status.UNIMPLEMENTED });

function refuse(method: string, feature: string): Record<string, handleUnaryCall<unknown, unknown>> {
  return {
    [method]: (_call, callback) =>
      callback({ code: status.UNIMPLEMENTED, details: `the sandbox doesn't support ${feature}` }),
  };
}
