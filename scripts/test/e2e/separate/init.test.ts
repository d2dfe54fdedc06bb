import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { S3 } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { parse } from "yaml";
import { commandsUnder } from "../../support/pages";
import { type Customer, customerFor } from "../customer";

const bucket = "my-pulumi-state";
const layers = ["infrastructure", "application", "dns"] as const;
const [byHand = []] = commandsUnder("scripts/runbooks/install.md", "By hand");
const answers = `allowedCidrBlocks: 0.0.0.0/0
domain: pulumi.example.com
licenseKeyFile: licence.txt
`;

describe("make init", function () {
  this.timeout(300_000);
  this.bail(true);
  let customer: Customer;

  const login = ["export AWS_REGION=us-east-1", `pulumi login s3://${bucket}`];
  const fileOf = (layer: string, env = "prod"): string => join(customer.scratch.folder, layer, `Pulumi.${env}.yaml`);
  const configOf = (layer: string, env = "prod"): Record<string, unknown> =>
    (parse(readFileSync(fileOf(layer, env), "utf8")) as { config: Record<string, unknown> }).config;
  const files = (): string[] => layers.filter((layer) => existsSync(fileOf(layer)));
  const init = (more = "ANSWERS=answers/prod.yaml") => customer.type([...login, `make init ENV=prod ${more}`]);

  /** Init, with a signal to it and all that it started while the second stack is made. */
  async function interrupted(signal: "SIGINT" | "SIGKILL") {
    let group = 0;
    let calls = 0;
    customer.proxy.inject({
      service: "kms",
      action: "Encrypt",
      play: async (_call, forward) => {
        const answer = await forward();
        calls += 1;
        if (calls === 2) process.kill(-group, signal);
        return answer;
      },
    });
    const outcome = await customer.type(
      [...login, "make init ENV=prod ANSWERS=answers/prod.yaml"],
      (pid) => (group = pid),
    );
    customer.proxy.clear();
    expect(calls, outcome.output).to.be.at.least(2);
    return outcome;
  }

  /** A line of what the runbook types by hand, with the customer's own account, network and certificate in the place of the example's. */
  function mine(line: string): string {
    const { region, accountId, vpcId, subnetIds, certificateArn, zone } = customer.account.account;
    const own: [RegExp, string][] = [
      [/\bprod\b/, "hand"],
      [/arn:aws:acm:\S+/, certificateArn],
      [/eu-central-1/, region],
      [/111122223333/, accountId],
      [/vpc-[0-9a-f]+/, vpcId],
      // With the addresses of the account's NAT gateways in it.
      [/(?<=allowedCidrBlocks ).*/, "0.0.0.0/0"],
      [/(?<=publicSubnetIds ).*/, subnetIds.public.join(",")],
      [/(?<=privateSubnetIds ).*/, subnetIds.private.join(",")],
      [/(?<=isolatedSubnetIds ).*/, subnetIds.isolated.join(",")],
      [/(?<=zoneName ).*/, zone.name],
    ];
    return own.reduce((text, [example, value]) => text.replace(example, value), line);
  }

  async function stacks(): Promise<string[]> {
    const { Contents = [] } = await new S3(customer.aws).listObjectsV2({ Bucket: bucket, Prefix: ".pulumi/stacks/" });
    return Contents.map(({ Key = "" }) => Key).filter((key) => key.endsWith("/prod.json"));
  }

  function answer(text: string): void {
    const folder = join(customer.scratch.folder, "answers");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "prod.yaml"), text);
    writeFileSync(join(folder, "licence.txt"), `${customer.account.account.licenseKey}\n`);
  }

  before(async function () {
    customer = await customerFor(this);
    await customer.must("export AWS_REGION=us-east-1", `make backend ENV=prod YES=1 STATE_BUCKET=${bucket}`);
  });

  after(() => customer?.remove());

  it("lists what only a person can say, where there is nobody, and writes nothing", async () => {
    const { code, output } = await init("");
    expect(code, output).not.to.equal(0);
    expect(output).to.include("  allowedCidrBlocks: 203.0.113.0/24\n");
    expect(output).to.include("  domain: pulumi.example.com\n").and.to.include("  licenseKeyFile: licence.txt\n");
    expect(output).not.to.include("  vpcId:");
    expect([...files(), ...(await stacks())]).to.deep.equal([]);
  });

  it("leaves nothing behind where a stack can't be configured", async () => {
    answer(`${answers}secretsProvider: awskms://alias/nobody?region=us-east-1\n`);
    const { code, output } = await init();
    expect(code, output).not.to.equal(0);
    expect(output).to.include("Nothing is left of it: no file, no stack.");
    expect([...files(), ...(await stacks())]).to.deep.equal([]);
  });

  it("leaves nothing behind where it is interrupted", async () => {
    answer(answers);
    const { output } = await interrupted("SIGINT");
    expect(output).to.include("Interrupted by SIGINT.").and.to.include("Nothing is left of it: no file, no stack.");
    expect([...files(), ...(await stacks())]).to.deep.equal([]);
  });

  it("says what it left where it was killed", async () => {
    await interrupted("SIGKILL");
    const { code, output } = await init();
    expect(code, output).not.to.equal(0);
    const [removal = ""] = /^ +(cd infrastructure && pulumi stack rm prod)$/m.exec(output) ?? [];
    expect(files()).to.deep.equal([]);
    await customer.must(...login, `${removal} --yes`);
    expect(await stacks()).to.deep.equal([]);
  });

  it("makes the three stacks, whose preflight is green", async () => {
    answer(answers);
    const output = await customer.must(...login, "make init ENV=prod ANSWERS=answers/prod.yaml");
    expect(output).to.match(/Preflight of prod[^]*\d+ ok$/m);
    await customer.must(...login, "make preflight ENV=prod");
  });

  it("writes what the runbook types by hand, the licence encrypted", async () => {
    writeFileSync(join(customer.scratch.folder, "application", "licence.txt"), customer.account.account.licenseKey);
    await customer.must(...login, ...byHand.map(mine));
    await customer.must(...login, "make preflight ENV=hand");
    expect(configOf("infrastructure")).to.deep.equal(configOf("infrastructure", "hand"));
    const key = "selfhosted-application:licenseKey";
    const { [key]: licence, ...application } = configOf("application");
    const { [key]: _other, ...byHandOnly } = configOf("application", "hand");
    expect(application).to.deep.equal(byHandOnly);
    expect(licence).to.have.keys("secure");
    expect(configOf("dns")).to.deep.equal({ "selfhosted-dns:zoneId": customer.account.account.zone.id });
  });

  it("refuses to replace what is configured, where nobody agrees", async () => {
    const before = layers.map((layer) => readFileSync(fileOf(layer), "utf8"));
    const { code, output } = await init();
    expect(code, output).not.to.equal(0);
    expect(output).to.include("make init ENV=prod YES=1");
    expect(layers.map((layer) => readFileSync(fileOf(layer), "utf8"))).to.deep.equal(before);
  });

  it("replaces it where somebody does", async () => {
    answer(`${answers}size: large\n`);
    await customer.must(...login, "make init ENV=prod ANSWERS=answers/prod.yaml YES=1");
    expect(configOf("infrastructure")).to.include({ "selfhosted-infrastructure:size": "large" });
    expect((await stacks()).filter((key) => key.endsWith("/prod.json"))).to.have.lengthOf(3);
  });
});
