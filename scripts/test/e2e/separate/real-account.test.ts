import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { S3 } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { StatusRow } from "../../../report";
import { realPulumi } from "../../../sandbox/test/real-pulumi";
import { commandsOf, type Customer, newCustomer } from "../customer";
import { inventory } from "../inventory";
import { afterwards } from "../proxied";

const [configuring = [], installing = []] = commandsOf("On a real account");
const daily = commandsOf("Day by day");
const about = (word: string): string[] => daily.find((lines) => lines.some((line) => line.includes(word))) ?? [];
const givingUp = about("ephemeral");
const recovering = about("make recover");
/** What a shell keeps of the first block for all that is typed after it. */
const exporting = configuring.filter((line) => line.startsWith("export "));

describe("the README's way onto a real account", function () {
  this.timeout(300_000);
  this.bail(true);
  let customer: Customer;
  /** Of Pulumi's state. */
  let bucket: string;
  let bare: string[];
  /** Releases, the oldest first. */
  let [, from, to] = ["", "", ""];

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
      .replace(/^make init +ENV=prod/, "$& ANSWERS=answers.yaml");

  async function versions(): Promise<Record<string, string>> {
    const rows = JSON.parse(await must("make --silent status ENV=prod JSON=1")) as StatusRow[];
    return Object.fromEntries(rows.map(({ what, version }) => [what.trim(), version]));
  }

  before(async function () {
    const pulumi = realPulumi();
    if (pulumi === undefined) {
      console.log("      skipped: no pulumi command");
      return this.skip();
    }
    customer = await newCustomer(pulumi);
    [, from = "", to = ""] = customer.account.account.imageTags;
    const { accountId, region, licenseKey, zone } = customer.account.account;
    bucket = `pulumi-state-${accountId}-${region}`;
    const answers = `domain: ${zone.name}\nlicenseKeyFile: licence.txt\nimageTag: ${from}\n`;
    writeFileSync(join(customer.scratch.folder, "answers.yaml"), answers);
    writeFileSync(join(customer.scratch.folder, "licence.txt"), licenseKey);
  });

  after(() => customer?.remove());

  it("configures the three stacks", async () => {
    await customer.must(...configuring.map(mine).map(confirmed));
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

  for (const line of installing) {
    if (line.startsWith("make deploy")) {
      it("is killed in the middle of the first deployment, while AWS makes the database, and recovers", async () => {
        let group = 0;
        customer.proxy.inject(afterwards("rds", "CreateDBInstance", () => process.kill(-group, "SIGKILL")));
        await customer.type([...exporting.map(mine), "make deploy ENV=prod YES=1"], (pid) => (group = pid));
        expect(await refused("make deploy ENV=prod YES=1")).to.include("make recover ENV=prod");
        await must(...recovering.map(confirmed));
      });
    }

    it(`installs: ${line.replace(/\s*#.*/, "")}`, async () => {
      await must(confirmed(mine(line)));
    });
  }

  it("upgrades without ENV, as there is one environment, and rolls back", async () => {
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
