import { type Backend, ORGANIZATION, qualified, type StackName } from "./backend";
import { type Read, StateOnly } from "./manager";
import { unlock } from "./secrets";
import { decryptState } from "./state";
import { isStack } from "./urn";
import { hasSecret, type Properties } from "./values";

/** Reads the outputs of other stacks in the same backend. */
export class StackReferences extends StateOnly {
  constructor(private readonly backend: Backend) {
    super();
  }

  override async read(_urn: string, id: string, known: { inputs: Properties }): Promise<Read> {
    const [organization, project, stack, ...rest] = String(known.inputs.name ?? id).split("/");
    if (organization !== ORGANIZATION || !stack || rest.length > 0) {
      throw new Error(`invalid stack reference '${id}': expected ${ORGANIZATION}/<project>/<stack>`);
    }
    const outputs = await this.#outputs({ project, stack });
    const secretOutputNames = Object.keys(outputs).filter((name) => hasSecret(outputs[name]));
    return { id, inputs: known.inputs, outputs: { name: id, outputs, secretOutputNames: secretOutputNames.sort() } };
  }

  /** What a stack reference reads, for a program that has none. */
  async invoke(args: Properties): Promise<Properties> {
    const { outputs } = await this.read("", String(args.name), { inputs: args });
    return outputs;
  }

  async #outputs(name: StackName): Promise<Properties> {
    const deployment = this.backend.read(name);
    if (!deployment) throw new Error(`unknown stack "${qualified(name)}"`);
    const root = deployment.resources?.find((resource) => isStack(resource.type));
    if (!root) return {};
    const salt = deployment.secrets_providers?.state.salt;
    if (!salt) {
      if (!hasSecret(root.outputs)) return root.outputs ?? {};
      throw new Error(`the state of stack '${qualified(name)}' holds secrets but no encryption salt`);
    }
    // Even where no output is secret: the real command decrypts all that it reads (https://github.com/pulumi/pulumi/issues/5151).
    const crypter = await unlock(salt).catch((error: Error) => {
      throw new Error(`the secrets of stack '${qualified(name)}' can't be read: ${error.message}`);
    });
    const [state] = decryptState({ ...deployment, resources: [root] }, crypter).resources!;
    return state.outputs ?? {};
  }
}
