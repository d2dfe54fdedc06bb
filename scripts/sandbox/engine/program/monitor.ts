import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as engine from "@pulumi/pulumi/proto/engine_pb";
import { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Deployment } from "../deployment/deployment";
import type { Severity } from "../deployment/display";
import type { Stage } from "../deployment/work";
import { ensure, messageOf, Missing } from "../errors";
import { fill, fromStruct, toStruct } from "../providers/messages";
import { unlimited } from "../providers/plugin";
import type { ResourceState } from "../state/state";
import { isStack, packageOf } from "../state/urn";
import { hasUnknown, type Properties } from "../state/values";
import { readGoal, toGoal } from "./requests";

/** What the SDK may rely on. It works out aliases itself where the monitor doesn't, and keeps to plain values. */
const features = ["secrets", "deletedWith"];

const severities: Record<number, Severity> = { 1: "info", 2: "warning", 3: "error" };

/** The services that a running program and the plugins talk to. */
export class Monitor {
  private readonly server = new Server(unlimited);
  private root = "";
  /** Outputs of the stack itself, once the program has registered them. */
  private outputs: Properties | undefined;
  private stage!: Stage;
  private deployment!: Deployment;

  constructor() {
    this.server.addService(ResourceMonitorService, {
      ...everyMethod(ResourceMonitorService),
      supportsFeature: serve((request: proto.SupportsFeatureRequest) =>
        new proto.SupportsFeatureResponse().setHassupport(features.includes(request.getId())),
      ),
      registerResource: serve((request: proto.RegisterResourceRequest) => this.register(request)),
      registerResourceOutputs: serve((request: proto.RegisterResourceOutputsRequest) => this.setOutputs(request)),
      readResource: serve((request: proto.ReadResourceRequest) => this.read(request)),
      invoke: serve((request: proto.ResourceInvokeRequest) => this.invoke(request)),
      signalAndWaitForShutdown: serve(() => new Empty()),
    });
    this.server.addService(EngineService, {
      ...everyMethod(EngineService),
      log: serve((request: engine.LogRequest) => {
        const severity = severities[request.getSeverity()];
        if (severity) {
          this.stage.display.log(severity, request.getUrn() || this.root, request.getMessage());
        }
        return new Empty();
      }),
      getRootResource: serve(() => new engine.GetRootResourceResponse().setUrn(this.root)),
      setRootResource: serve((request: engine.SetRootResourceRequest) => {
        this.root = request.getUrn();
        return new engine.SetRootResourceResponse();
      }),
      requirePulumiVersion: serve(() => new engine.RequirePulumiVersionResponse()),
    });
  }

  /** Listens on a free port of loopback and returns the address. */
  async listen(): Promise<string> {
    const port = await new Promise<number>((resolve, reject) =>
      this.server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    return `127.0.0.1:${port}`;
  }

  serve(stage: Stage, deployment: Deployment): void {
    this.stage = stage;
    this.deployment = deployment;
  }

  stop(): void {
    this.server.forceShutdown();
  }

  /** Ends the program where it can't go on: by this status the SDK knows that the reason has been shown. */
  private async orEnd(registration: () => Promise<ResourceState | undefined>): Promise<ResourceState> {
    const { work } = this.stage;
    const state = await registration().catch((error: unknown) => work.fail(this.root, error));
    if (!state) {
      throw Object.assign(new Error("the operation ends here"), { code: status.UNAVAILABLE });
    }
    return state;
  }

  private async register(request: proto.RegisterResourceRequest): Promise<proto.RegisterResourceResponse> {
    const state = await this.orEnd(async () => this.deployment.register(toGoal(request)));
    if (isStack(state.type)) {
      this.root = state.urn;
    }
    return fill(new proto.RegisterResourceResponse(), {
      urn: state.urn,
      id: state.id ?? "",
      object: toStruct(state.outputs),
      result: proto.Result.SUCCESS,
    });
  }

  private setOutputs(request: proto.RegisterResourceOutputsRequest): Empty {
    const { preview, snapshot } = this.stage;
    const outputs = fromStruct(request.getOutputs());
    const resource = snapshot.news.find((candidate) => candidate.urn === request.getUrn());
    // Outside of a preview an unknown comes from a resource that was left out; what was there before is the better knowledge.
    if (resource && (preview || !hasUnknown(outputs))) {
      if (isStack(resource.type)) {
        this.outputs = outputs;
      } else {
        resource.outputs = outputs;
      }
    }
    return new Empty();
  }

  /**
   * Gives the stack the outputs that the program ended with, and returns them. After a failure one that is missing may just not have
   * been reached: the old one stays.
   */
  settleOutputs(before: Properties): Properties | undefined {
    const { snapshot, work } = this.stage;
    const root = snapshot.news.find((resource) => isStack(resource.type));
    if (root && this.outputs) {
      root.outputs = work.failed ? { ...before, ...this.outputs } : this.outputs;
    }
    return root?.outputs;
  }

  private async read(request: proto.ReadResourceRequest): Promise<proto.ReadResourceResponse> {
    const { urn, outputs } = await this.orEnd(async () => this.deployment.read(readGoal(request), request.getId()));
    return fill(new proto.ReadResourceResponse(), { urn, properties: toStruct(outputs) });
  }

  private async invoke(request: proto.ResourceInvokeRequest): Promise<InvokeResponse> {
    const { providers } = this.stage;
    const [token, args] = [request.getTok(), fromStruct(request.getArgs())];
    if (packageOf(token) === "pulumi") {
      return new InvokeResponse().setReturn(toStruct(await this.builtin(token, args)));
    }
    const ref =
      request.getProvider() || (await this.deployment.defaultProvider(packageOf(token), request.getVersion()));
    return new InvokeResponse().setReturn(toStruct(await (await providers.get(ref)).invoke(token, args)));
  }

  private async builtin(token: string, { name }: Properties): Promise<Properties> {
    ensure(token === "pulumi:pulumi:readStackOutputs", new Missing(`the function ${token}`));
    return { name, outputs: await this.stage.providers.stackReferences.outputs(String(name)) };
  }
}

/** A unary handler from a plain function; what it throws reaches the caller as the message. */
function serve<Q, R>(handler: (request: Q) => R | Promise<R>): handleUnaryCall<Q, R> {
  return (call, callback) => {
    const answer = async (): Promise<R> => handler(call.request);
    answer().then(
      (response) => callback(null, response),
      (error: Partial<{ code: status }>) => callback({ code: error.code ?? status.UNKNOWN, details: messageOf(error) }),
    );
  };
}

/** Refuses every method of a service. */
function everyMethod(service: object): UntypedServiceImplementation {
  const refusal = (name: string): handleUnaryCall<unknown, unknown> => {
    const details = new Missing(`the call '${name}' of a program`).message;
    return (_call, callback) => callback({ code: status.UNIMPLEMENTED, details });
  };
  return Object.fromEntries(Object.keys(service).map((name) => [name, refusal(name)]));
}
