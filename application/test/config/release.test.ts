import { registrySecretArn } from "../fixtures";
import { itRefuses } from "./refusals";

describe("settings of the release", () => {
  itRefuses([
    ["no image tag", { config: { imageTag: undefined } }, [/imageTag: not set; required: a release such as/]],
    ["the tag latest", { config: { imageTag: "latest" } }, [/imageTag: found "latest"; allowed: a release such as/]],
    ["the tag edge", { config: { imageTag: "edge" } }, [/imageTag: found "edge"/]],
    ["an empty tag", { config: { imageTag: "" } }, [/imageTag: found ""/]],
    [
      "a moving tag in an override",
      { config: { apiImage: "registry.example.com/x:latest" } },
      [/apiImage: found .*without moving tags/],
    ],
    [
      "a digest beside a whole image",
      { config: { apiImage: "registry.example.com/x:1", apiImageDigest: `sha256:${"0".repeat(64)}` } },
      [/apiImageDigest: set beside apiImage/],
    ],
    [
      "migrations older than the release",
      { config: { migrationImageTag: "20251103-204-signed" } },
      [/migrationImageTag: found 20251103-204-signed, which is older than imageTag/, /config rm migrationImageTag/],
    ],
    [
      "two names for the migrations",
      { config: { migrationImageTag: "20260301-1100-signed", migrationImage: "registry.example.com/x:1" } },
      [/migrationImageTag: set beside migrationImage/],
    ],
    [
      "a registry's credentials where all images come from ECR, and from another region",
      { config: { registryCredentialsSecretArn: registrySecretArn("us-east-1") } },
      [
        /registryCredentialsSecretArn: .*but all images come from ECR/,
        /registryCredentialsSecretArn: found a secret of account \d+ in us-east-1/,
      ],
    ],
    [
      "one registry's credentials for two",
      {
        config: {
          registryCredentialsSecretArn: registrySecretArn(),
          apiImage: "a.example.com/service:1",
          consoleImage: "b.example.com/console:1",
        },
      },
      [/registryCredentialsSecretArn: .*images come from a\.example\.com and b\.example\.com/],
    ],
    [
      "a registry and prefix that no image uses",
      {
        config: {
          ...{ apiImage: "a.example.com/s:1", consoleImage: "a.example.com/c:1", migrationImage: "a.example.com/m:1" },
          ...{ imagePrefix: "mirror/", imageRegistryRegion: "us-east-1" },
        },
      },
      [/imagePrefix: has no effect beside apiImage/, /imageRegistryRegion: has no effect beside apiImage/],
    ],
    [
      "a cache without its prefix",
      { config: { imagePullThroughCache: true } },
      [/imagePullThroughCache: has no effect without imagePrefix/],
    ],
    [
      "an API with the migrations of an older image",
      {
        config: {
          apiImage: "registry.example.com/service:20260101-1-signed",
          migrationImage: "registry.example.com/migrations:20230101-1-signed",
        },
      },
      [/migrationImage: found 20230101-1-signed, which is older than apiImage, 20260101-1-signed/],
    ],
    [
      "a release with an older image of its migrations",
      { config: { migrationImage: "registry.example.com/migrations:20230101-1-signed" } },
      [/migrationImage: found 20230101-1-signed, which is older than imageTag, 20260101-1000-signed/],
    ],
    [
      "an image of the API that is newer than the migrations",
      { config: { apiImage: "registry.example.com/service:20270101-1-signed" } },
      [/apiImage: found 20270101-1-signed, which is newer than the migrations of imageTag/, /config rm apiImage/],
    ],
    [
      "images of another partition",
      {
        config: {
          imageRegistryRegion: "cn-north-1",
          logRouterImage: "111122223333.dkr.ecr.us-gov-west-1.amazonaws.com/fluent-bit:3",
          logRouterOptions: { Name: "s3" },
        },
      },
      [
        /imageRegistryRegion: found cn-north-1, which belongs to another partition of AWS than eu-central-1/,
        /logRouterImage: found an image of 111122223333\.dkr\.ecr\.us-gov-west-1\.amazonaws\.com, which belongs to another/,
      ],
    ],
    [
      "a host of ECR with China's ending, where there is none such",
      { config: { apiImage: "111122223333.dkr.ecr.eu-central-1.amazonaws.com.cn/pulumi/service:1" } },
      [
        /apiImage: .*which is no host of ECR: in eu-central-1 that is 111122223333\.dkr\.ecr\.eu-central-1\.amazonaws\.com\n/,
        /set apiImage 111122223333\.dkr\.ecr\.eu-central-1\.amazonaws\.com\/pulumi\/service:1/,
      ],
    ],
  ]);
});
