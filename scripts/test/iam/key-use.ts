import { accountId, arnOf, type Outcome, type Partition, partitions, type Recorded } from "@selfhosted/common/testing";
import { application, infrastructure } from "../support/all-layers";
import { decide, type Document, type Request } from "./policy-evaluator";

export const stranger = "999999999999";
export const everything: Document = { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

export const document = (resource: Recorded, input = "policy"): Document =>
  JSON.parse(String(resource.inputs[input])) as Document;

/** A use of the data key: who makes which call, and what AWS knows about it. */
export interface Use {
  caller: string;
  actions: string[];
  context?: Record<string, string>;
  /** Default: the policies that the layers give the caller's role. */
  identity?: Document[];
}

const standard = new Map<Partition, Promise<Installation>>();

/** All layers with everything on, and the question whether AWS allows a use of their key. */
export class Installation {
  private constructor(
    private readonly partition: Partition,
    readonly data: Outcome,
    readonly services: Outcome,
  ) {}

  static async of(partition: Partition, config = {}): Promise<Installation> {
    const data = await infrastructure(partition, config);
    return new Installation(partition, data, await application(partition, data));
  }

  /** Run once for each partition. */
  static standard(partition: Partition): Promise<Installation> {
    const run = standard.get(partition) ?? Installation.of(partition);
    standard.set(partition, run);
    return run;
  }

  get cluster(): string {
    return String(this.services.the("aws:ecs/cluster:Cluster").inputs["name"]);
  }

  key(name = "pulumi-prod-data-key-key"): Recorded {
    const found = this.data.ofType("aws:kms/key:Key").find((key) => key.name === name);
    if (found === undefined) {
      throw new Error(`there is no key ${name}`);
    }
    return found;
  }

  /** ARN of the customer's key, which the grant opens to the API. */
  get serviceKey(): string {
    return String(this.data.the("aws:kms/grant:Grant").inputs["keyId"]);
  }

  /** The ARNs of the roles whose logical names end so. */
  roles(nameEnd: string): string[] {
    const roles = [this.data, this.services].flatMap((layer) => layer.ofType("aws:iam/role:Role"));
    return roles.filter(({ name }) => name.endsWith(nameEnd)).map((role) => arnOf(role, this.partition));
  }

  person(name: string, account: string = accountId): string {
    return `arn:${this.partition}:iam::${account}:role/${name}`;
  }

  /** What AWS says of a call that a service makes on someone's behalf. */
  through(service: string, region: string = partitions[this.partition].region): Record<string, string> {
    return { "kms:ViaService": `${service}.${region}.${partitions[this.partition].dnsSuffix}` };
  }

  /** The encryption context of a shell in a container: https://github.com/aws/amazon-ssm-agent agent/session/crypto/kmsservice.go */
  shell(cluster = this.cluster): Record<string, string> {
    return {
      "kms:EncryptionContext:aws:ssm:SessionId": "operator-0a1b2c3d",
      "kms:EncryptionContext:aws:ssm:TargetId": `ecs:${cluster}_0a1b2c3d_0a1b2c3d-4e5f`,
    };
  }

  identity(caller: string): Document[] {
    const role = caller.split("/").at(-1);
    const policies = [this.data, this.services].flatMap((layer) => layer.ofType("aws:iam/rolePolicy:RolePolicy"));
    return policies.filter(({ inputs }) => inputs["role"] === role).map((policy) => document(policy));
  }

  /** The actions of the use that AWS allows. */
  allowed({ caller, actions, context, identity = this.identity(caller) }: Use, key = this.key()): string[] {
    const resource = arnOf(key, this.partition);
    const request: Omit<Request, "action"> = { caller, resource, context };
    const policies = { identity, resource: document(key), owner: accountId, isKey: true };
    return actions.filter((action) => decide({ ...request, action }, policies));
  }

  /** The ARNs of the secrets that a role may read. */
  secretsOf(role: string): string[] {
    return this.identity(role)
      .flatMap(({ Statement: all }) => all)
      .filter(({ Action }) => [Action].flat().includes("secretsmanager:GetSecretValue"))
      .flatMap(({ Resource = [] }) => Resource);
  }
}
