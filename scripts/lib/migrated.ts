import { mustPulumi } from "./pulumi";

interface Exported {
  deployment: { resources?: { type: string; outputs?: { triggers?: { image?: string } } }[] };
}

/** Reference of the image with which the database was migrated last, as the stack's state has it; undefined before the first time. */
export async function migratedImage(env: string): Promise<string | undefined> {
  const text = await mustPulumi("application", ["stack", "export", "--stack", env]);
  const { resources = [] } = (JSON.parse(text) as Exported).deployment;
  return resources.find(({ outputs }) => outputs?.triggers?.image)?.outputs?.triggers?.image;
}
