import {
  accountId,
  flag,
  imageReference,
  notWith,
  onlyWith,
  pattern,
  placeOf,
  regionName,
  setCommand,
  text,
  type Rule,
} from "@selfhosted/common";
import { parseImage, partitionOf, registryOf, takesCredentials } from "../images";
import { own, type Inputs } from "../inputs";
import { isOlder, tagOf } from "../releases";
import type { ApplicationConfig } from "./settings";

function imageDigest(image: string) {
  return text({
    description: `Digest that the ${image} image must have. It pins the image harder than its tag does.`,
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
      "Release that the database was migrated for, where an older one runs on it. `make rollback` sets it, `make upgrade` takes it out.",
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
    description: "What stands in front of the repositories pulumi/service, pulumi/console and pulumi/migrations.",
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
    shape: pattern(
      /^arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@-]+-\w{6}$/,
      "the whole ARN of a secret, with the six characters at its end",
    ),
  }),
  apiImageDigest: imageDigest("API"),
  consoleImageDigest: imageDigest("console"),
  migrationImageDigest: imageDigest("migrations"),
  apiImage: imageOverride("API"),
  consoleImage: imageOverride("console"),
  migrationImage: imageOverride("migrations"),
};

/** The setting that names the release of each image, and that release; undefined where its tag doesn't say. */
function releasesOf(config: ApplicationConfig) {
  const named = (...keys: ("apiImage" | "consoleImage" | "migrationImage" | "migrationImageTag")[]) => {
    const key = keys.find((each) => config[each] !== undefined) ?? "imageTag";
    const found = config[key] ?? "";
    return { key, release: found.includes("/") ? tagOf(found) : found };
  };
  return {
    api: named("apiImage"),
    console: named("consoleImage"),
    migration: named("migrationImage", "migrationImageTag"),
  };
}

