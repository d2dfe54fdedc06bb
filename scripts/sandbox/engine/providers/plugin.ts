import type { ChildProcess, StdioOptions } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { credentials, type ServiceError, status } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ProviderHandshakeRequest, type ProviderHandshakeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { ensure } from "../errors";
import { pulumiHome } from "../files";
import { spawnChild } from "./children";

/** Resources that a program implements itself. */
const dynamicPackage = "pulumi-nodejs";

/** Messages may be as large as a stack's largest resource. */
export const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/** As the real command does, the one on PATH goes before the one that is installed. */
function command(pkg: string, version: string, programFolder: string): [string, string[]] {
  if (pkg === dynamicPackage) {
    const sdk = createRequire(join(programFolder, "package.json"));
    // The register has modules load late that this plugin doesn't need.
    const register = require.resolve("@selfhosted/common/register");
    return [process.execPath, ["--require", register, sdk.resolve("@pulumi/pulumi/cmd/dynamic-provider")]];
  }
  const installed = join(pulumiHome(), "plugins", `resource-${pkg}-v${version}`);
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), installed];
  const file = folders.map((folder) => join(folder, `pulumi-resource-${pkg}`)).find((path) => existsSync(path));
  ensure(file, `no provider for package '${pkg}': pulumi-resource-${pkg} is neither on PATH nor in ${installed}`);
  return [file, []];
}

/** A running plugin process. */
export class Plugin {
  readonly client: ResourceProviderClient;

  private constructor(
    private readonly child: ChildProcess,
    port: string,
  ) {
    this.client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure(), unlimited);
  }

  /** @param programFolder from which the program's own SDK is resolved. */
  static async start(
    pkg: string,
    version: string,
    { engineAddress, programFolder }: { engineAddress: string; programFolder: string },
  ): Promise<Plugin> {
    const [file, args] = command(pkg, version, programFolder);
    const stdio: StdioOptions = ["ignore", "pipe", "inherit"];
    const child = spawnChild(file, [...args, engineAddress], { cwd: programFolder, stdio });
    const port = await new Promise<string>((resolve, reject) => {
      const fail = (reason: string): void =>
        reject(new Error(`the provider plugin of '${pkg}' didn't start: ${reason}`));
      child.once("error", (error) => fail(error.message));
      child.once("exit", (code) => fail(`it ended with exit code ${code}`));
      createInterface(child.stdout!).once("line", resolve);
    });
    const plugin = new Plugin(child, port);
    const request = new ProviderHandshakeRequest().setEngineAddress(engineAddress).setConfigureWithUrn(true);
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
    if ((error as Partial<ServiceError>).code === status.UNIMPLEMENTED) {
      return undefined;
    }
    throw error;
  }
}
