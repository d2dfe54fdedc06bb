import { createHash } from "node:crypto";
import { type AwsAnswers, awsError } from ".";

interface ImageId {
  imageTag?: string;
  imageDigest?: string;
}

/** Repositories that the account has, by their path. Whatever stands in front of the last two parts is a mirror's prefix. */
const repositories = /(^|\/)(pulumi\/(service|console|migrations)|(aws-for-)?fluent-bit)$/;

/** The images of every release are there, and nothing is pulled through a cache. */
export function ecr(): AwsAnswers {
  return {
    "ecr:DescribeImages": ({ repositoryName, imageIds }) => {
      mustExist(String(repositoryName));
      return { imageDetails: (imageIds as ImageId[]).map((id) => ({ imageDigest: digestOf(id) })) };
    },
    "ecr:BatchGetImage": ({ repositoryName, imageIds }) => {
      mustExist(String(repositoryName));
      return {
        images: (imageIds as ImageId[]).map((id) => ({
          imageId: { ...id, imageDigest: digestOf(id) },
          imageManifestMediaType: "application/vnd.docker.distribution.manifest.v2+json",
          imageManifest: "{}",
        })),
        failures: [],
      };
    },
    "ecr:DescribePullThroughCacheRules": () => ({ pullThroughCacheRules: [] }),
  };
}

/** Answers of an ECR that lacks some images, the way it says so. */
export function ecrWithout(isMissing: (repository: string) => boolean): Partial<AwsAnswers> {
  const healthy = ecr();
  return {
    "ecr:DescribeImages": (input, region) => {
      if (isMissing(String(input["repositoryName"]))) {
        throw awsError("ImageNotFoundException", "The image requested does not exist in the specified repository");
      }
      return healthy["ecr:DescribeImages"]?.(input, region) ?? {};
    },
    "ecr:BatchGetImage": (input, region) =>
      isMissing(String(input["repositoryName"]))
        ? ecrFailure("ImageNotFound", "Requested image not found")
        : (healthy["ecr:BatchGetImage"]?.(input, region) ?? {}),
  };
}

/** What BatchGetImage answers for an image that it doesn't give, such as `ecrFailure("UpstreamUnavailable", "…")`. */
export function ecrFailure(failureCode: string, failureReason: string): object {
  return { images: [], failures: [{ failureCode, failureReason }] };
}

function mustExist(repository: string): void {
  if (!repositories.test(repository)) {
    throw awsError("RepositoryNotFoundException", `The repository with name '${repository}' does not exist`);
  }
}

function digestOf({ imageTag = "", imageDigest }: ImageId): string {
  return imageDigest ?? `sha256:${createHash("sha256").update(imageTag).digest("hex")}`;
}

/** No cluster yet. */
export function ecs(): AwsAnswers {
  return {
    "ecs:DescribeServices": () => {
      throw Object.assign(new Error("Cluster not found."), { name: "ClusterNotFoundException" });
    },
  };
}

/** No load balancers yet. */
export function elb(): AwsAnswers {
  return {
    "elb:DescribeLoadBalancers": ({ Names }) => {
      if (Names !== undefined) {
        throw Object.assign(new Error("One or more load balancers not found"), {
          name: "LoadBalancerNotFoundException",
        });
      }
      return { LoadBalancers: [] };
    },
    "elb:DescribeAccountLimits": () => ({
      Limits: [
        { Name: "network-load-balancers", Max: "50" },
        { Name: "target-groups", Max: "3000" },
      ],
    }),
  };
}
