import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { byHand } from "../../images/by-hand";
import { dockerConfig } from "../../images/sign-in";
import { missingArchive, requireSource } from "../../images/source";
import { targetsOf } from "../../images/targets";
import { findTool, type Tool, tools } from "../../images/tools";

const tag = "20260105-317-signed";
const digest = `sha256:${"0".repeat(64)}`;
const from = `docker.io/pulumi/service@${digest}`;
const host = "111122223333.dkr.ecr.eu-central-1.amazonaws.com";
const to = `${host}/pulumi/service:${tag}`;
const named = (name: string): Tool => tools.find((each) => each.name === name) as Tool;

describe("the tools that copy images", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tools-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("are found on PATH, where they may be run", () => {
    expect(findTool(folder)).to.equal(undefined);
    writeFileSync(join(folder, "skopeo"), "");
    expect(findTool(folder)).to.equal(undefined);
    chmodSync(join(folder, "skopeo"), 0o755);
    expect(findTool(`/nowhere::${folder}`)?.name).to.equal("skopeo");
  });

  it("copy all platforms with their digests", () => {
    expect(named("crane").copy(from, to, "/auth")).to.deep.equal(["crane", "copy", from, to]);
    expect(named("skopeo").copy(from, to, "/auth")).to.deep.equal([
      ...["skopeo", "copy", "--all", "--preserve-digests", "--dest-authfile", "/auth/auth.json"],
      ...[`docker://${from}`, `docker://${to}`],
    ]);
  });

  it("use TLS but for registries on this machine", () => {
    const { copy, manifest } = named("skopeo");
    expect(copy("127.0.0.1:5000/a:1", to, "/auth"))
      .to.include("--src-tls-verify=false")
      .and.not.to.include("--dest-tls-verify=false");
    expect(copy(from, "localhost:5000/a:1", "/auth")).to.include("--dest-tls-verify=false");
    expect(manifest("127.example.com/a:1")).not.to.include("--tls-verify=false");
  });

  it("get passwords by standard input", () => {
    for (const { login } of tools) {
      expect(login(host, "/auth")).to.include.members(["--username", "AWS", "--password-stdin", host]);
    }
  });
});

describe("signing in to ECR", () => {
  let folder: string;
  const config = (content: object): object => {
    writeFileSync(join(folder, "config.json"), JSON.stringify(content));
    return dockerConfig(host, folder);
  };
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "docker-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("needs no configuration of Docker's", () => {
    expect(dockerConfig(host, folder)).to.deep.equal({ auths: {}, credHelpers: {} });
  });

  it("leaves the user's store as it is, and finds in it what is there of other registries", () => {
    const own = {
      auths: { "index.docker.io": {}, [host]: {} },
      credsStore: "desktop",
      credHelpers: { "gcr.io": "gcloud" },
    };
    expect(config(own)).to.deep.equal({
      auths: own.auths,
      credHelpers: { "index.docker.io": "desktop", "gcr.io": "gcloud" },
    });
  });
});

describe("where images are copied from", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "archives-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is the vendor's registry, another one, or a folder", () => {
    expect(requireSource("")).to.deep.equal({ registry: "docker.io" });
    expect(requireSource("registry.example.com:5000/mirror")).to.deep.equal({
      registry: "registry.example.com:5000/mirror",
    });
    expect(requireSource(folder)).to.deep.equal({ folder });
  });

  for (const wrong of ["/no/such/folder", "./nowhere", "https://registry.example.com", "--all", "a b", "Registry"]) {
    it(`is refused: ${wrong}`, () => expect(() => requireSource(wrong)).to.throw("FROM is "));
  }

  it("says how an archive is made that is missing", () => {
    expect(missingArchive(folder, "migration", tag)).to.equal(
      `${folder}/migrations-${tag}.tar is missing; where there is a way out: ` +
        `skopeo copy --all docker://docker.io/pulumi/migrations:${tag} oci-archive:migrations-${tag}.tar`,
    );
    writeFileSync(join(folder, `service-${tag}.tar`), "");
    expect(missingArchive(folder, "api", tag)).to.equal(undefined);
  });
});

describe("copying by hand", () => {
  const home = { accountId: "111122223333", region: "eu-central-1", partition: "aws", dnsSuffix: "amazonaws.com" };
  const copies = targetsOf({}, tag, home).targets.map((target) => ({
    ...{ target, repository: undefined, present: undefined, source: undefined },
  }));

  it("is said as commands for each of the tools, signing in first", () => {
    const lines = byHand({ copies }, { registry: "docker.io" }, "amazonaws.com");
    const login = `aws ecr get-login-password --region eu-central-1 |`;
    expect(lines).to.include(`  ${login} skopeo login --username AWS --password-stdin ${host}`);
    expect(lines).to.include(`  ${login} crane auth login --username AWS --password-stdin ${host}`);
    expect(lines).to.include(`  crane copy docker.io/pulumi/service:${tag} ${to}`);
    expect(lines).to.include(
      `  skopeo copy --all --preserve-digests docker://docker.io/pulumi/service:${tag} docker://${to}`,
    );
  });

  it("takes archives where they are what there is", () => {
    expect(byHand({ copies }, { folder: "/archives" }, "amazonaws.com")).to.include(
      `  skopeo copy --all oci-archive:service-${tag}.tar docker://${to}`,
    );
  });
});
