import { command, requireEnv } from "./lib/command";
import { enter } from "./lib/environment";
import { requireImages } from "./lib/images";
import { readInstallation } from "./lib/layers";
import { mustPulumi, pulumi } from "./lib/pulumi";
import { snapshotBefore } from "./lib/snapshot";
import { verify } from "./verify";

/** `make upgrade`: another image tag in the application layer, with a way back. */
command(
  { env: { type: "string" }, "image-tag": { type: "string" }, "allow-downgrade": { type: "boolean" } },
  async (args) => {
    const tag = requireTag(args["image-tag"]);
    const environment = await enter(requireEnv(args.env));
    const { name } = environment;
    const { infrastructure, application } = await readInstallation(name);
    const serving = application.imageTag;
    refuseDowngrade(serving, tag, args["allow-downgrade"] ?? false);

    await requireImages(application, tag);
    if (tag !== serving) {
      await snapshotBefore({ cluster: infrastructure.database.clusterIdentifier, from: serving, to: tag });
    }
    await setTag(name, tag);
    console.log(`\nrolling ${name} from ${serving} to ${tag} …`);
    const consent = ["--yes", "--skip-preview", "--non-interactive"];
    const up = await pulumi("application", ["up", "--stack", name, ...consent], { show: true });
    const verdict = up.code === 0 ? await verify(environment) : up.code;
    if (verdict !== 0) {
      await setTag(name, serving);
      console.error(
        `\nThe upgrade of ${name} to ${tag} failed. ${serving} is still serving, and the configuration names it again. ` +
          `When the cause above is mended: make upgrade ENV=${name} IMAGE_TAG=${tag}`,
      );
    }
    return verdict;
  },
);

async function setTag(env: string, tag: string): Promise<void> {
  await mustPulumi("application", ["config", "set", "imageTag", tag, "--stack", env]);
}

function requireTag(tag: string | undefined): string {
  if (!tag) {
    throw new Error("Say which release: make upgrade ENV=… IMAGE_TAG=20260105-317-signed");
  }
  return tag;
}

/** Releases begin with their date and build number; anything else can't be compared. */
function refuseDowngrade(from: string, to: string, allowed: boolean): void {
  const number = (tag: string): number[] => (/^(\d{8})-(\d+)/.exec(tag)?.slice(1) ?? []).map(Number);
  const [fromDate = 0, fromBuild = 0] = number(from);
  const [toDate = Infinity, toBuild = Infinity] = number(to);
  if (!allowed && (toDate < fromDate || (toDate === fromDate && toBuild < fromBuild))) {
    throw new Error(
      `${to} is older than ${from}, which is serving. The database has been migrated for ${from}, and there is no migration ` +
        `back: an older release on it is unsupported unless the vendor says so. If it does: add ALLOW_DOWNGRADE=1`,
    );
  }
}
