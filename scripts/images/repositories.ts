import type { ECR } from "@aws-sdk/client-ecr";
import { alwaysIn, unlessError } from "@selfhosted/common";
import type { EcrImage } from "../../application/operations";
import { type Demand, demand } from "../demand";

/** A repository of ECR, by its name in an account. */
export type Repository = Pick<EcrImage, "accountId" | "repository">;

/** A repository as ECR describes it. */
export interface FoundRepository {
  /** Made by this command. */
  isOwn: boolean;
  mutability: string | undefined;
  scansOnPush: boolean;
  /** What the rules of its lifecycle are for: `tagged`, `untagged` or `any`. */
  lifecycle: string[];
}

const ownTag = { Key: "managed-by", Value: "make-images" };

const newRepository: FoundRepository = {
  ...{ isOwn: true, mutability: "IMMUTABLE", scansOnPush: true, lifecycle: [] },
};

const named = ({ accountId, repository }: Repository) => ({ registryId: accountId, repositoryName: repository });

/**
 * A release stays until somebody deletes it, for it may run, or be gone back to. An image that belongs to one for several CPUs has no
 * tag, and stays with that one: https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 */
const lifecyclePolicy = {
  rules: [
    {
      rulePriority: 1,
      description: "What was pushed by halves, or has lost its tag",
      selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 14 },
      action: { type: "expire" },
    },
  ],
};

export const repositoryDemands: Demand<ECR, Repository, FoundRepository>[] = [
  demand({
    name: "tags that can't be moved",
    fault: "its tags can be moved to other images",
    holds: ({ mutability }) => mutability?.startsWith("IMMUTABLE") ?? false,
    operation: "ecr put-image-tag-mutability",
    request: (wanted) => ({ ...named(wanted), imageTagMutability: "IMMUTABLE" as const }),
    send: (ecr: ECR, request) => ecr.putImageTagMutability(request),
  }),
  demand({
    name: "scanned on push",
    fault: "its images aren't scanned when they are pushed",
    holds: ({ scansOnPush }) => scansOnPush,
    operation: "ecr put-image-scanning-configuration",
    request: (wanted) => ({ ...named(wanted), imageScanningConfiguration: { scanOnPush: true } }),
    send: (ecr: ECR, request) => ecr.putImageScanningConfiguration(request),
  }),
  demand({
    name: "without what has no tag, after 14 days",
    fault: "its lifecycle deletes images with a tag: releases, which may be in use",
    // Without one, all that others push stays, as they may want it.
    holds: ({ lifecycle, isOwn }) => lifecycle.every((each) => each === "untagged") && (lifecycle.length > 0 || !isOwn),
    operation: "ecr put-lifecycle-policy",
    request: (wanted) => ({ ...named(wanted), lifecyclePolicyText: JSON.stringify(lifecyclePolicy) }),
    send: (ecr: ECR, request) => ecr.putLifecyclePolicy(request),
  }),
];

/** Undefined where there is none of this name. */
export async function describeRepository(ecr: ECR, wanted: Repository): Promise<FoundRepository | undefined> {
  const { registryId, repositoryName } = named(wanted);
  const answer = await unlessError(
    /^RepositoryNotFoundException$/,
    ecr.describeRepositories({ registryId, repositoryNames: [repositoryName] }),
  );
  const found = answer?.repositories?.[0];
  if (found === undefined) {
    return undefined;
  }
  const [{ tags = [] }, lifecycle] = await Promise.all([
    ecr.listTagsForResource({ resourceArn: alwaysIn(found, "repositoryArn") }),
    unlessError(/^LifecyclePolicyNotFoundException$/, ecr.getLifecyclePolicy({ registryId, repositoryName })),
  ]);
  const { rules } = JSON.parse(lifecycle?.lifecyclePolicyText ?? `{"rules":[]}`) as typeof lifecyclePolicy;
  return {
    isOwn: tags.some(({ Key, Value }) => Key === ownTag.Key && Value === ownTag.Value),
    mutability: found.imageTagMutability,
    scansOnPush: found.imageScanningConfiguration?.scanOnPush ?? false,
    lifecycle: rules.map(({ selection }) => selection.tagStatus),
  };
}

/** Encrypted with the key of S3: what is in the images is the vendor's, and no secret. */
export async function createRepository(ecr: ECR, wanted: Repository): Promise<FoundRepository> {
  await ecr.createRepository({
    ...named(wanted),
    imageTagMutability: "IMMUTABLE",
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfiguration: { encryptionType: "AES256" },
    tags: [ownTag],
  });
  return newRepository;
}
