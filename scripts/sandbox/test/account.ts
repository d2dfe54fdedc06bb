import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, environment, start, stop } from "../emulator";
import { definition } from "../provider/aws";
import { Account } from "../provider/aws/account";
import { Provider } from "../provider/provider";
import type { Properties } from "../provider/resource";

const folder = mkdtempSync(join(tmpdir(), "sandbox-"));
let started: Promise<Emulator> | undefined;

/** The emulated account that all tests of the process share. */
export function emulator(): Promise<Emulator> {
  started ??= start(folder, { port: 0, report: () => undefined });
  return started;
}

after(async () => {
  if (started) await stop(folder);
  rmSync(folder, { recursive: true, force: true });
});

export function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}

export interface Made {
  urn: string;
  id: string;
  inputs: Properties;
  outputs: Properties;
}

/** Resources, handled in the order in which an engine would call the plugin. */
export class Deployment {
  private constructor(
    private readonly provider: Provider<Account>,
    readonly account: Account,
  ) {}

  /** With all services, in the emulated account or in a proxy before it at another URL. */
  static async open(url?: string): Promise<Deployment> {
    const { account: seeded, ...endpoint } = await emulator();
    Object.assign(process.env, environment({ ...endpoint, url: url ?? endpoint.url }, seeded.region));
    const account = await Account.open({ region: seeded.region });
    return new Deployment(new Provider(definition, account), account);
  }

  async create(token: string, name: string, program: Properties): Promise<Made> {
    const urn = `urn:pulumi:test::sandbox::${token}::${name}`;
    const inputs = await this.checked(urn, {}, program);
    return { urn, inputs, ...(await this.provider.create({ urn }, inputs)) };
  }

  /** What changing these properties does: `none`, `update` or `replace`. */
  async preview(made: Made, changed: Properties): Promise<"none" | "update" | "replace"> {
    const inputs = await this.checked(made.urn, made.inputs, { ...made.inputs, ...changed });
    const { changes } = await this.provider.diff(made, made.inputs, inputs, []);
    if (!changes.length) return "none";
    return changes.some(({ replaces }) => replaces) ? "replace" : "update";
  }

  async update(made: Made, changed: Properties): Promise<Made> {
    const inputs = await this.checked(made.urn, made.inputs, { ...made.inputs, ...changed });
    const outputs = await this.provider.update(
      made,
      made.id,
      inputs,
      { ...made.outputs, ...made.inputs },
      made.outputs,
    );
    return { ...made, inputs, outputs };
  }

  /** The resource as AWS has it, or undefined. */
  async read(made: Made): Promise<Properties | undefined> {
    return (await this.refresh(made))?.outputs;
  }

  /** The resource with the inputs and outputs that AWS has, as after `pulumi refresh`; undefined when it is gone. */
  async refresh(made: Made): Promise<Made | undefined> {
    const found = await this.provider.read(made, made.id, made.inputs, made.outputs);
    return found && { ...made, ...found };
  }

  delete(made: Made): Promise<void> {
    return this.provider.delete(made, made.id, { ...made.outputs, ...made.inputs });
  }

  invoke(token: string, args: Properties): Promise<Properties> {
    return this.provider.invoke(token, args);
  }

  /** Why the resource is refused, or an empty text where it was created. */
  async refusal(token: string, program: Properties): Promise<string> {
    try {
      await this.create(token, "refused", program);
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Whether resources of that type can have tags. */
  async hasTags(token: string): Promise<boolean> {
    return "tagsAll" in (await this.checked(`urn:pulumi:test::sandbox::${token}::tags`, {}, {}));
  }

  private async checked(urn: string, olds: Properties, program: Properties): Promise<Properties> {
    const own = Object.fromEntries(Object.entries(program).filter(([input]) => input !== "tagsAll"));
    const [inputs, problems] = await this.provider.check({ urn }, olds, own, new Uint8Array());
    if (problems.length) throw new Error(problems.map(({ property, reason }) => `${property} ${reason}`).join("; "));
    return inputs;
  }
}
