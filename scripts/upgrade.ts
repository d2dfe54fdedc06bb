import type { ApplicationOutputs } from "@selfhosted/common";
import { command, requireEnv } from "./lib/command";
import { enter } from "./lib/environment";
import { requireImages } from "./lib/images";
import { readInstallation } from "./lib/layers";
import { mustPulumi, pulumi } from "./lib/pulumi";
import { refuseDowngrade } from "./lib/release";
import { hasMigrated, serving } from "./lib/serving";
import { snapshotBefore } from "./lib/snapshot";
import { verify } from "./verify";

/** `make upgrade`: another image tag in the application layer, with a way back. */
command(
  { env: { type: "string" }, "image-tag": { type: "string" }, "allow-downgrade": { type: "boolean" } },
  async (args) => {
    const tag = args["image-tag"];
    if (!tag) {
      throw new Error("Say which release: make upgrade ENV=… IMAGE_TAG=20260105-317-signed");
    }
    const environment = await enter(requireEnv(args.env));
    const { name } = environment;
    const { infrastructure, application } = await readInstallation(name);
    const before = application.imageTag;
    if (!args["allow-downgrade"]) {
      refuseDowngrade(before, tag);
    }
    await requireImages(application, tag);
    if (tag !== before) {
      await snapshotBefore({ cluster: infrastructure.database.clusterIdentifier, from: before, to: tag });
    }

    await setTag(name, tag);
    console.log(`\nrolling ${name} from ${before} to ${tag} …`);
    const consent = ["--yes", "--skip-preview", "--non-interactive"];
    const { code } = await pulumi("application", ["up", "--stack", name, ...consent], { show: true });
    const verdict = code === 0 ? await verify(environment) : code;
    if (verdict !== 0) {
      console.error(await explain(name, application, tag));
    }
    return verdict;
  },
);

async function setTag(env: string, tag: string): Promise<void> {
  await mustPulumi("application", ["config", "set", "imageTag", tag, "--stack", env]);
}

/**
 * Says where a failed upgrade stands. As long as the database is that of the old release the configuration goes back to it, so
 * that the next deployment changes nothing.
 */
async function explain(env: string, application: ApplicationOutputs, tag: string): Promise<string> {
  const images = await serving(application);
  const again = `make upgrade ENV=${env} IMAGE_TAG=${tag}`;
  if (Object.values(images).every((image) => image.endsWith(`:${tag}`))) {
    return `\n${tag} is serving, but the checks above failed. Mend what they name, then: make verify ENV=${env}`;
  }
  const state = `\nThe upgrade of ${env} to ${tag} failed. Serving: API ${images.api}, console ${images.console}.`;
  if (await hasMigrated(application, tag)) {
    return (
      `${state}\nThe database has been migrated for ${tag}, so the configuration keeps naming it. ` +
      `Mend the cause and run \`${again}\`, or upgrade to a later release that mends it.`
    );
  }
  await setTag(env, application.imageTag);
  return (
    `${state}\nThe migration didn't get through; the configuration names ${application.imageTag} again. ` +
    `Mend the cause, then: ${again}`
  );
}
