import { ensure } from "../errors";
import { type Backend, organization, qualified } from "../state/backend";
import { unlock } from "../state/secrets";
import { decryptState, type ResourceState } from "../state/state";
import { isStack } from "../state/urn";
import { hasSecret, type Properties } from "../state/values";
import { Manager, type Read } from "./manager";

/** Reads the outputs of other stacks in the same backend. */
export class StackReferences extends Manager {
  constructor(private readonly backend: Backend) {
    super();
  }

  override async read({ id = "", inputs = {} }: ResourceState): Promise<Read> {
    const outputs = await this.outputs(String(inputs["name"] ?? id));
    const secretOutputNames = Object.keys(outputs).filter((name) => hasSecret(outputs[name]));
    return { id, inputs, outputs: { name: id, outputs, secretOutputNames: secretOutputNames.sort() } };
  }

  async outputs(reference: string): Promise<Properties> {
    const [owner, project, stack, ...rest] = reference.split("/");
    ensure(
      owner === organization && stack && rest.length === 0,
      `invalid stack reference '${reference}': expected ${organization}/<project>/<stack>`,
    );
    const name = qualified({ project, stack });
    const deployment = this.backend.read({ project, stack });
    ensure(deployment, `unknown stack "${name}"`);
    // Even where no output is secret: the real command decrypts all that it reads (https://github.com/pulumi/pulumi/issues/5151).
    const salt = deployment.secrets_providers?.state.salt;
    if (!salt) {
      return {};
    }
    const crypter = await unlock(salt).catch((error: Error) => {
      throw new Error(`the secrets of stack '${name}' can't be read: ${error.message}`);
    });
    const root = deployment.resources?.find((resource) => isStack(resource.type));
    const { resources = [] } = decryptState({ ...deployment, resources: root ? [root] : [] }, crypter);
    return resources[0]?.outputs ?? {};
  }
}