/** A release runs on a database that was migrated for it, or for a later one. */
const migratedBefore: Rule<ApplicationConfig> = (config) => {
  const { api, migration } = releasesOf(config);
  if (api.release === undefined || migration.release === undefined || !isOlder(migration.release, api.release)) {
    return [];
  }
  const key = migration.key === "imageTag" ? api.key : migration.key;
  const reason =
    key === api.key
      ? `found ${api.release}, which is newer than the migrations of ${migration.key}, ${migration.release}`
      : `found ${migration.release}, which is older than ${api.key}, ${api.release}`;
  return [
    {
      key,
      reason: `${reason}; a release needs its own migrations`,
      fix: key === "migrationImage" ? `set it to the image of ${api.release}` : `pulumi config rm ${key}`,
    },
  ];
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

/** What `make rollback` has set, and nothing takes out where the tag is raised by hand. */
const rolledForward: Rule<ApplicationConfig> = ({ imageTag, migrationImageTag }) =>
  migrationImageTag === imageTag
    ? [
        {
          key: "migrationImageTag",
          reason: "has no effect: imageTag names the same release",
          fix: "pulumi config rm migrationImageTag",
          severity: "warning",
        },
      ]
    : [];

/** Where every image has a whole reference of its own, nothing is left of the registry of the others. */
const registryInUse: Rule<ApplicationConfig> = (config, typed) => {
  const keys = [
    "imageRegistryAccountId",
    "imageRegistryRegion",
    ...(config.imagePullThroughCache ? [] : ["imagePrefix"]),
  ];
  const whole = ["apiImage", "consoleImage", "migrationImage"];
  return whole.every((key) => typed.has(key))
    ? keys
        .filter((key) => typed.has(key))
        .map((key) => ({
          key,
          reason: `has no effect beside ${whole.join(", ")}, which name the whole images`,
          fix: `pulumi config rm ${key}`,
        }))
    : [];
};

/** ECS sends user and password to the registry that an image comes from: to no other than theirs. */
const oneRegistry: Rule<ApplicationConfig> = (config) => {
  if (config.registryCredentialsSecretArn === undefined) {
    return [];
  }
  const images = [config.apiImage, config.consoleImage, config.migrationImage, config.logRouterImage];
  const registries = new Set(images.filter(takesCredentials).map(registryOf));
  const found =
    registries.size === 0 ? "all images come from ECR" : `images come from ${[...registries].join(" and ")}`;
  return registries.size === 1
    ? []
    : [
        {
          key: "registryCredentialsSecretArn",
          reason: `the credentials are for one private registry outside of ECR, but ${found}`,
          fix:
            registries.size === 0
              ? "pulumi config rm registryCredentialsSecretArn, or name images of that registry: apiImage, consoleImage, migrationImage"
              : "keep the images in one registry, or the others in ECR",
        },
      ];
};

const credentialsPlace: Rule<Inputs> = ({ config, upstream: { installation, apiTaskRoleArn } }) => {
  const [found, role] = [placeOf(config.registryCredentialsSecretArn ?? ""), placeOf(apiTaskRoleArn)];
  if (found === undefined || role === undefined) {
    return [];
  }
  const { partition, region, account } = found;
  const here = { ...role, region: installation.region };
  return partition === here.partition && region === here.region && account === here.account
    ? []
    : [
        {
          key: "registryCredentialsSecretArn",
          reason:
            `found a secret of account ${account} in ${region} (${partition}); tasks start with one of their own account and ` +
            `region only, ${here.account} in ${here.region} (${here.partition})`,
          fix: `aws secretsmanager list-secrets --region ${here.region} shows those; or create one there`,
        },
      ];
};

const registryPlace: Rule<Inputs> = ({ config, upstream: { installation } }) => {
  const { imageRegistryRegion: region = installation.region } = config;
  return partitionOf(region) === partitionOf(installation.region)
    ? []
    : [
        {
          key: "imageRegistryRegion",
          reason: `found ${region}, which belongs to another partition of AWS than ${installation.region}; ECS pulls images from ECR of its own partition only`,
          fix: `copy the images to ECR in ${installation.region}, and: pulumi config rm imageRegistryRegion`,
        },
      ];
};

const imagePlace: Rule<Inputs> = ({ config, upstream: { installation } }) =>
  (["apiImage", "consoleImage", "migrationImage", "logRouterImage"] as const).flatMap((key) => {
    const reference = config[key] ?? "";
    const { region } = parseImage(reference) ?? {};
    const host = registryOf(reference);
    if (region === undefined) {
      return [];
    }
    if (partitionOf(region) !== partitionOf(installation.region)) {
      return [
        {
          key,
          reason: `found an image of ${host}, which belongs to another partition of AWS than ${installation.region}; ECS pulls images from ECR of its own partition only`,
          fix: `copy the image to ECR in ${installation.region}`,
        },
      ];
    }
    const right = `${host.replace(/\.cn$/, "")}${partitionOf(region) === "cn-" ? ".cn" : ""}`;
    return host === right || !host.includes(".amazonaws.com")
      ? []
      : [
          {
            key,
            reason: `found an image of ${host}, which is no host of ECR: in ${region} that is ${right}`,
            fix: setCommand(key, reference.replace(host, right)),
          },
        ];
  });

const wholeImage = "names the whole image; say it there";

export const releaseRules: Rule<Inputs>[] = [
  ...own(
    migratedBefore,
    oneRelease,
    rolledForward,
    notWith("apiImageDigest", "apiImage", wholeImage),
    notWith("consoleImageDigest", "consoleImage", wholeImage),
    notWith("migrationImageDigest", "migrationImage", wholeImage),
    notWith("migrationImageTag", "migrationImage", wholeImage),
    onlyWith(["imagePullThroughCache"], "imagePrefix"),
    registryInUse,
    oneRegistry,
  ),
  credentialsPlace,
  registryPlace,
  imagePlace,
];
