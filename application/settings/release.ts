import { text } from "@selfhosted/common";
import { imageReference } from "./patterns";

const digest = /^sha256:[0-9a-f]{64}$/;

function imageDigest(image: string) {
  return text({
    description: `Digest that the ${image} image must have. It pins the image harder than its tag does.`,
    example: `sha256:${"0".repeat(64)}`,
    optional: true,
    pattern: digest,
    allowed: "sha256: and 64 hexadecimal digits",
  });
}

function imageOverride(image: string) {
  return text({
    description: `Whole reference of the ${image} image, where it isn't in the registry of the others.`,
    example: "registry.example.com/pulumi/service:20260101-1000-signed",
    optional: true,
    ...imageReference,
  });
}

const releaseTag = {
  example: "20260101-1000-signed",
  pattern: /^\d{8}-\d+(-[\w.-]+)?$/,
  allowed:
    "a release such as 20260101-1000-signed; moving tags such as latest or edge would change under a running stack",
};

/** Which version runs, and where its images come from. */
export const releaseSettings = {
  imageTag: text({
    description: "Release of Pulumi Self-Hosted to run: one tag for the three images. `make upgrade` changes it.",
    ...releaseTag,
  }),
  migrationImageTag: text({
    description:
      "Release that the database was migrated for, where an older one runs on it. `make rollback` sets it, `make upgrade` takes it out.",
    optional: true,
    ...releaseTag,
  }),
  imageRegistryAccountId: text({
    description: "AWS account whose ECR holds the images. Default: the installation's account.",
    example: "111122223333",
    optional: true,
    pattern: /^\d{12}$/,
    allowed: "an account id of 12 digits",
  }),
  imageRegistryRegion: text({
    description: "Region of the ECR registry. Default: the installation's region.",
    example: "eu-central-1",
    optional: true,
    pattern: /^[a-z]{2}(-[a-z]+)+-\d$/,
    allowed: "a region such as eu-central-1",
  }),
  imagePrefix: text({
    description: "What stands in front of the repositories pulumi/service, pulumi/console and pulumi/migrations.",
    example: "mirror/",
    optional: true,
    pattern: /^[a-z0-9][a-z0-9._/-]*\/$/,
    allowed: "a path in lower case that ends with a slash",
  }),
  apiImageDigest: imageDigest("API"),
  consoleImageDigest: imageDigest("console"),
  migrationImageDigest: imageDigest("migrations"),
  apiImage: imageOverride("API"),
  consoleImage: imageOverride("console"),
  migrationImage: imageOverride("migrations"),
};
