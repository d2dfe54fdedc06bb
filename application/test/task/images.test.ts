import * as aws from "@pulumi/aws";
import {
  accountId,
  type Partition,
  partitions,
  type PolicyStatement,
  policyStatements,
  type Values,
} from "@selfhosted/common/testing";
import { expect } from "chai";
import { type Images, images, parseImage, registryOf } from "../../task/images";
import { deploy, read, registrySecretArn } from "../fixtures";
import { container, type Task } from "../task-definitions";

const digest = `sha256:${"0".repeat(64)}`;

function imagesOf(config: Values = {}, partition: Partition = "aws"): Images {
  const { inputs } = read({ config, partition });
  return images(inputs.config, { accountId, ...partitions[partition] });
}

describe("images", () => {
  const host = `${accountId}.dkr.ecr.eu-central-1.amazonaws.com`;
  const tag = "20260101-1000-signed";

  it("come from the account's own registry, all of one release", () => {
    const { api, console, migration } = imagesOf();
    expect([api, console, migration]).to.deep.equal(
      ["service", "console", "migrations"].map((name) => ({
        uri: `${host}/pulumi/${name}:${tag}`,
        repositoryArn: `arn:aws:ecr:eu-central-1:${accountId}:repository/pulumi/${name}`,
      })),
    );
  });

  it("come from another account, region and prefix", () => {
    const config = {
      imageRegistryAccountId: "444455556666",
      imageRegistryRegion: "us-east-1",
      imagePrefix: "mirror/",
    };
    expect(imagesOf(config).api).to.deep.equal({
      uri: `444455556666.dkr.ecr.us-east-1.amazonaws.com/mirror/pulumi/service:${tag}`,
      repositoryArn: "arn:aws:ecr:us-east-1:444455556666:repository/mirror/pulumi/service",
    });
  });

  it("are pinned by digest", () => {
    const { api, console } = imagesOf({ apiImageDigest: digest });
    expect(api.uri).to.equal(`${host}/pulumi/service:${tag}@${digest}`);
    expect(console.uri).to.match(/:20260101-1000-signed$/);
  });

  it("keep the migrations of a later release, where its database stays", () => {
    const { api, migration } = imagesOf({ migrationImageTag: "20260301-1100-signed" });
    expect(api.uri).to.match(/:20260101-1000-signed$/);
    expect(migration.uri).to.equal(`${host}/pulumi/migrations:20260301-1100-signed`);
  });

  it("are replaced one by one, each in the repository that its own reference names", () => {
    const config = {
      apiImage: `registry.example.com/service@${digest}`,
      consoleImage: "444455556666.dkr.ecr.us-east-1.amazonaws.com/c:1",
    };
    const { api, console } = imagesOf(config);
    expect(api).to.deep.equal({ uri: config.apiImage });
    expect(console).to.deep.equal({
      uri: config.consoleImage,
      repositoryArn: "arn:aws:ecr:us-east-1:444455556666:repository/c",
    });
  });

  it("have the registry host of their partition", () => {
    expect(imagesOf({}, "aws-cn").api.uri).to.match(
      /^\d{12}\.dkr\.ecr\.cn-north-1\.amazonaws\.com\.cn\/pulumi\/service:/,
    );
  });

  it("of a pull-through cache are fetched by ECR, and no others", () => {
    const config = { imagePrefix: "docker-hub/", imagePullThroughCache: true, consoleImage: `${host}/own/console:1` };
    const { api, console, migration } = imagesOf(config);
    expect([api.pullThrough, migration.pullThrough, console.pullThrough]).to.deep.equal([true, true, undefined]);
    expect(api.uri).to.equal(`${host}/docker-hub/pulumi/service:${tag}`);
  });

  it("of a private registry are pulled with its credentials, those of ECR without", () => {
    const registryCredentialsSecretArn = registrySecretArn();
    const config = {
      registryCredentialsSecretArn,
      apiImage: "registry.example.com/pulumi/service:1",
      logRouterImage: "public.ecr.aws/aws-observability/aws-for-fluent-bit:3.0.0",
    };
    const { api, console, logRouter } = imagesOf(config);
    expect(api.credentialsArn).to.equal(registryCredentialsSecretArn);
    expect([console.credentialsArn, logRouter?.credentialsArn]).to.deep.equal([undefined, undefined]);
  });

  it("give the execution role what it needs to pull them, and no more", async () => {
    const secretArn = registrySecretArn();
    const outcome = await deploy({
      config: {
        imagePrefix: "docker-hub/",
        imagePullThroughCache: true,
        apiImage: "registry.example.com/pulumi/service:1",
        registryCredentialsSecretArn: secretArn,
      },
    });
    const statements = (task: Task): PolicyStatement[] =>
      policyStatements(outcome.the(aws.iam.RolePolicy, `test-${task}-execution-policy`).inputs.policy);
    const withSid = (task: Task, sid: string) => statements(task).find(({ Sid }) => Sid === sid);
    const repository = [`arn:aws:ecr:eu-central-1:${accountId}:repository/docker-hub/pulumi/console`];
    expect(withSid("console", "PullImages")?.Resource).to.deep.equal(repository);
    expect(withSid("console", "FetchImages")).to.deep.include({
      Action: ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
      Resource: repository,
    });
    expect(JSON.stringify(statements("console"))).to.not.include(secretArn);

    expect(withSid("api", "PullImages")).to.equal(undefined);
    expect(withSid("api", "FetchImages")).to.equal(undefined);
    expect(withSid("api", "ReadSecrets")?.Resource).to.include(secretArn);
    expect(container(outcome, "api")).to.deep.include({
      image: "registry.example.com/pulumi/service:1",
      repositoryCredentials: { credentialsParameter: secretArn },
    });
    expect(container(outcome, "console").repositoryCredentials).to.equal(undefined);
  });
});

describe("the reference of an image", () => {
  it("in ECR has an account, a region, a repository and a tag", () => {
    expect(
      parseImage("111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/mirror/pulumi/service:20260105-317-signed"),
    ).to.deep.equal({
      accountId: "111122223333",
      region: "cn-north-1",
      repository: "mirror/pulumi/service",
      tag: "20260105-317-signed",
    });
  });

  it("may carry a digest in place of the tag, or beside it", () => {
    const repository = "111122223333.dkr.ecr-fips.us-gov-west-1.amazonaws.com/pulumi/service";
    const parts = { accountId: "111122223333", region: "us-gov-west-1", repository: "pulumi/service", digest };
    expect(parseImage(`${repository}@${digest}`)).to.deep.equal(parts);
    expect(parseImage(`${repository}:1.2@${digest}`)).to.deep.equal({ ...parts, tag: "1.2" });
  });

  it("outside ECR isn't looked for", () => {
    expect(parseImage("docker.io/pulumi/service:latest")).to.equal(undefined);
  });

  it("names its registry as Docker reads it", () => {
    const registries = {
      "pulumi/service:1": "docker.io",
      "docker.io/pulumi/service:1": "docker.io",
      "index.docker.io/pulumi/service:1": "docker.io",
      "registry.example.com/pulumi/service:1": "registry.example.com",
      "registry:5000/service:1": "registry:5000",
      "localhost/service:1": "localhost",
    };
    for (const [reference, registry] of Object.entries(registries)) {
      expect(registryOf(reference), reference).to.equal(registry);
    }
  });
});
