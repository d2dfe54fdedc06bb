import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readSettings, targetsOf } from "../../images/targets";

const home = { accountId: "111122223333", region: "eu-central-1", partition: "aws", dnsSuffix: "amazonaws.com" };
const tag = "20260105-317-signed";
const digest = `sha256:${"0".repeat(64)}`;

describe("where the images of a release go", () => {
  it("is the ECR of the caller's account and region, as long as nothing is configured", () => {
    const { targets, elsewhere } = targetsOf({}, tag, home);
    expect(targets.map(({ image }) => image.repository)).to.deep.equal([
      ...["pulumi/service", "pulumi/console", "pulumi/migrations"],
    ]);
    targets.forEach(({ image }) => expect(image).to.include({ accountId: home.accountId, region: home.region, tag }));
    expect(elsewhere).to.deep.equal([]);
  });

  it("is where the settings say", () => {
    const settings = {
      imagePrefix: "mirror/",
      imageRegistryRegion: "eu-west-1",
      imageRegistryAccountId: "444455556666",
    };
    const [api] = targetsOf(settings, tag, home).targets;
    expect(api?.image).to.include({
      accountId: "444455556666",
      region: "eu-west-1",
      repository: "mirror/pulumi/service",
    });
  });

  it("is a repository of its own where one is set, with the tag of the release; what isn't in ECR is left to others", () => {
    const apiImage = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/our/api:20250901-101-signed";
    const consoleImage = "registry.example.com/pulumi/console:20250901-101-signed";
    const { targets, elsewhere } = targetsOf({ apiImage, consoleImage }, tag, home);
    expect(targets.map(({ image }) => `${image.repository}:${image.tag}`)).to.deep.equal([
      `our/api:${tag}`,
      `pulumi/migrations:${tag}`,
    ]);
    expect(elsewhere).to.deep.equal([consoleImage]);
  });

  it("holds the release that is configured to its digests, and no other release", () => {
    const settings = { imageTag: tag, apiImageDigest: digest, migrationImageTag: "20260201-400-signed" };
    expect(targetsOf(settings, tag, home).targets.map(({ pinned }) => pinned)).to.deep.equal([
      ...[digest, undefined, undefined],
    ]);
    const later = targetsOf(settings, "20260301-500-signed", home).targets;
    later.forEach(({ pinned, image }) =>
      expect([pinned, image.tag, image.digest]).to.deep.equal([undefined, "20260301-500-signed", undefined]),
    );
  });
});

describe("the settings of images", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "settings-"));
    mkdirSync(join(folder, "application"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("are none before there is a configuration", () => expect(readSettings("prod", folder)).to.equal(undefined));

  it("are read without Pulumi, and secrets are left", () => {
    writeFileSync(
      join(folder, "application", "Pulumi.prod.yaml"),
      [
        "secretsprovider: awskms://alias/pulumi-state",
        "config:",
        "  aws:region: eu-central-1",
        "  selfhosted-application:imagePrefix: mirror/",
        `  selfhosted-application:imageRegistryAccountId: "012345678901"`,
        `  selfhosted-application:imagePullThroughCache: "true"`,
        "  selfhosted-application:licenseKey:",
        "    secure: AAAA",
      ].join("\n"),
    );
    expect(readSettings("prod", folder)).to.deep.equal({
      ...{ imagePrefix: "mirror/", imageRegistryAccountId: "012345678901", imagePullThroughCache: true },
      licenseKey: undefined,
    });
  });
});
