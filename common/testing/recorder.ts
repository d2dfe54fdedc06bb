import * as pulumi from "@pulumi/pulumi";
import { accountId, arnOf, type Partition, partitions } from "./account";
import type { AwsAnswers } from "./fake-aws";
import { plain, secretPaths, type Values } from "./values";

/** A resource that a program registered. */
export interface Recorded<Inputs = Values> {
  type: string;
  name: string;
  inputs: Inputs;
  /** Dotted paths of the inputs that are secret. */
  secretInputs: string[];
  /** URN of the parent; empty for the stack. */
  parent: string;
  protect: boolean;
  retainOnDelete: boolean;
  /** URN of the resource with which this one is deleted; empty where there is none. */
  deletedWith: string;
  dependsOn: string[];
  ignoreChanges: string[];
  replaceOnChanges: string[];
  aliases: string[];
  provider: string;
  urn: string;
  custom: boolean;
  /** Milliseconds since the program started. */
  registeredAt: number;
}

/** What the mocks answer. */
export interface Answers {
  partition?: Partition;
  /** Outputs of the stacks that the layer refers to, by project or by full name; undefined for one that doesn't exist. */
  stacks?: Record<string, Values | undefined>;
  /** What data sources answer, by token; over those that this file knows. */
  calls?: Record<string, (args: Values) => Values>;
  /** What AWS answers to calls of its SDK, in place of a healthy account. */
  aws?: Partial<AwsAnswers>;
  /** Outputs that AWS would give a resource, over those that this file invents; throw to make it fail, wait to be slow. */
  resource?: (type: string, name: string, inputs: Values) => Values | Promise<Values> | undefined;
}

/** The part of the SDK's registration request that the typings of its mocks leave out. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getProtect(): boolean;
  getDeletedwith(): string;
  getProvider(): string;
  getDependenciesList(): string[];
  getIgnorechangesList(): string[];
  getReplaceonchangesList(): string[];
  getRetainondelete(): boolean | undefined;
  getAliasesList(): { getUrn(): string; getSpec(): { getName(): string } | undefined }[];
  getObject(): { toJavaScript(): Values };
}
type Callback = (error: unknown, response?: { getUrn(): string }) => void;
interface Monitor {
  registerResource(request: RegisterRequest, callback: Callback): Promise<void>;
}

/** The mocks: answer for AWS, and record what the program registers. */
export class Recorder implements pulumi.runtime.Mocks {
  readonly resources: Recorded[] = [];
  private readonly started = Date.now();

  constructor(private readonly answers: Answers) {}

  /** Notes the options of each registration, which the SDK does not hand to mocks. */
  listen(): void {
    const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, callback) => {
      const registeredAt = Date.now() - this.started;
      return register(request, (error, response) => {
        if (response !== undefined && request.getType() !== "pulumi:pulumi:Stack") {
          this.resources.push(record(request, response.getUrn(), registeredAt));
        }
        callback(error, response);
      });
    };
  }

  async newResource(args: pulumi.runtime.MockResourceArgs): Promise<pulumi.runtime.MockResourceResult> {
    const inputs = plain(args.inputs) as Values;
    if (args.type === "pulumi:pulumi:StackReference") {
      return { id: String(inputs["name"]), state: this.stackOutputs(inputs) };
    }
    const given = await this.answers.resource?.(args.type, args.name, inputs);
    const { id, ...invented } = inventedFor({ ...args, inputs }, this.answers.partition);
    return { id, state: { ...invented, ...(args.inputs as Values), ...given } };
  }

  private stackOutputs(inputs: Values): Values {
    const name = String(inputs["name"]);
    const { stacks = {} } = this.answers;
    const outputs = name in stacks ? stacks[name] : stacks[name.split("/")[1] ?? ""];
    if (outputs === undefined) {
      throw new Error(`unknown stack "${name}"`);
    }
    return { name, outputs, secretOutputNames: [] };
  }

  call(args: pulumi.runtime.MockCallArgs): pulumi.runtime.MockCallResult {
    const location = partitions[this.answers.partition ?? "aws"];
    const known: Record<string, (inputs: Values) => Values> = {
      "aws:index/getCallerIdentity:getCallerIdentity": () => ({ accountId, arn: "", id: accountId, userId: "" }),
      "aws:index/getRegion:getRegion": () => ({ region: location.region, name: location.region, id: location.region }),
      "aws:index/getPartition:getPartition": () => ({ ...location, id: location.partition, reverseDnsPrefix: "" }),
      "pulumi:pulumi:readStackOutputs": (inputs) => this.stackOutputs(inputs),
    };
    const answer = this.answers.calls?.[args.token] ?? known[args.token];
    if (answer === undefined) {
      throw new Error(`the test has no answer for ${args.token} ${JSON.stringify(args.inputs)}`);
    }
    try {
      return answer(plain(args.inputs) as Values);
    } catch (error) {
      // Of an engine's error, the SDK shows a program the `details`.
      throw error instanceof Error ? Object.assign(error, { details: error.message }) : error;
    }
  }
}

/** What the mocks say that AWS has given a resource. */
export function inventedFor(
  resource: Pick<Recorded, "type" | "name" | "inputs">,
  partition: Partition = "aws",
): Record<"id" | "arn" | "dnsName" | "endpoint", string> & Values {
  const { name } = resource;
  const { region, dnsSuffix } = partitions[partition];
  return {
    id: `${name}-id`,
    arn: arnOf(resource, partition),
    name,
    dnsName: `${name}.elb.${region}.${dnsSuffix}`,
    zoneId: "Z0123456789ABC",
    endpoint: `${name}.example.internal`,
    hex: "0a1b2c3d",
    result: "Generated-0-Password!",
    versionId: `version-of-${name}`,
  };
}

function record(request: RegisterRequest, urn: string, registeredAt: number): Recorded {
  const raw = request.getObject().toJavaScript();
  return {
    type: request.getType(),
    name: request.getName(),
    inputs: plain(raw) as Values,
    secretInputs: secretPaths(raw, ""),
    parent: request.getParent(),
    protect: request.getProtect(),
    deletedWith: request.getDeletedwith(),
    dependsOn: request.getDependenciesList(),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    retainOnDelete: request.getRetainondelete() ?? false,
    aliases: request.getAliasesList().map((alias) => alias.getUrn() || (alias.getSpec()?.getName() ?? "")),
    provider: request.getProvider(),
    urn,
    custom: request.getCustom(),
    registeredAt,
  };
}
