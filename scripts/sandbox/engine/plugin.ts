import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { credentials, type ServiceError, status } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ProviderHandshakeRequest, type ProviderHandshakeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

/** Where the sandbox's own plugins are, for a PATH that doesn't name them. */
const OWN_PLUGINS = join(__dirname, "..", "plugins", "bin");

/** Resources that a program implements itself. */
const DYNAMIC = "pulumi-nodejs";

/** What a plugin process is started with, beyond its package. */
export interface PluginHost {
  engineAddress: string;
  /** The folder of the program, from which its own SDK is resolved. */
  programFolder: string;
  /** URNs whose creation a killed deployment may have completed; a plugin adopts what it finds for them. */
  resume: readonly string[];
}

function command(pkg: string, programFolder: string): [string, string[]] {
  if (pkg === DYNAMIC) {
    const sdk = createRequire(join(programFolder, "package.json"));
    const exitWithEngine = "process.stdin.on('end', () => process.exit()).resume();";
    const entry = sdk.resolve("@pulumi/pulumi/cmd/dynamic-provider");
    return [process.execPath, ["-e", `${exitWithEngine} require(${JSON.stringify(entry)})`, DYNAMIC]];
  }
  const folders = [...(process.env.PATH ?? "").split(delimiter), OWN_PLUGINS];
  const file = folders.map((folder) => join(folder, `pulumi-resource-${pkg}`)).find((path) => existsSync(path));
  if (file) return [file, []];
  throw new Error(
    `no provider for package '${pkg}': pulumi-resource-${pkg} is neither on PATH nor among the sandbox's plugins`,
  );
}

/** A running plugin process. It leads a group of its own, so that Ctrl-C lets a running step finish. */
export class Plugin {
  readonly client: ResourceProviderClient;

  private constructor(
    private readonly child: ChildProcess,
    port: string,
  ) {
    const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
    this.client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure(), unlimited);
  }

  static async start(pkg: string, { engineAddress, programFolder, resume }: PluginHost): Promise<Plugin> {
    const [file, args] = command(pkg, programFolder);
    const child = spawn(file, [...args, engineAddress], {
      cwd: programFolder,
      detached: true,
      env: { ...process.env, ...(resume.length > 0 && { SANDBOX_RESUME: resume.join(",") }) },
      stdio: ["pipe", "pipe", "inherit"],
    });
    const port = await new Promise<string>((resolve, reject) => {
      child.once("error", (error) =>
        reject(new Error(`the provider plugin of '${pkg}' didn't start: ${error.message}`)),
      );
      child.once("exit", (code) =>
        reject(new Error(`the provider plugin of '${pkg}' ended with exit code ${code} at start`)),
      );
      createInterface(child.stdout).once("line", resolve);
    });
    const plugin = new Plugin(child, port);
    const request = new ProviderHandshakeRequest();
    request.setEngineAddress(engineAddress);
    request.setConfigureWithUrn(true);
    await optional(call<ProviderHandshakeResponse>((done) => plugin.client.handshake(request, done)));
    return plugin;
  }

  /** Asks the plugin to give up what it waits for. */
  cancel(): void {
    this.client.cancel(new Empty(), () => {});
  }

  stop(): void {
    this.client.close();
    this.child.kill();
  }
}

/** A unary call as a promise. */
export const call = <T>(start: (done: (error: ServiceError | null, response: T) => void) => unknown): Promise<T> =>
  new Promise((resolve, reject) => start((error, response) => (error ? reject(error) : resolve(response))));

/** For calls that a plugin may leave out of its service. */
export async function optional<T>(response: Promise<T>): Promise<T | undefined> {
  try {
    return await response;
  } catch (error) {
    if ((error as Partial<ServiceError>).code === status.UNIMPLEMENTED) return undefined;
    throw error;
  }
}
