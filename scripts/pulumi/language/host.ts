import { type ChildProcess } from "node:child_process";
import { type handleUnaryCall, Server, ServerCredentials, type ServerWritableStream, status } from "@grpc/grpc-js";
import { version } from "@pulumi/pulumi/package.json";
import { type ILanguageRuntimeServer, LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import {
  GetRequiredPackagesResponse,
  LanguageHandshakeResponse,
  type RunPluginRequest,
  RunPluginResponse,
  type RunRequest,
  RunResponse,
} from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { startPolicyPack } from "./policy-pack";
import { alreadyReported, startProgram } from "./program";

/**
 * A language host for Node.js, by Pulumi's own protocol, for a command that was built without one
 * (https://github.com/pulumi/pulumi/blob/master/proto/pulumi/language.proto). What isn't here, it doesn't offer.
 */
type Offered = "handshake" | "getPluginInfo" | "getRequiredPackages" | "run" | "runPlugin" | "cancel";

/** Has a running program end with this process. */
const programs = new Set<ChildProcess>();

export function serve(args: string[]): void {
  let engine = args.find((arg) => !arg.startsWith("-")) ?? "";

  const service: Pick<ILanguageRuntimeServer, Offered> = {
    handshake: unary((request) => {
      engine = request.getEngineAddress() || engine;
      return new LanguageHandshakeResponse();
    }),
    getPluginInfo: unary(() => new PluginInfo().setVersion(version)),
    // None to install ahead: each resource names its plugin when it is registered.
    getRequiredPackages: unary(() => new GetRequiredPackagesResponse()),
    run: unary((request) => run(request, engine)),
    runPlugin,
    cancel: unary(() => {
      programs.forEach((program) => program.kill());
      return new Empty();
    }),
  };

  const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
  const server = new Server(unlimited);
  server.addService(LanguageRuntimeService, service);
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) {
      throw error;
    }
    console.log(port);
  });
  // An engine that is gone, however it ended, has closed its end of the pipe.
  process.stdin.on("end", () => process.exit()).resume();
  process.on("exit", () => programs.forEach((program) => program.kill("SIGKILL")));
}

function run(request: RunRequest, engine: string): Promise<RunResponse> {
  const info = request.getInfo();
  const config = request.getConfigMap().toObject(false);
  const program = startProgram(
    {
      folder: info?.getProgramDirectory() ?? request.getPwd(),
      entry: info?.getEntryPoint() ?? ".",
      root: info?.getRootDirectory() ?? request.getPwd(),
      options: info?.getOptions()?.toJavaScript() ?? {},
      organization: request.getOrganization(),
      project: request.getProject(),
      stack: request.getStack(),
      config: Object.fromEntries(config),
      secretKeys: request.getConfigsecretkeysList(),
      monitor: request.getMonitorAddress(),
      engine,
      preview: request.getDryrun(),
      parallel: request.getParallel(),
    },
    ["ignore", "inherit", "inherit"],
  );
  programs.add(program);
  return new Promise((resolve, reject) => {
    program.once("error", reject);
    program.once("close", (code) => {
      programs.delete(program);
      resolve(ended(code));
    });
  });
}

/** Runs a policy pack, the only plugin in TypeScript that is run here: what it prints, the address of its service first, goes to the engine. */
function runPlugin(call: ServerWritableStream<RunPluginRequest, RunPluginResponse>): void {
  const { request } = call;
  if (request.getKind() !== "analyzer") {
    call.emit("error", {
      code: status.UNIMPLEMENTED,
      details: `This host runs no plugins of the kind ${request.getKind()}.`,
    });
    return;
  }
  const folder = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const pack = startPolicyPack({ folder, args: request.getArgsList(), env: request.getEnvList() });
  programs.add(pack);
  pack.stdout?.on("data", (text: Buffer) => call.write(new RunPluginResponse().setStdout(text)));
  pack.stderr?.on("data", (text: Buffer) => call.write(new RunPluginResponse().setStderr(text)));
  pack.once("error", (error) => call.emit("error", { code: status.INTERNAL, details: error.message }));
  pack.once("close", (code) => {
    programs.delete(pack);
    call.write(new RunPluginResponse().setExitcode(code ?? 1));
    call.end();
  });
  call.once("cancelled", () => pack.kill());
}

function ended(code: number | null): RunResponse {
  const response = new RunResponse();
  if (code === alreadyReported) {
    return response.setBail(true);
  }
  return code === 0 ? response : response.setError(`Program exited with non-zero exit code: ${code}`);
}

function unary<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve(call.request)
      .then(answer)
      .then((response) => callback(null, response), callback);
  };
}
