import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ECR } from "@aws-sdk/client-ecr";
import { S3 } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { StatusRow } from "../../../report";
import { rewriteJson } from "../../../sandbox/test/proxy";
import { commandsUnder } from "../../support/pages";
import { makeImage, password, type Registry, startRegistry, whereIs, writeOciArchive } from "../../support/registry";
import { type Customer, customerFor } from "../customer";
import { inventory } from "../inventory";
import { afterwards } from "../proxied";

const [[...configuring] = []] = commandsUnder("README.md", "To production");
const installing = configuring.pop() ?? "";
const [looking = []] = commandsUnder("scripts/runbooks/install.md", "Look before you deploy");
const [givingUp = []] = commandsUnder("README.md", "Remove it");
const [recovering = []] = commandsUnder("README.md", "Commands");
/** What a shell keeps of the first block for all that is typed after it. */
const exporting = configuring.filter((line) => line.startsWith("export "));

const repositories = ["pulumi/service", "pulumi/console", "pulumi/migrations"];
const images = new Map(repositories.map((name) => [name, makeImage(name, "amd64")]));
const answers = "openToInternet: true\ndomain: pulumi.example.com\nlicenseKeyFile: licence.txt\n";

describe("the README's way onto a real account", function () {
  this.timeout(300_000);
  this.bail(true);
  let customer: Customer;
  /** Of Pulumi's state. */
  let bucket: string;
  let bare: string[];
  /** In the place of ECR's. */
  let registry: Registry;
  const [from, to] = ["20260401-1-signed", "20260402-2-signed"];

  const must = (...lines: string[]): Promise<string> => customer.must(...exporting.map(mine), ...lines);
  async function refused(...lines: string[]): Promise<string> {
    const { code, output } = await customer.type([...exporting.map(mine), ...lines]);
    expect(code, output).not.to.equal(0);
    return output;
  }

  /** A line of the README in the customer's own account and region, with the release. */
  function mine(line: string): string {
    const { region, accountId } = customer.account.account;
    return line
      .replaceAll("eu-central-1", region)
      .replaceAll("111122223333", accountId)
      .replace("20260105-317-signed", from);
  }

  /** A line that asks, where nobody can answer. */
  const confirmed = (line: string): string =>
    line
      .replace(/^make (backend|deploy|destroy|images|recover) +ENV=prod/, "$& YES=1")
      .replace(/^make images .*/, "$& FROM=./images")
      .replace(/^make init +ENV=prod/, "$& ANSWERS=answers.yaml");

  /** What the emulated ECR doesn't know by itself: that its registry has the images now. */
  async function pushed(tag: string): Promise<void> {
    const ecr = new ECR(customer.aws);
    for (const repositoryName of images.keys()) {
      const imageManifest = (await registry.manifest(repositoryName, tag))?.toString();
      await ecr.putImage({ repositoryName, imageManifest, imageTag: tag });
    }
  }

  async function versions(): Promise<Record<string, string>> {
    const rows = JSON.parse(await must("make --silent status ENV=prod JSON=1")) as StatusRow[];
    return Object.fromEntries(rows.map(({ what, version }) => [what.trim(), version]));
  }

  before(async function () {
    const absent = [
      ...(whereIs("docker-registry") === undefined ? ["docker-registry"] : []),
      ...((whereIs("skopeo") ?? whereIs("crane")) ? [] : ["skopeo or crane"]),
    ];
    if (absent.length > 0) {
      console.log(`      skipped: no ${absent.join(", ")} on PATH`);
      return this.skip();
    }
    customer = await customerFor(this);
    const { accountId, region, licenseKey, zone } = customer.account.account;
    bucket = `pulumi-state-${accountId}-${region}`;
    const { folder } = customer.scratch;
    writeFileSync(join(folder, "answers.yaml"), answers.replace("pulumi.example.com", zone.name));
    writeFileSync(join(folder, "licence.txt"), licenseKey);
    mkdirSync(join(folder, "images"));
    registry = await startRegistry(join(folder, ".local", "registry"), true);
    const ecr = new ECR(customer.aws);
    for (const [repositoryName, image] of images) {
      // Those that the sandbox comes with aren't the customer's.
      await ecr.deleteRepository({ repositoryName, force: true });
      for (const tag of [from, to]) {
        writeOciArchive(join(folder, "images", `${repositoryName.replace("pulumi/", "")}-${tag}.tar`), image);
      }
    }
    const token = Buffer.from(`AWS:${password}`).toString("base64");
    const authorizationData = [{ authorizationToken: token, proxyEndpoint: `http://${registry.host}` }];
    customer.proxy.inject({
      ...{ service: "ecr", action: "GetAuthorizationToken" },
      play: rewriteJson(() => ({ authorizationData })),
    });
  });

  after(async () => {
    await registry?.stop();
    await customer?.remove();
  });

  it("takes five commands, and ten values at the most", () => {
    const commands = [...configuring, installing].filter((line) => !line.startsWith("export "));
    expect(commands).to.have.lengthOf(5);
    const typed = [...configuring, installing].map(confirmed).flatMap((line) => line.match(/(?<==)\S+|'.*'/g) ?? []);
    const answered = answers.trim().split("\n");
    expect(new Set([...typed, ...answered].filter((value) => value !== "1")))
      .to.have.property("size")
      .that.is.at.most(10);
  });

  it("configures the three stacks", async () => {
    for (const line of configuring) {
      await must(confirmed(mine(line)));
      if (line.startsWith("make images")) await pushed(from);
    }
    bare = await inventory(customer.aws);
  });

  it("has the place for Pulumi's state as it should be, and leaves it so the second time", async () => {
    expect(await must("make backend ENV=prod")).to.include("nothing to change");
  });

  it("keeps secrets encrypted with the key that was named", async () => {
    const { Body } = await new S3(customer.aws).getObject({
      Bucket: bucket,
      Key: ".pulumi/stacks/selfhosted-application/prod.json",
    });
    const state = await Body?.transformToString();
    expect(state).to.include("awskms://alias/pulumi-state");
  });

  for (const line of looking) {
    it(`looks before it deploys: ${line.replace(/\s*#.*/, "")}`, async () => {
      await must(mine(line));
    });
  }

  it("is killed in the middle of the first deployment, while AWS makes the database, and recovers", async () => {
    let group = 0;
    customer.proxy.inject(afterwards("rds", "CreateDBInstance", () => process.kill(-group, "SIGKILL")));
    await customer.type([...exporting.map(mine), confirmed(installing)], (pid) => (group = pid));
    expect(await refused(confirmed(installing))).to.include("make recover ENV=prod");
    await must(...recovering.map(confirmed));
  });

  it("installs, and ends with the addresses and how to sign up", async () => {
    const output = await must(confirmed(installing));
    expect(output).to.match(
      /prod is healthy\.\n +console +https:\/\/app\.\S+\n +API +https:\/\/api\.\S+\n\nSign up at \S+ before.*\n.*openToInternet.*\n$/,
    );
  });

  it("says so only the first time, and lists no outputs again", async () => {
    const output = await must(confirmed(installing));
    expect(output)
      .to.match(/\n +API +https:\/\/api\.\S+\n$/)
      .and.not.to.include("Outputs:");
  });

  it("upgrades without ENV, as there is one environment, and rolls back", async () => {
    await must(`make images ENV=prod IMAGE_TAG=${to} FROM=./images YES=1`);
    await pushed(to);
    const { code, output } = await customer.type([...exporting.map(mine), `make upgrade IMAGE_TAG=${to}`]);
    expect(code, output).to.equal(0);
    expect(output).to.include("environment: prod, the only one that is configured\n");
    expect(await versions()).to.include({ api: to, console: to, migration: to, snapshot: from });
    await must("make rollback ENV=prod");
    expect(await versions()).to.include({ api: from, console: from, migration: to });
  });

  it("refuses a shell, and says what to switch on", async () => {
    const output = await refused("make shell SERVICE=api");
    expect(output).to.include("pulumi config set execEnabled true --stack prod && cd .. && make deploy ENV=prod");
  });

  it("refuses to destroy what nobody has named", async () => {
    const before = await inventory(customer.aws);
    expect(await refused("export ENV=prod", "make destroy YES=1")).to.include("Type which environment");
    expect(await inventory(customer.aws)).to.deep.equal(before);
  });

  it("refuses to destroy what is protected, and says how to lift that", async () => {
    const before = await inventory(customer.aws);
    expect(await refused("make destroy ENV=prod YES=1")).to.include(givingUp[0]);
    expect(await inventory(customer.aws)).to.deep.equal(before);
  });

  it("refuses to begin anew what is deployed", async () => {
    expect(await refused("make init ENV=prod ANSWERS=answers.yaml YES=1")).to.include("prod is deployed");
  });

  it("gives the installation up: the snapshot of the upgrade is left in the account, and no stack", async () => {
    await must(...givingUp.map(confirmed));
    const left = await inventory(customer.aws);
    expect(left.filter((line) => !line.startsWith("snapshot "))).to.deep.equal(bare);
    expect(left).to.have.lengthOf(bare.length + 1);
    const { Contents = [] } = await new S3(customer.aws).listObjectsV2({ Bucket: bucket, Prefix: ".pulumi/stacks/" });
    expect(Contents.map(({ Key }) => Key).filter((key) => key?.endsWith("/prod.json"))).to.deep.equal([]);
    expect(readdirSync(join(customer.scratch.folder, "dns"))).not.to.include("Pulumi.prod.yaml");
  });
});
