import {
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  ListTagsForResourceCommand,
  paginateDescribeImages,
  type ImageDetail,
  type Repository,
} from "@aws-sdk/client-ecr";
import type { GetImageArgs, GetImagesArgs, GetRepositoryArgs } from "@pulumi/aws/ecr";
import type { DataSource, Service } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { tagMap } from "./tags";

interface Place {
  registryId?: string;
  repositoryName: string;
}

const getRepository: DataSource<Account, GetRepositoryArgs> = {
  async read({ name, registryId }, account) {
    const place = { registryId, repositoryName: name };
    const found = await describeRepository(place, account);
    const images = await describeImages(place, account);
    const command = new ListTagsForResourceCommand({ resourceArn: found.repositoryArn });
    const { tags } = await account.client(ECRClient).send(command);
    return {
      arn: found.repositoryArn,
      encryptionConfigurations: found.encryptionConfiguration ? [found.encryptionConfiguration] : [],
      id: name,
      imageScanningConfigurations: found.imageScanningConfiguration ? [found.imageScanningConfiguration] : [],
      imageTagMutability: found.imageTagMutability,
      mostRecentImageTags: images[0]?.imageTags ?? [],
      registryId: found.registryId,
      repositoryUrl: found.repositoryUri,
      tags: tagMap(tags),
    };
  },
};

const getImage: DataSource<Account, GetImageArgs> = {
  async read({ imageDigest, imageTag, mostRecent, registryId, repositoryName }, account) {
    if (!imageDigest && !imageTag && !mostRecent) {
      throw new Error("aws.ecr.getImage needs an imageTag, an imageDigest or mostRecent.");
    }
    const place = { registryId, repositoryName };
    const { repositoryUri } = await describeRepository(place, account);
    const [found] =
      imageDigest || imageTag
        ? await describeImage({ ...place, imageDigest, imageTag }, account)
        : await describeImages(place, account);
    if (!found) throw new Error(`${repositoryName} has no image ${imageTag ?? imageDigest ?? "at all"}.`);
    return {
      id: found.imageDigest,
      imageDigest: found.imageDigest,
      imagePushedAt: seconds(found),
      imageSizeInBytes: found.imageSizeInBytes,
      imageTags: found.imageTags ?? [],
      imageUri: `${repositoryUri}@${found.imageDigest}`,
      registryId: found.registryId,
    };
  },
};

const getImages: DataSource<Account, GetImagesArgs> = {
  async read(args, account) {
    await describeRepository(args, account);
    const images = await describeImages(args, account);
    const imageIds = images.flatMap(({ imageDigest, imageTags = [] }) =>
      imageTags.map((imageTag) => ({ imageDigest, imageTag })),
    );
    return { imageIds, id: args.repositoryName };
  },
};

/** What the images' owner keeps in Amazon ECR; nothing of it is made here. */
export const service: Service<Account> = {
  resources: {},
  dataSources: {
    "aws:ecr/getRepository:getRepository": getRepository,
    "aws:ecr/getImage:getImage": getImage,
    "aws:ecr/getImages:getImages": getImages,
  },
};

async function describeRepository({ registryId, repositoryName }: Place, account: Account): Promise<Repository> {
  const command = new DescribeRepositoriesCommand({ registryId, repositoryNames: [repositoryName] });
  const found = (await unlessMissing(account.client(ECRClient).send(command)))?.repositories?.[0];
  if (!found) throw new Error(`There is no repository ${repositoryName} in ECR of ${registryId ?? account.accountId}.`);
  return found;
}

async function describeImage(
  { registryId, repositoryName, ...image }: Place & { imageDigest?: string; imageTag?: string },
  account: Account,
): Promise<ImageDetail[]> {
  const command = new DescribeImagesCommand({ registryId, repositoryName, imageIds: [image] });
  return (await unlessMissing(account.client(ECRClient).send(command)))?.imageDetails ?? [];
}

/** All images, the one pushed last in front. */
async function describeImages({ registryId, repositoryName }: Place, account: Account): Promise<ImageDetail[]> {
  const images: ImageDetail[] = [];
  const pages = paginateDescribeImages({ client: account.client(ECRClient) }, { registryId, repositoryName });
  for await (const { imageDetails = [] } of pages) images.push(...imageDetails);
  return images.toSorted((one, other) => seconds(other) - seconds(one));
}

function seconds({ imagePushedAt }: ImageDetail): number {
  return Math.floor((imagePushedAt?.getTime() ?? 0) / 1000);
}
