import { mustPulumi } from "../pulumi";

/** What Pulumi believes of the application layer. */
export interface State {
  /** The last migration that succeeded; undefined before the first one. */
  migrated?: { image: string; taskArn: string };
  /** The task definition of each ECS service, by the service's name. */
  taskDefinitions: Record<string, string>;
}

interface Resource {
  type: string;
  outputs?: { name?: string; taskDefinition?: string; taskArn?: string; triggers?: { image?: string } };
}

/** Reads the state of the application layer's stack, which tells more than its outputs: an update that fails leaves those as they were. */
export async function readState(env: string): Promise<State> {
  const text = await mustPulumi("application", ["stack", "export", "--stack", env]);
  const { resources = [] } = (JSON.parse(text) as { deployment: { resources?: Resource[] } }).deployment;
  const [migration] = resources.flatMap(({ type, outputs }) =>
    type === "pulumi-nodejs:dynamic:Resource" && outputs?.triggers?.image && outputs.taskArn
      ? [{ image: outputs.triggers.image, taskArn: outputs.taskArn }]
      : [],
  );
  const services = resources.flatMap(({ type, outputs }) =>
    type === "aws:ecs/service:Service" && outputs?.name ? [[outputs.name, outputs.taskDefinition ?? ""]] : [],
  );
  return { migrated: migration, taskDefinitions: Object.fromEntries(services) as Record<string, string> };
}
