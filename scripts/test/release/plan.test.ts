import { expect } from "chai";
import { planRelease, type ReleaseConfig, requireRelease } from "../../release/plan";
import { sameImage } from "../../release/running-versions";

const [before, after] = ["20251103-204-signed", "20260105-317-signed"];
const [oldDigest, newDigest] = ["0", "1"].map((digit) => `sha256:${digit.repeat(64)}`);
const place = { accountId: "111122223333", region: "eu-central-1" };
const registry = "111122223333.dkr.ecr.eu-central-1.amazonaws.com";

/** A registry that holds one release. */
function ecr(reference: string): Promise<{ digest: string } | { missing: string } | undefined> {
  const found = reference.endsWith(`:${after}`) ? { digest: newDigest ?? "" } : { missing: "not found" };
  return Promise.resolve(reference.includes(".dkr.ecr.") ? found : undefined);
}

const configured = (settings: Partial<ReleaseConfig> = {}): ReleaseConfig =>
  ({ imageTag: before, ...settings }) as ReleaseConfig;

/** The settings that a change of release changes. */
async function changes(settings: Partial<ReleaseConfig>, migrated?: string): Promise<Partial<ReleaseConfig>> {
  const config = configured(settings);
  const { config: next } = await planRelease(config, place, after, migrated, ecr);
  const changed = Object.entries(next).filter(([key, value]) => value !== config[key as keyof ReleaseConfig]);
  return Object.fromEntries(changed);
}

describe("another release", () => {
  it("is a new tag for all three images", async () => {
    expect(await changes({})).to.deep.equal({ imageTag: after });
    const { images } = await planRelease(configured({ imagePrefix: "mirror/" }), place, after, undefined, ecr);
    expect(images).to.deep.equal({
      api: `${registry}/mirror/pulumi/service:${after}`,
      console: `${registry}/mirror/pulumi/console:${after}`,
      migration: `${registry}/mirror/pulumi/migrations:${after}`,
    });
  });

  it("pins to its own digests what was pinned to those of the old one", async () => {
    expect(await changes({ apiImageDigest: oldDigest })).to.deep.equal({ imageTag: after, apiImageDigest: newDigest });
  });

  it("gives images that are named whole the new tag, and digest", async () => {
    const whole = {
      apiImage: `${registry}/api:${before}@${oldDigest}`,
      consoleImage: `example.com:5000/console:${before}`,
    };
    expect(await changes(whole)).to.deep.equal({
      imageTag: after,
      apiImage: `${registry}/api:${after}@${newDigest}`,
      consoleImage: `example.com:5000/console:${after}`,
    });
  });

  it("takes the database along, where it had stayed at a later release", async () => {
    expect(await changes({ migrationImageTag: "20251224-300-signed" })).to.deep.equal({
      imageTag: after,
      migrationImageTag: undefined,
    });
  });

  it("leaves the migration as it is where the database stays", async () => {
    const migrated = `${registry}/pulumi/migrations:20260301-400-signed@${oldDigest}`;
    expect(await changes({}, migrated)).to.deep.equal({
      imageTag: after,
      migrationImageTag: "20260301-400-signed",
      migrationImageDigest: oldDigest,
    });
    expect(await changes({ migrationImage: "example.com/m:2" }, "example.com/m:1")).to.deep.equal({
      imageTag: after,
      migrationImage: "example.com/m:1",
    });
    expect(await changes({}, `${registry}/pulumi/migrations:${after}`)).to.deep.equal({ imageTag: after });
  });

  it("waits for no image that ECR fetches through its cache", async () => {
    const cached = configured({ imagePullThroughCache: true });
    const { unchecked } = await planRelease(cached, place, "20991231-1-signed", undefined, ecr);
    expect(unchecked).to.have.length(3);
  });

  it("names the images that can't be looked up", async () => {
    const elsewhere = configured({ consoleImage: `example.com/console:${before}` });
    const { unchecked } = await planRelease(elsewhere, place, after, undefined, ecr);
    expect(unchecked).to.deep.equal([`example.com/console:${after}`]);
  });

  it("is refused where ECR can't be asked, with its reason for each image", async () => {
    const error = Object.assign(new Error("not authorized to perform: ecr:BatchGetImage"), { $metadata: {} });
    const denied = (): Promise<never> => Promise.reject(error);
    const refused = await planRelease(configured(), place, after, undefined, denied).then(() => "", String);
    const reason = "it can't be read: the credentials don't allow it; allow the caller ecr:BatchGetImage";
    expect(refused.split(reason)).to.have.length(1 + 3);
  });

  it("is refused where images are missing, or are pinned where no digest can be looked up; all at once", async () => {
    const config = configured({ consoleImage: `example.com/console@${oldDigest}` });
    const refused = await planRelease(config, place, "20991231-1-signed", undefined, ecr).catch(String);
    expect(refused)
      .to.match(/nothing was changed/)
      .and.match(/pulumi\/service:20991231-1-signed: not found/)
      .and.match(/pulumi\/migrations:20991231-1-signed: not found/)
      .and.match(/example.com\/console:20991231-1-signed: pinned by digest/);
  });
});

describe("the tag of a release", () => {
  it("is taken as it is", () => expect(requireRelease(after)).to.equal(after));

  for (const tag of ["latest", "edge", "v3"]) {
    it(`isn't ${tag}`, () => expect(() => requireRelease(tag)).to.throw(`found "${tag}". Allowed: a release such as`));
  }

  for (const tag of [undefined, ""]) {
    it(`must be said: ${JSON.stringify(tag)}`, () =>
      expect(() => requireRelease(tag)).to.throw("Say which release: IMAGE_TAG=20260105-317-signed. Allowed"));
  }
});

describe("the reference of an image", () => {
  it("means the same image in another partition's words", () => {
    const china = `${registry}.cn/pulumi/service:1`;
    expect(sameImage(china, `${registry}/pulumi/service:1`)).to.equal(true);
    expect(sameImage(china, `${registry}.cn/pulumi/service:2`)).to.equal(false);
    expect(sameImage(china, undefined)).to.equal(false);
  });
});
