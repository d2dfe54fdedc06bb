import { expect } from "chai";
import { accountId } from "@selfhosted/common/testing";
import { parseImage } from "../images";
import { containers, deploy, type Trial } from "./fixtures";

const digest = `sha256:${"0".repeat(64)}`;

async function imagesOf(trial?: Trial): Promise<string[]> {
  const outcome = await deploy(trial);
  return ["api", "console", "migration"].map((task) => containers(outcome, task)[0]?.image ?? "");
}

/** The statement with which a task's execution role pulls images. */
async function pulls(trial: Trial | undefined, task: string): Promise<unknown> {
  const { the } = await deploy(trial);
  const policy = the("aws:iam/rolePolicy:RolePolicy", `test-${task}-execution-policy`).inputs["policy"];
  const { Statement } = JSON.parse(String(policy)) as { Statement: { Sid: string; Resource: unknown }[] };
  return Statement.find(({ Sid }) => Sid === "PullImages")?.Resource;
}

describe("images", () => {
  const host = `${accountId}.dkr.ecr.eu-central-1.amazonaws.com`;

  it("come from the account's own registry, all of one release", async () => {
    expect(await imagesOf()).to.deep.equal(
      ["service", "console", "migrations"].map((name) => `${host}/pulumi/${name}:20260101-1000-signed`),
    );
    expect(await pulls(undefined, "api")).to.deep.equal([
      `arn:aws:ecr:eu-central-1:${accountId}:repository/pulumi/service`,
    ]);
  });

  it("come from another account, region and prefix", async () => {
    const config = {
      imageRegistryAccountId: "444455556666",
      imageRegistryRegion: "us-east-1",
      imagePrefix: "mirror/",
    };
    const [api] = await imagesOf({ config });
    expect(api).to.equal("444455556666.dkr.ecr.us-east-1.amazonaws.com/mirror/pulumi/service:20260101-1000-signed");
    expect(await pulls({ config }, "console")).to.deep.equal([
      "arn:aws:ecr:us-east-1:444455556666:repository/mirror/pulumi/console",
    ]);
  });

  it("are pinned by digest", async () => {
    const [api, console] = await imagesOf({ config: { apiImageDigest: digest } });
    expect(api).to.equal(`${host}/pulumi/service:20260101-1000-signed@${digest}`);
    expect(console).to.match(/:20260101-1000-signed$/);
  });

  it("keep the migrations of a later release, where its database stays", async () => {
    const [api, , migration] = await imagesOf({ config: { migrationImageTag: "20260301-1100-signed" } });
    expect(api).to.match(/:20260101-1000-signed$/);
    expect(migration).to.equal(`${host}/pulumi/migrations:20260301-1100-signed`);
  });

  it("are replaced one by one, with the rights that the other registry needs", async () => {
    const config = {
      apiImage: `registry.example.com/service@${digest}`,
      consoleImage: "444455556666.dkr.ecr.us-east-1.amazonaws.com/c:1",
    };
    const [api, console] = await imagesOf({ config });
    expect(api).to.equal(config.apiImage);
    expect(console).to.equal(config.consoleImage);
    expect(await pulls({ config }, "api")).to.equal(undefined);
    expect(await pulls({ config }, "console")).to.deep.equal(["arn:aws:ecr:us-east-1:444455556666:repository/c"]);
  });

  it("have the registry host of their partition", async () => {
    const [api] = await imagesOf({ partition: "aws-cn" });
    expect(api).to.match(/^\d{12}\.dkr\.ecr\.cn-north-1\.amazonaws\.com\.cn\/pulumi\/service:/);
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
});
