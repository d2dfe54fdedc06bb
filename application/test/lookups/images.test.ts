import { accountId, type AwsAnswers, awsError, ecrFailure, ecrWithout, type Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { detail, problems, skipped } from "./account";

const host = `${accountId}.dkr.ecr.eu-central-1.amazonaws.com`;
const all = ["pulumi/service", "pulumi/console", "pulumi/migrations"];

/** ECR that lacks the images of these repositories. */
const without = (...repositories: string[]): Partial<AwsAnswers> =>
  ecrWithout((repository) => repositories.includes(repository));

const denied =
  (name: string, action = "ecr:DescribeImages") =>
  (): never => {
    throw awsError(
      name,
      `User: arn:aws:iam::111122223333:user/me is not authorized to perform: ${action} on resource: x`,
    );
  };

/** A registry that lets images be pulled, and no more: so are most of another account. */
const pullOnly: Partial<AwsAnswers> = { "ecr:DescribeImages": denied("AccessDeniedException") };

describe("the images", () => {
  it("are looked up by their digest, or by their tag", async () => {
    const asked: unknown[] = [];
    const aws: Partial<AwsAnswers> = {
      "ecr:DescribeImages": ({ registryId, repositoryName, imageIds }: Values) => {
        asked.push([registryId, repositoryName, imageIds]);
        return { imageDetails: [{ imageDigest: "sha256:0" }] };
      },
    };
    const digest = `sha256:${"0".repeat(64)}`;
    const config = {
      consoleImageDigest: digest,
      imageRegistryAccountId: "444455556666",
      imageRegistryRegion: "us-east-1",
    };
    expect(await problems({ config, aws })).to.deep.equal([]);
    expect(asked).to.deep.equal([
      ["444455556666", "pulumi/service", [{ imageTag: "20260101-1000-signed" }]],
      ["444455556666", "pulumi/console", [{ imageDigest: digest }]],
      ["444455556666", "pulumi/migrations", [{ imageTag: "20260101-1000-signed" }]],
    ]);
  });

  it("are one problem where the release is missing altogether", async () => {
    const found = await problems({ aws: without(...all) });
    expect(found).to.have.length(1);
    expect(found[0]).to.equal(
      `error imageTag: not in ECR (no such image): ${all.map((name) => `${host}/${name}:20260101-1000-signed`).join(", ")} → ` +
        "push it to ECR first: the three images of a release carry the same tag",
    );
  });

  it("are a problem of the setting that names them", async () => {
    const config = {
      apiImage: `${host}/own/api:1`,
      consoleImageDigest: `sha256:${"0".repeat(64)}`,
      migrationImageTag: "20260301-1-signed",
      logRouterImage: `${host}/fluent-bit:3`,
    };
    const aws = without("own/api", "pulumi/console", "pulumi/migrations", "fluent-bit");
    const keys = (await problems({ config, aws })).map((text) => text.split(/[ :]/)[1]);
    expect(keys).to.deep.equal(["apiImage", "consoleImageDigest", "migrationImageTag", "logRouterImage"]);
  });

  it("are left to the deployment where they can't be read: tasks pull with a role of their own", async () => {
    const aws = { ...pullOnly, "ecr:BatchGetImage": denied("AccessDeniedException", "ecr:BatchGetImage") };
    const trial = { config: { imageRegistryAccountId: "444455556666" }, aws };
    expect(await problems(trial)).to.deep.equal([]);
    expect(await skipped(trial, "images")).to.match(
      /the image 444455556666\..*service.* can't be read: the credentials don't allow it; the image .*console/,
    );
  });

  it("are asked for as a task does where they can't be described", async () => {
    const config = { imageRegistryAccountId: "444455556666" };
    expect(await problems({ config, aws: pullOnly })).to.deep.equal([]);
    const aws = { ...without(...all), ...pullOnly };
    expect((await problems({ config, aws })).join()).to.match(/^error imageTag: not in ECR \(no such image\)/);
    const unavailable = { ...pullOnly, "ecr:BatchGetImage": () => ecrFailure("UpstreamUnavailable", "try later") };
    expect(await problems({ config, aws: unavailable }), "behind another account's cache").to.deep.equal([]);
  });

  it("that ECR has and doesn't give are a problem, with ECR's own reason", async () => {
    const aws = { "ecr:BatchGetImage": () => ecrFailure("KmsError", "the key is disabled") };
    const found = await problems({ aws });
    expect(found).to.have.length(1);
    expect(found[0]).to.match(/^error imageTag: not in ECR \(KmsError: the key is disabled\): /);
  });

  it("of another region are a problem of the setting that names it, where its ECR refuses", async () => {
    const config = { imageRegistryRegion: "eu-north-9" };
    const [found = "", ...more] = await problems({
      config,
      aws: { "ecr:DescribeImages": denied("ExpiredToken") },
    });
    expect(more).to.deep.equal([]);
    expect(found).to.match(/^error imageRegistryRegion: the image .*eu-north-9.* can't be read/);
  });

  it("of another partition aren't looked up: a rule refuses them", async () => {
    const config = { imageRegistryRegion: "cn-north-1" };
    expect(await problems({ config, aws: { "ecr:DescribeImages": denied("ExpiredToken") } })).to.deep.equal([]);
  });

  it("of a pull-through cache are fetched by nobody but a task, and no error of the registry behind stops anybody", async () => {
    const config = { imagePrefix: "mirror/", imagePullThroughCache: true };
    const fetched: unknown[] = [];
    const rule = {
      "ecr:DescribePullThroughCacheRules": () => ({ pullThroughCacheRules: [{ ecrRepositoryPrefix: "mirror" }] }),
    };
    const missing: Partial<AwsAnswers> = {
      ...ecrWithout(() => true),
      ...rule,
      "ecr:BatchGetImage": (input) => {
        fetched.push(input);
        throw awsError("UnableToGetUpstreamImageException", "the upstream registry doesn't answer");
      },
    };
    expect(await problems({ config, aws: missing })).to.deep.equal([]);
    expect(fetched).to.deep.equal([]);
    const there = { ...missing, "ecr:DescribeImages": () => ({ imageDetails: [{ imageDigest: "sha256:0" }] }) };
    expect(await problems({ config, aws: there })).to.deep.equal([]);
    const unread = { ...missing, "ecr:DescribeImages": denied("ServerException") };
    expect(await problems({ config, aws: unread })).to.deep.equal([]);
  });

  it("are looked up one by one: a reference that isn't valid silences no other", async () => {
    const aws = without("pulumi/console");
    for (const invalid of [["apiImage"], ["apiImageDigest"], ["cpuArchitecture"]] as const) {
      expect((await problems({ invalid: [...invalid], aws })).join(), invalid.join()).to.match(
        /^error imageTag: not in ECR \(no such image\): \S+console:/,
      );
    }
  });

  it("need not be pushed where ECR pulls them through, by a rule that there is", async () => {
    const rules = (...prefixes: string[]): Partial<AwsAnswers> => ({
      ...without("mirror/pulumi/service", "mirror/pulumi/console", "mirror/pulumi/migrations"),
      "ecr:DescribePullThroughCacheRules": () => ({
        pullThroughCacheRules: prefixes.map((ecrRepositoryPrefix) => ({ ecrRepositoryPrefix })),
      }),
    });
    const config = { imagePrefix: "mirror/", imagePullThroughCache: true };
    expect(await problems({ config, aws: rules("mirror") })).to.deep.equal([]);
    expect(await problems({ config, aws: rules("ROOT") })).to.deep.equal([]);
    expect(await detail({ config, aws: rules("mirror") }, "images")).to.match(/fetches it when it is first pulled/);
    const none = await problems({ config, aws: rules("mirr") });
    expect(none).to.have.length(1);
    expect(none[0]).to.match(
      /^error imagePullThroughCache: found true, but the registry has no pull-through cache rule for /,
    );
    expect((await problems({ config: { imagePrefix: "mirror/" }, aws: rules("mirror") })).join()).to.match(
      /^error imageTag: not in ECR \(no such image\): .* pulumi config set imagePullThroughCache true$/,
    );
    const elsewhere = { ...config, imageRegistryAccountId: "444455556666" };
    expect(await problems({ config: elsewhere, aws: rules() }), "rules that aren't shown").to.deep.equal([]);
  });

  it("of another registry are left to the deployment", async () => {
    const image = "docker.io/example/pulumi:1";
    const config = { apiImage: image, consoleImage: image, migrationImage: image };
    expect(await skipped({ config, aws: without() }, "images")).to.match(/docker\.io.*not in ECR/);
    expect(await detail({ config: { apiImage: image } }, "images")).to.include(
      `${image} (not in ECR), ${host}/pulumi/console`,
    );
  });

  it("are built for the tasks' CPU, as far as their index says", async () => {
    const index = (...architectures: string[]): Partial<AwsAnswers> => ({
      "ecr:BatchGetImage": () => ({
        images: [
          {
            imageId: { imageDigest: "sha256:0" },
            imageManifest: JSON.stringify({
              manifests: architectures.map((architecture) => ({ platform: { architecture } })),
            }),
          },
        ],
      }),
    });
    const config = { cpuArchitecture: "ARM64" as const };
    expect((await problems({ config, aws: index("amd64", "unknown") }))[0]).to.match(
      /^error cpuArchitecture: found ARM64, but .*service:20260101-1000-signed is built for amd64 only → pulumi config set cpuArchitecture X86_64/,
    );
    expect(await problems({ config, aws: index("amd64", "arm64") })).to.deep.equal([]);
    expect(await problems({ config, aws: index() }), "a manifest that doesn't say").to.deep.equal([]);
  });
});
