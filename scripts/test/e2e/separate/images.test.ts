import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ECR } from "@aws-sdk/client-ecr";
import { expect } from "chai";
import { type Outcome, run, type Scratch, scratchCheckout } from "../../../bench/scratch";
import { type Emulator, environment, start, stop } from "../../../sandbox/emulator";
import { type Proxy, rewriteJson, startProxy } from "../../../sandbox/test/proxy";
import {
  makeImage,
  password,
  type Registry,
  startRegistry,
  whereIs,
  writeDockerArchive,
  writeOciArchive,
} from "../../support/registry";

const names = { "pulumi/service": "service", "pulumi/console": "console", "pulumi/migrations": "migrations" };
const repositories = Object.keys(names);
const images = new Map(repositories.map((each) => [each, makeImage(each, "amd64", "arm64")]));
const found = (["crane", "skopeo"] as const).filter((each) => whereIs(each) !== undefined);

describe("make images, into a registry in the place of ECR's", function () {
  const home = mkdtempSync(join(tmpdir(), "images-test-"));
  const temporary = join(home, "tmp");
  const calls = join(home, "calls");
  let account: Emulator;
  let proxy: Proxy;
  let source: Registry;
  let target: Registry;
  let scratch: Scratch;
  let ecr: ECR;
  let release = 0;
  /** Of this test: the emulated ECR doesn't know what the registry has. */
  let tag: string;

  /** What the command needs on PATH, and one of the tools, which notes down how it was called. */
  function pathWith(tool?: "crane" | "skopeo"): string {
    const folder = mkdtempSync(join(home, "bin-"));
    for (const each of ["bash", "env", "make", "node", "tar"]) {
      symlinkSync(whereIs(each) ?? "", join(folder, each));
    }
    if (tool !== undefined) {
      const script = `#!${whereIs("bash")}\nprintf '%s\\n' "$*" >> '${calls}'\nexec ${whereIs(tool)} "$@"\n`;
      writeFileSync(join(folder, tool), script);
      chmodSync(join(folder, tool), 0o755);
    }
    return folder;
  }

  function make(tool: "crane" | "skopeo" | undefined, ...args: string[]): Promise<Outcome> {
    const variables = {
      ...environment(proxy, account.account.region),
      ...{ PATH: pathWith(tool), HOME: home, TMPDIR: temporary },
    };
    const settings = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    const line = ["make", "--no-print-directory", "images", "ENV=prod", `IMAGE_TAG=${tag}`, "YES=1", ...args];
    return run(scratch.folder, "/usr/bin/env", ["-i", ...settings, ...line]);
  }

  /** Makes the registry ECR's. */
  function signingInWith(word: string): void {
    proxy.clear();
    const authorizationToken = Buffer.from(`AWS:${word}`).toString("base64");
    proxy.inject({
      ...{ service: "ecr", action: "GetAuthorizationToken" },
      play: rewriteJson(() => ({
        authorizationData: [{ authorizationToken, proxyEndpoint: `http://${target.host}` }],
      })),
    });
  }

  async function expectCopied(): Promise<void> {
    for (const [repository, image] of images) {
      const copied = await target.manifest(repository, tag);
      expect(copied, repository).to.deep.equal(image.manifests.get(image.root));
      expect(await target.isComplete(repository, tag), repository).to.equal(true);
    }
  }

  before(async function () {
    if (whereIs("docker-registry") === undefined || found.length === 0) {
      console.log(
        "      skipped: docker-registry, and crane or skopeo, aren't on PATH; Debian has docker-registry and skopeo",
      );
      return this.skip();
    }
    mkdirSync(temporary);
    account = await start(join(home, "account"), { report: () => undefined });
    proxy = await startProxy(account.url);
    source = await startRegistry(join(home, "source"));
    target = await startRegistry(join(home, "target"), true);
    scratch = scratchCheckout();
    const credentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };
    ecr = new ECR({ endpoint: account.url, region: account.account.region, credentials });
    // Those that the sandbox comes with aren't the command's own.
    for (const repositoryName of repositories) {
      await ecr.deleteRepository({ repositoryName, force: true });
    }
  });

  beforeEach(async () => {
    release += 1;
    tag = `20260401-${release}-signed`;
    rmSync(calls, { force: true });
    signingInWith(password);
    for (const [repository, image] of images) {
      await source.push(repository, tag, image);
    }
  });

  after(async () => {
    await scratch?.remove();
    await Promise.all([source?.stop(), target?.stop(), proxy?.close()]);
    await stop(join(home, "account"));
    rmSync(home, { recursive: true });
  });

  it("changes nothing where one of the images can't be had, and says how else", async () => {
    tag = "20260401-999-signed";
    const { code, output } = await make(found[0], `FROM=${source.host}`);
    expect(code, output).to.equal(2);
    expect(output).to.include(`${source.host}/pulumi/console:${tag} can't be read`).and.to.include("FROM=");
    expect((await ecr.describeRepositories({})).repositories).to.deep.equal([]);
  });

  it("says what to type where neither tool is, and makes the repositories", async () => {
    const { code, output } = await make(undefined);
    expect(code, output).to.equal(2);
    expect(output).to.match(/Error 3/);
    expect(output).to.include(`crane copy docker.io/pulumi/service:${tag} `);
    const { repositories: made = [] } = await ecr.describeRepositories({});
    expect(made.map(({ repositoryName }) => repositoryName)).to.have.members(repositories);
    for (const { repositoryName, imageTagMutability, imageScanningConfiguration, encryptionConfiguration } of made) {
      expect([imageTagMutability, imageScanningConfiguration?.scanOnPush]).to.deep.equal(["IMMUTABLE", true]);
      expect(encryptionConfiguration?.encryptionType).to.equal("AES256");
      const { lifecyclePolicyText = "" } = await ecr.getLifecyclePolicy({ repositoryName });
      const { rules } = JSON.parse(lifecyclePolicyText) as { rules: { selection: { tagStatus: string } }[] };
      expect(rules.map(({ selection }) => selection.tagStatus)).to.deep.equal(["untagged"]);
    }
  });

  for (const tool of found) {
    it(`copies the images for all CPUs, with their digests, and leaves no credentials in arguments or files: ${tool}`, async () => {
      const { code, output } = await make(tool, `FROM=${source.host}`);
      expect(code, output).to.equal(0);
      await expectCopied();
      images.forEach(({ root }) => expect(output).to.include(root));
      expect(output).to.include(`prod can be deployed with ${tag}`);
      const said = readFileSync(calls, "utf8");
      expect(said).to.include("--password-stdin").and.not.to.include(password);
      expect(readdirSync(temporary)).to.deep.equal([]);
      expect(existsSync(join(home, ".docker")) || existsSync(join(home, ".config"))).to.equal(false);
    });

    it(`copies archives, with their digests where these have them: ${tool}`, async () => {
      const folder = mkdtempSync(join(home, "archives-"));
      for (const [repository, name] of Object.entries(names)) {
        const image = images.get(repository);
        if (image !== undefined) {
          writeOciArchive(join(folder, `${name}-${tag}.tar`), image);
        }
      }
      const { code, output } = await make(tool, `FROM=${folder}`);
      expect(code, output).to.equal(0);
      await expectCopied();
      expect(readdirSync(temporary)).to.deep.equal([]);
    });

    it(`copies archives of Docker's: ${tool}`, async () => {
      const folder = mkdtempSync(join(home, "archives-"));
      for (const [repository, name] of Object.entries(names)) {
        writeDockerArchive(join(folder, `${name}-${tag}.tar`), makeImage(repository, "amd64"), `${repository}:${tag}`);
      }
      const { code, output } = await make(tool, `FROM=${folder}`);
      expect(code, output).to.equal(0);
      expect(output).to.include("with cpuArchitecture X86_64");
      for (const repository of repositories) {
        expect(await target.isComplete(repository, tag), repository).to.equal(true);
      }
    });

    it(`fails where the registry doesn't take the password: ${tool}`, async () => {
      signingInWith("another");
      const { code, output } = await make(tool, `FROM=${source.host}`);
      expect(code, output).to.equal(2);
      expect(output)
        .to.match(/error: .*(skopeo login|crane copy)/)
        .and.not.to.include("another");
      // crane asks the registry only as it copies.
      expect(await target.manifest("pulumi/service", tag)).to.equal(undefined);
      expect(readdirSync(temporary)).to.deep.equal([]);
    });
  }

  it("names each archive that is missing, and how to get it", async () => {
    const folder = mkdtempSync(join(home, "archives-"));
    const { code, output } = await make(found[0], `FROM=${folder}`);
    expect(code).to.equal(2);
    Object.values(names).forEach((name) => expect(output).to.include(`${name}-${tag}.tar is missing`));
  });

  it("refuses an archive that was damaged", async () => {
    const folder = mkdtempSync(join(home, "archives-"));
    const image = makeImage("damaged", "amd64");
    image.manifests.set(image.root, Buffer.concat([image.manifests.get(image.root) ?? Buffer.of(), Buffer.from(" ")]));
    Object.values(names).forEach((name) => writeOciArchive(join(folder, `${name}-${tag}.tar`), image));
    const { output } = await make(found[0], `FROM=${folder}`);
    expect(output).to.include("its manifest isn't the one that its digest says");
  });

  it("refuses images that the tasks' CPU can't run", async () => {
    const file = join(scratch.folder, "application", "Pulumi.prod.yaml");
    writeFileSync(file, "config:\n  selfhosted-application:cpuArchitecture: ARM64\n");
    try {
      await source.push("pulumi/console", tag, makeImage("console", "amd64"));
      const { code, output } = await make(found[0], `FROM=${source.host}`);
      expect(code).to.equal(2);
      expect(output).to.include("cpuArchitecture is ARM64, but not so pulumi/console (amd64)");
    } finally {
      rmSync(file);
    }
  });

  it("rehearses it in the sandbox, from archives: what was copied can then be deployed", async () => {
    const folder = mkdtempSync(join(home, "archives-"));
    const image = makeImage("rehearsed", "amd64");
    Object.values(names).forEach((name) => writeOciArchive(join(folder, `${name}-${tag}.tar`), image));
    const { code, output } = await scratch.make("images", "ENV=local", `IMAGE_TAG=${tag}`, `FROM=${folder}`);
    expect(code, output).to.equal(0);
    const again = await scratch.make("images", "ENV=local", `IMAGE_TAG=${tag}`);
    expect(again.output).to.include(`pulumi/service:${tag} is there already, ${image.root}`);
  });
});
