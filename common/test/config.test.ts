import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { parse, readConfig, type FoundValue, type Rule } from "../config";
import { UserError } from "../program";
import { choice, decimal, flag, integer, list, map, secret, secretMap, text } from "../setting";

const description = "What it is for.";
const settings = {
  vpcId: text({
    description,
    pattern: /^vpc-[0-9a-f]+$/,
    allowed: "the id of a VPC",
    example: "vpc-0123456789abcdef0",
  }),
  instances: integer({ description, min: 1, max: 15, default: 2 }),
  capacity: decimal({ description, min: 0.5, max: 128, optional: true }),
  internal: flag({ description }),
  size: choice(["small", "large"], { description, default: "small" }),
  cidrs: list({ description, pattern: /^[\d./]+$/, allowed: "CIDR blocks", min: 1, default: ["0.0.0.0/0"] }),
  tags: map({ description }),
  licenseKey: secret({ description }),
  extraSecrets: secretMap({ description, key: /^[A-Z_]+$/, allowed: "names in capitals with texts" }),
};

const found = (values: Record<string, string>, encrypted: string[] = ["licenseKey"]): Record<string, FoundValue> =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, { text: value, encrypted: encrypted.includes(key) }]),
  );
const good = { vpcId: "vpc-0a", licenseKey: "jwt" };

describe("config", () => {
  it("gives typed values, defaults, and undefined for what is optional", () => {
    const { values, problems } = parse(settings, found({ ...good, instances: "3", tags: '{"team":"infra","cost":7}' }));
    expect(problems).to.deep.equal([]);
    expect(values).to.include({ vpcId: "vpc-0a", instances: 3, internal: false, size: "small", capacity: undefined });
    expect(values["tags"]).to.deep.equal({ team: "infra", cost: "7" });
    expect(values["cidrs"]).to.deep.equal(["0.0.0.0/0"]);
  });

  it("reads a list as JSON or with commas", () => {
    for (const cidrs of ['["10.0.0.0/8","192.168.0.0/16"]', "10.0.0.0/8, 192.168.0.0/16"]) {
      expect(parse(settings, found({ ...good, cidrs })).values["cidrs"]).to.deep.equal([
        "10.0.0.0/8",
        "192.168.0.0/16",
      ]);
    }
  });

  it("makes secret values secret outputs", async () => {
    const { values } = parse(
      settings,
      found({ ...good, extraSecrets: '{"TOKEN":"t"}' }, ["licenseKey", "extraSecrets"]),
    );
    const { TOKEN } = values["extraSecrets"] as Record<string, pulumi.Output<string>>;
    expect(await pulumi.isSecret(values["licenseKey"] as pulumi.Output<string>)).to.equal(true);
    expect(await pulumi.isSecret(TOKEN)).to.equal(true);
  });

  const refusals: [string, Record<string, string>, string, string][] = [
    ["a missing key", { licenseKey: "jwt" }, "vpcId", "not set; required: the id of a VPC. What it is for."],
    ["a wrong form", { ...good, vpcId: "my-vpc" }, "vpcId", 'found "my-vpc"; allowed: the id of a VPC'],
    [
      "a number out of range",
      { ...good, instances: "16" },
      "instances",
      'found "16"; allowed: a whole number from 1 to 15',
    ],
    ["a fraction", { ...good, instances: "2.5" }, "instances", 'found "2.5"; allowed: a whole number from 1 to 15'],
    ["no number", { ...good, capacity: "much" }, "capacity", 'found "much"; allowed: a number from 0.5 to 128'],
    ["no flag", { ...good, internal: "yes" }, "internal", 'found "yes"; allowed: true or false'],
    ["an unknown word", { ...good, size: "huge" }, "size", 'found "huge"; allowed: one of small, large'],
    [
      "a repeated item",
      { ...good, cidrs: "10.0.0.0/8,10.0.0.0/8" },
      "cidrs",
      'found "10.0.0.0/8,10.0.0.0/8"; allowed: 1 or more different CIDR blocks',
    ],
    ["no JSON", { ...good, tags: "team=infra" }, "tags", 'found "team=infra"; allowed: names with texts'],
    ["a near miss", { ...good, vpcID: "vpc-0a" }, "vpcID", "unknown setting; did you mean vpcId?"],
    ["a stranger", { ...good, colour: "red" }, "colour", "unknown setting"],
    [
      "an empty secret",
      { ...good, licenseKey: "" },
      "licenseKey",
      "found a value (not shown); allowed: any text that is not empty",
    ],
  ];
  for (const [what, values, key, reason] of refusals) {
    it(`refuses ${what}`, () => {
      const { problems } = parse(settings, found(values));
      expect(problems.map((problem) => [problem.key, problem.reason])).to.deep.equal([[key, reason]]);
    });
  }

  it("refuses a secret in clear text, and never shows it", () => {
    const { problems } = parse(settings, found({ ...good, licenseKey: "very-secret" }, []));
    expect(problems).to.have.lengthOf(1);
    expect(problems[0]).to.include({ key: "licenseKey", fix: "pulumi config set --secret licenseKey" });
    expect(JSON.stringify(problems)).not.to.include("very-secret");
  });

  describe("of the running stack", () => {
    const configure = (values: Record<string, string>): void => {
      const entries = Object.entries(values).map(([key, value]) => [`${pulumi.getProject()}:${key}`, value]);
      pulumi.runtime.setAllConfig(
        { "aws:region": "eu-central-1", ...(Object.fromEntries(entries) as Record<string, string>) },
        [`${pulumi.getProject()}:licenseKey`],
      );
    };
    const never: Rule<{ instances: number; size: string }> = ({ instances, size }) =>
      size === "small" && instances > 2 ? [{ key: "instances", reason: "more than 2 need size large" }] : [];

    it("lists all problems at once, each with what to type", () => {
      configure({ vpcId: "x", instances: "99", lisenceKey: "jwt" });
      expect(() => readConfig(settings)).to.throw(
        UserError,
        /has 4 problems:\n(.|\n)*fix: pulumi config rm lisenceKey\n(.|\n)*fix: pulumi config set vpcId vpc-0123456789abcdef0\n(.|\n)*instances(.|\n)*fix: pulumi config set --secret licenseKey/,
      );
    });

    it("asks the rules only about values that are valid by themselves", () => {
      configure({ ...good, instances: "99" });
      expect(() => readConfig(settings, [never]))
        .to.throw("1 to 15")
        .and.not.to.match(/need size large/);
      configure({ ...good, instances: "3" });
      expect(() => readConfig(settings, [never])).to.throw("more than 2 need size large");
      configure({ ...good, instances: "3", size: "large" });
      expect(readConfig(settings, [never]).instances).to.equal(3);
    });
  });
});
