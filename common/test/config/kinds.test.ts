import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { hostName, list, map, network, pattern, secretMap, type Setting, text } from "../../config";

const description = "";
const subnets = pattern(/^subnet-[0-9a-f]+$/, "ids of subnets");

interface Result {
  value?: unknown;
  because?: string;
  meant?: string;
}
const parse = (setting: Setting<unknown>, found: string): Result => {
  const parsed = setting.parse(found);
  return "fault" in parsed ? parsed.fault : { value: parsed.value };
};

describe("a list", () => {
  const setting = list({ description, shape: subnets, min: 2 });
  const networks = list({ description, shape: network });

  it("is JSON, or separated by commas", () => {
    const value = ["subnet-1", "subnet-2"];
    for (const found of ['["subnet-1","subnet-2"]', "subnet-1,subnet-2", " subnet-1 , subnet-2"]) {
      expect(parse(setting, found)).to.deep.equal({ value });
    }
    expect(parse(list({ description }), "[587, true]")).to.deep.equal({ value: ["587", "true"] });
    expect(parse(networks, "[]")).to.deep.equal({ value: [] });
  });

  it("says what an item may be", () => {
    expect(setting.allowed).to.equal("2 or more different ids of subnets");
    expect(list({ description, shape: hostName }).allowed).to.equal(
      "different items, each a domain in lower case, such as example.com",
    );
    expect(list({ description }).allowed).to.equal("different items, each any text that is not empty");
  });

  const refusals: [what: string, setting: Setting<unknown>, found: string, because?: string, meant?: string][] = [
    ["too few", setting, "subnet-1", "has only 1 item"],
    ["none", setting, "[]", "has only 0 items"],
    ["an empty text", networks, "", "is empty"],
    ["an empty item", setting, "subnet-1,,subnet-2,", "of which one is empty", "subnet-1,subnet-2"],
    [
      "an item twice",
      setting,
      "subnet-1,subnet-2,subnet-1",
      'of which "subnet-1" appears more than once',
      "subnet-1,subnet-2",
    ],
    [
      "an item twice, so that too few are left",
      setting,
      "subnet-1,subnet-1",
      'of which "subnet-1" appears more than once',
    ],
    ["a wrong item", setting, "subnet-1,vpc-1", 'of which "vpc-1" doesn\'t fit'],
    ["wrong items", setting, "a,b", 'of which "a" doesn\'t fit, and "b" doesn\'t fit'],
    ["spaces between items", setting, "subnet-1 subnet-2", "doesn't fit", "subnet-1,subnet-2"],
    ["semicolons between items", setting, "subnet-1; subnet-2", "doesn't fit", "subnet-1,subnet-2"],
    ["lines", setting, "subnet-1\nsubnet-2\n", "doesn't fit", "subnet-1,subnet-2"],
    ["JSON of another kind", setting, "['subnet-1', 'subnet-2']", undefined, "subnet-1,subnet-2"],
    ["JSON of lists", setting, '[["subnet-1"],["subnet-2"]]', undefined, "subnet-1,subnet-2"],
    [
      "several mistakes with one meaning each",
      networks,
      "10.1.2.3/8,203.0.113.5",
      'of which "10.1.2.3/8" has bits behind its prefix; the network is "10.0.0.0/8", and "203.0.113.5" has no prefix; ' +
        'one address is "203.0.113.5/32"',
      "10.0.0.0/8,203.0.113.5/32",
    ],
    ["a mistake without a meaning beside one with", networks, "10.1.2.3/8,any", 'of which "10.1.2.3/8" has bits'],
  ];
  for (const [what, of, found, because, meant] of refusals) {
    it(`is not ${what}`, () => {
      const result = parse(of, found);
      expect(result).not.to.have.property("value");
      expect(result.because?.slice(0, because?.length)).to.equal(because);
      expect(result.meant).to.equal(meant);
    });
  }
});

describe("a map", () => {
  const setting = map({ description, key: pattern(/^[A-Z_]+$/, "names in capitals"), allowed: "names with texts" });

  it("is a JSON object of texts, numbers and flags", () => {
    expect(parse(setting, '{"TEAM":"a","COST":7,"ON":true}')).to.deep.equal({
      value: { TEAM: "a", COST: "7", ON: "true" },
    });
  });

  it("names what doesn't fit", () => {
    expect(parse(setting, '{"team":"a","TEAM":{},"a b":"c"}').because).to.equal(
      "of which team doesn't fit, and TEAM has no text, and \"a b\" doesn't fit",
    );
    for (const found of ["team=a", "[1]", "null", '"text"', "{"]) {
      expect(parse(setting, found).because, found).to.equal("is no JSON object");
    }
  });

  it("may want texts of a shape", () => {
    const hosts = secretMap({ description, shape: hostName });
    expect(parse(hosts, '{"one":"a.example.com","two":"none"}').because).to.equal("of which two doesn't fit");
    expect(parse(hosts, '{"one":"a.example.com"}')).to.have.property("value");
  });

  it("of secrets gives secret outputs", async () => {
    const { value } = parse(secretMap({ description }), '{"TOKEN":"t"}');
    const { TOKEN } = value as Record<string, pulumi.Output<string>>;
    expect(await pulumi.isSecret(TOKEN)).to.equal(true);
  });
});

describe("a text", () => {
  it("is any that isn't blank, unless a shape says more", () => {
    expect(parse(text({ description }), "a b")).to.deep.equal({ value: "a b" });
    expect(parse(text({ description }), " ")).not.to.have.property("value");
    expect(parse(text({ description, shape: hostName }), "https://Example.com/")).to.deep.include({
      meant: "example.com",
    });
  });
});
