import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { S3 } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { StatusRow } from "../../../report";
import { realPulumi } from "../../../sandbox/test/real-pulumi";
import { commandsOf, type Customer, makeStatePlace, newCustomer } from "../customer";
import { inventory } from "../inventory";
import { afterwards } from "../proxied";

const bucket = "my-pulumi-state";
const [configuring = [], installing = []] = commandsOf("On a real account");
const daily = commandsOf("Day by day");
const about = (word: string): string[] => daily.find((lines) => lines.some((line) => line.includes(word))) ?? [];
const givingUp = about("ephemeral");
const recovering = about("make recover");
/** What a shell keeps of the first block for all that is typed after it. */
const exports = configuring.filter((line) => line.startsWith("export "));

describe("the README's way onto a real account", function () {
  this.timeout(300_000);
  this.bail(true);
  let customer: Customer;
  let bare: string[];
  /** Releases, the oldest first. */
  let [, from, to] = ["", "", ""];

  const must = (...lines: string[]): Promise<string> => customer.must(...exports.map(mine), ...lines);
  async function refused(...lines: string[]): Promise<string> {
    const { code, output } = await customer.type([...exports.map(mine), ...lines]);
    expect(code, output).not.to.equal(0);
    return output;
  }

  /** A line of the README with the customer's own account, region, network and release in the place of the example's. */
  function mine(line: string): string {
    const { region, accountId, vpcId, subnetIds, certificateArn } = customer.account.account;
    const subnets = (kind: keyof typeof subnetIds): string => subnetIds[kind].slice(0, 2).join(",");
    const own: [RegExp, string][] = [
      [/arn:aws:acm:\S+/, certificateArn],
      [/eu-central-1/, region],
      [/111122223333/, accountId],
      [/vpc-[0-9a-f]+/, vpcId],
      [/(public|private|isolated)SubnetIds \S+$/, "$1SubnetIds "],
      [/20260105-317-signed/, from],
      [/(zoneName) example\.com/, `$1 ${customer.account.account.zone.name}`],
    ];
    const replaced = own.reduce((text, [example, value]) => text.replace(example, value), line);
    const [, kind] = /(public|private|isolated)SubnetIds $/.exec(replaced) ?? [];
    return kind === undefined ? replaced : replaced + subnets(kind as keyof typeof subnetIds);
  }

  /** A line that asks, where nobody can answer. */
  const confirmed = (line: string): string =>
    line.replace(/^make (deploy|destroy|recover) +ENV=prod/, "$& YES=1").replace("pulumi stack rm", "$& --yes");

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
    await makeStatePlace(customer.aws, bucket, "alias/pulumi-state");
    writeFileSync(join(customer.scratch.folder, "application", "licence.txt"), customer.account.account.licenseKey);
    bare = await inventory(customer.aws);
  });

  after(() => customer?.remove());

  it("configures the three stacks", async () => {
    await customer.must(...configuring.map(mine));
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
        await customer.type([...exports.map(mine), "make deploy ENV=prod YES=1"], (pid) => (group = pid));
        expect(await refused("make deploy ENV=prod YES=1")).to.include("make recover ENV=prod");
        await must(...recovering.map(confirmed));
      });
    }

    it(`installs: ${line.replace(/\s*#.*/, "")}`, async () => {
      await must(confirmed(mine(line)));
    });
  }

  it("upgrades and rolls back", async () => {
    await must(`make upgrade ENV=prod IMAGE_TAG=${to}`);
    expect(await versions()).to.include({ api: to, console: to, migration: to, snapshot: from });
    await must("make rollback ENV=prod");
    expect(await versions()).to.include({ api: from, console: from, migration: to });
  });

  it("refuses to destroy what is protected, and says how to lift that", async () => {
    const before = await inventory(customer.aws);
    expect(await refused("make destroy ENV=prod YES=1")).to.include(givingUp[0]);
    expect(await inventory(customer.aws)).to.deep.equal(before);
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
