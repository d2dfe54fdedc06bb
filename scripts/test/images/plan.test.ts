import { expect } from "chai";
import { type Found, onlyCpu, planImages } from "../../images/plan";
import type { ReadImage } from "../../images/read";
import { targetsOf } from "../../images/targets";

const home = { accountId: "111122223333", region: "eu-central-1", partition: "aws", dnsSuffix: "amazonaws.com" };
const tag = "20260105-317-signed";
const digest = `sha256:${"0".repeat(64)}`;
const other = `sha256:${"1".repeat(64)}`;
const { targets } = targetsOf({ imageTag: tag, apiImageDigest: digest }, tag, home);
const read = (...architectures: string[]): ReadImage => ({
  ...{ digest, architectures, from: { reference: `docker.io/pulumi/service@${digest}` } },
});
const good = { isOwn: true, mutability: "IMMUTABLE", scansOnPush: true, lifecycle: ["untagged"] };

/** The three images, each with these values. */
const found = (...values: Partial<Found>[]): Found[] =>
  targets.map((target, index) => ({
    ...{ target, repository: undefined, present: undefined, source: read("amd64") },
    ...values[Math.min(index, values.length - 1)],
  }));

describe("the plan for a release's images", () => {
  it("makes repositories that aren't there, and copies the images with their digests", () => {
    const { steps, repositories, copies, warnings } = planImages(found({}), undefined);
    expect(steps).to.have.length(6);
    expect(steps[0]).to.match(
      /^make the repository pulumi\/service in eu-central-1: tags that can't be moved, scanned/,
    );
    expect(steps[3]).to.equal(`copy pulumi/service:${tag}, ${digest}, for amd64`);
    expect([repositories.length, copies.length, warnings.length]).to.deep.equal([3, 3, 0]);
  });

  it("does nothing where all is there", () => {
    const { repositories, copies, steps } = planImages(found({ repository: good, present: digest }), {});
    expect([repositories, copies]).to.deep.equal([[], []]);
    expect(steps[0]).to.equal(`pulumi/service:${tag} is there already, ${digest}`);
  });

  it("completes a repository of its own", () => {
    const [half] = planImages(found({ repository: { ...good, lifecycle: [] }, present: digest }), {}).repositories;
    expect(half?.target.kind).to.equal("api");
  });

  it("leaves those of others as they are, and says once what is wrong with them, and how to change each", () => {
    const theirs = { isOwn: false, mutability: "MUTABLE", scansOnPush: true, lifecycle: ["any"] };
    const { warnings, repositories } = planImages(found({ repository: theirs, present: digest }), {});
    expect(repositories).to.deep.equal([]);
    expect(warnings).to.have.length(8);
    expect(warnings[0]).to.match(/^pulumi\/service, pulumi\/console, pulumi\/migrations: its tags can be moved/);
    expect(warnings[1])
      .to.include("aws ecr put-image-tag-mutability")
      .and.to.include(`"repositoryName":"pulumi/service"`);
    expect(warnings[4]).to.include("deletes images with a tag");
  });

  it("has no objection to a repository of others without a lifecycle", () => {
    const theirs = { isOwn: false, mutability: "IMMUTABLE", scansOnPush: true, lifecycle: [] };
    expect(planImages(found({ repository: theirs, present: digest }), {}).warnings).to.deep.equal([]);
  });

  it("refuses images that aren't for the CPU of the tasks, and says which would be", () => {
    const arm = found({ source: read("arm64") });
    expect(() => planImages(arm, {})).to.throw(
      /cpuArchitecture is X86_64, but not so pulumi\/service \(arm64\).*pulumi config set cpuArchitecture ARM64/,
    );
    expect(planImages(arm, { cpuArchitecture: "ARM64" }).copies).to.have.length(3);
    expect(planImages(arm, undefined).copies).to.have.length(3);
    expect(onlyCpu(arm)).to.equal("ARM64");
    expect(onlyCpu(found({ source: read("amd64", "arm64") }))).to.equal(undefined);
  });

  it("refuses three images that no CPU runs", () => {
    const mixed = found({ source: read("amd64") }, { source: read("arm64") });
    expect(() => planImages(mixed, undefined)).to.throw("no CPU of Fargate runs all three images");
  });

  it("refuses an image that isn't the one that the configuration names, where it is copied from and where it is", () => {
    const wrong = { ...read("amd64"), digest: other };
    expect(() => planImages(found({ source: wrong }, {}), {})).to.throw(
      `is ${other}, but apiImageDigest says ${digest}`,
    );
    expect(() => planImages(found({ repository: good, present: other }), {})).to.throw("apiImageDigest");
  });

  it("refuses with everything that can't be read, and the ways out", () => {
    const refusal = (): unknown =>
      planImages(found({ source: { problem: "no way" } }, { source: { problem: "denied" } }), {});
    expect(refusal).to.throw(/Nothing was changed:\n {2}no way\n {2}denied\n {2}denied\nWhere .*FROM=/s);
  });

  it("has what it can't know copied by hand", () => {
    expect(planImages(found({ source: undefined }), {}).steps[3]).to.equal(`copy pulumi/service:${tag}`);
  });
});
