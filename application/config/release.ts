import {
  accountId,
  flag,
  imageReference,
  notWith,
  onlyWith,
  pattern,
  regionName,
  type Rule,
  secretArn,
  text,
} from "@selfhosted/common";
import { isOlder, tagOf } from "../migration/releases";
import type { ApplicationConfig } from "./settings";

function imageDigest(image: string) {
  return text({
    description: `Digest that the ${image} image must have. Unlike a tag, it always names the same image.`,
    example: `sha256:${"0".repeat(64)}`,
    optional: true,
    shape: pattern(/^sha256:[0-9a-f]{64}$/, "sha256: and 64 hexadecimal digits"),
  });
}

function imageOverride(image: string) {
  return text({
    description: `Whole reference of the ${image} image, where it isn't in the registry of the others.`,
    example: "registry.example.com/pulumi/service:20260101-1000-signed",
    optional: true,
    shape: imageReference,
  });
}

const release = pattern(
  /^\d{8}-\d+(-[\w.-]+)?$/,
  "a release such as 20260101-1000-signed; moving tags such as latest or edge would change under a running stack",
);

/** Which version runs, and where its images come from. */
export const releaseSettings = {
  imageTag: text({
    description: "Release of Pulumi Self-Hosted to run: one tag for the three images. `make upgrade` changes it.",
    example: "20260101-1000-signed",
    shape: release,
  }),
  migrationImageTag: text({
    description:
      "Release that the database was migrated for, where an older one runs on it. `make rollback` sets it, `make upgrade` removes it.",
    example: "20260101-1000-signed",
    optional: true,
    shape: release,
  }),
  imageRegistryAccountId: text({
    description: "AWS account whose ECR holds the images. Default: the installation's account.",
    example: "111122223333",
    optional: true,
    shape: accountId,
  }),
  imageRegistryRegion: text({
    description: "Region of the ECR registry. Default: the installation's region.",
    example: "eu-central-1",
    optional: true,
    shape: regionName,
  }),
  imagePrefix: text({
    description: "Prefix of the repositories pulumi/service, pulumi/console and pulumi/migrations.",
    example: "mirror/",
    optional: true,
    shape: pattern(
      /^[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*\/$/,
      "a path in lower case that ends with a slash",
    ),
  }),
  imagePullThroughCache: flag({
    description:
      "The repositories below imagePrefix belong to a pull-through cache of ECR, which fetches an image when it is first pulled: tasks " +
      "may have ECR do so, and no image has to be pushed before.",
  }),
  registryCredentialsSecretArn: text({
    description:
      "Secret in Secrets Manager, with `username` and `password` in JSON, for the private registry of images that are not in ECR. " +
      "Encrypted with the key of AWS or the installation's data key.",
    example: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:registry-AbCdEf",
    optional: true,
    shape: secretArn,
  }),
  apiImageDigest: imageDigest("API"),
  consoleImageDigest: imageDigest("console"),
  migrationImageDigest: imageDigest("migrations"),
  apiImage: imageOverride("API"),
  consoleImage: imageOverride("console"),
  migrationImage: imageOverride("migrations"),
};

type ReleaseKey = "imageTag" | "apiImage" | "consoleImage" | "migrationImage" | "migrationImageTag";
type ReleaseConfig = { [K in ReleaseKey]?: string | undefined };

/** The first of these settings that is set, or else imageTag, with its release; undefined where its tag doesn't say. */
function configuredRelease(config: ReleaseConfig, ...keys: ReleaseKey[]) {
  const key = keys.find((each) => config[each] !== undefined) ?? "imageTag";
  const found = config[key] ?? "";
  return { key, release: found.includes("/") ? tagOf(found) : found };
}

/** The release whose migrations run, and the setting that names it. */
export function migrationRelease(config: Pick<ReleaseConfig, "imageTag" | "migrationImage" | "migrationImageTag">) {
  return configuredRelease(config, "migrationImage", "migrationImageTag");
}

function releasesOf(config: ApplicationConfig) {
  return {
    api: configuredRelease(config, "apiImage"),
    console: configuredRelease(config, "consoleImage"),
    migration: migrationRelease(config),
  };
}

/** A release runs on a database that was migrated for it, or for a later one. */
const migratedBefore: Rule<ApplicationConfig> = (config) => {
  const { api, migration } = releasesOf(config);
  if (api.release === undefined || migration.release === undefined || !isOlder(migration.release, api.release)) {
    return undefined;
  }
  const key = migration.key === "imageTag" ? api.key : migration.key;
  const reason =
    key === api.key
      ? `found ${api.release}, which is newer than the migrations of ${migration.key}, ${migration.release}`
      : `found ${migration.release}, which is older than ${api.key}, ${api.release}`;
  return {
    key,
    reason: `${reason}; a release needs its own migrations`,
    fix: key === "migrationImage" ? `set it to the image of ${api.release}` : `pulumi config rm ${key}`,
  };
};

/** The three images of a release belong together. A rollback leaves the database with the migrations of the later one. */
const oneRelease: Rule<ApplicationConfig> = (config) => {
  const { api, console, migration } = releasesOf(config);
  const isOlderThan = (a = "", b = ""): boolean => isOlder(a, b);
  const differs = ({ release }: { release?: string }): boolean =>
    isOlderThan(release, api.release) || isOlderThan(api.release, release);
  // Migrations that are older are refused by themselves; later ones of a setting of their own are those of a rollback.
  const refused = isOlderThan(migration.release, api.release) ? migration.key : undefined;
  const others = [console, ...(migration.key === "imageTag" ? [migration] : [])].filter(
    (each) => differs(each) && each.key !== refused,
  );
  return others
    .filter(({ key }, index) => others.findIndex((other) => other.key === key) === index)
    .map(({ key, release }) => ({
      key: key === "imageTag" ? api.key : key,
      reason: `found images of two releases, ${api.release} (${api.key}) and ${release} (${key}); the three images of a release belong together`,
      fix: `name one release in ${api.key} and ${key}`,
      severity: "warning",
    }));
};

/** `make rollback` sets migrationImageTag, which then stays where imageTag is raised by hand. */
const rolledForward: Rule<ApplicationConfig> = ({ imageTag, migrationImageTag }) =>
  migrationImageTag === imageTag && {
    key: "migrationImageTag",
    reason: "has no effect: imageTag names the same release",
    fix: "pulumi config rm migrationImageTag",
    severity: "warning",
  };

const wholeImage = "names the whole image: put it there";

export const releaseRules: Rule<ApplicationConfig>[] = [
  migratedBefore,
  oneRelease,
  rolledForward,
  notWith("apiImageDigest", "apiImage", wholeImage),
  notWith("consoleImageDigest", "consoleImage", wholeImage),
  notWith("migrationImageDigest", "migrationImage", wholeImage),
  notWith("migrationImageTag", "migrationImage", wholeImage),
  onlyWith(["imagePullThroughCache"], "imagePrefix"),
];
