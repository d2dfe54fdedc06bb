import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import fc from "fast-check";
import {
  applyRules,
  certificate,
  choice,
  cronExpression,
  decimal,
  flag,
  foundConfig,
  hostAndPort,
  hostName,
  imageReference,
  integer,
  licence,
  list,
  map,
  network,
  parseConfig,
  pattern,
  privateKey,
  refuse,
  regionName,
  secret,
  secretMap,
  text,
  variableName,
  webUrl,
  type Configuration,
  type ConfigOf,
  type ConfigProblem,
  type Found,
  type Rule,
  type Size,
} from "../../config";
import { UserError } from "../../program";
import { licenceOfTests } from "../../testing";

const description = "What it is for.";
const settings = {
  "aws:region": text({ description, shape: regionName, example: "eu-central-1" }),
  vpcId: text({ description, shape: pattern(/^vpc-[0-9a-f]+$/, "the id of a VPC"), example: "vpc-0a1b" }),
  instances: integer({ description, min: 1, max: 15, bySize: { small: 1, medium: 2, large: 3 } }),
  memory: integer({ description, min: 512, max: 4096, unit: "MiB", default: 1024 }),
  capacity: decimal({ description, min: 0.5, max: 128, optional: true }),
  internal: flag({ description }),
  level: choice(["small", "large"], { description, default: "small" }),
  cidrs: list({ description, shape: network, min: 1, default: ["0.0.0.0/0"] }),
  tags: map({ description }),
  licenseKey: secret({ description, shape: licence }),
  extraSecrets: secretMap({ description, key: variableName, allowed: "names of variables with texts" }),
  endpoint: text({ description, shape: webUrl, optional: true }),
  tlsCertificate: text({ description, shape: certificate, optional: true }),
};
type Config = ConfigOf<typeof settings>;

const secretKeys = ["licenseKey", "extraSecrets"];
const foundOf = (values: Record<string, string | undefined>, encrypted = secretKeys): Found =>
  Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) =>
      value === undefined
        ? []
        : [[key.includes(":") ? key : `project:${key}`, { text: value, encrypted: encrypted.includes(key) }]],
    ),
  );
const good = { "aws:region": "eu-central-1", vpcId: "vpc-0a", licenseKey: licenceOfTests };
const parse = (values: Record<string, string | undefined>, encrypted?: string[], size?: Size): Configuration<Config> =>
  parseConfig(settings, "project", foundOf({ ...good, ...values }, encrypted), size);
const orFromEsc = ", or remove it from the ESC environment that sets it (environment: in the stack's file)";
const problemsOf = (...args: Parameters<typeof parse>): ConfigProblem[] => parse(...args).problems;

describe("reading a configuration", () => {
  it("gives typed values, defaults, and undefined for what is optional", () => {
    const { config, problems } = parse({ memory: "2048", tags: '{"team":"infra"}', cidrs: "10.0.0.0/8, fd00::/8" });
    expect(problems).to.deep.equal([]);
    expect(config["aws:region"]).to.equal("eu-central-1");
    expect([config.memory, config.internal, config.level, config.capacity]).to.deep.equal([
      2048,
      false,
      "small",
      undefined,
    ]);
    expect([config.tags, config.cidrs]).to.deep.equal([{ team: "infra" }, ["10.0.0.0/8", "fd00::/8"]]);
    expect(parse({}).config.cidrs).to.deep.equal(["0.0.0.0/0"]);
  });

  it("fills in defaults that follow the size, where that is known", () => {
    expect(parse({}, undefined, "large").config.instances).to.equal(3);
    expect(parse({ instances: "7" }, undefined, "large").config.instances).to.equal(7);
    expect(() => parse({}).config.instances).to.throw("instances isn't known");
    expect(problemsOf({})).to.deep.equal([]);
  });

  it("keeps secrets secret", async () => {
    const { config } = parse({ extraSecrets: '{"TOKEN":"t"}' });
    expect(await pulumi.isSecret(config.licenseKey)).to.equal(true);
    expect(await pulumi.isSecret(config.extraSecrets["TOKEN"])).to.equal(true);
  });

  it("knows what was typed, before defaults", () => {
    const { typed } = parse({ memory: "1024" });
    expect([typed.has("memory"), typed.has("instances"), typed.has("aws:region")]).to.deep.equal([true, false, true]);
    expect(typed.text("licenseKey")).to.equal(licenceOfTests);
  });

  const refusals: [
    what: string,
    values: Record<string, string | undefined>,
    key: string,
    reason: string,
    fix?: string,
  ][] = [
    [
      "a missing key",
      { vpcId: undefined },
      "vpcId",
      "not set; required: the id of a VPC. What it is for.",
      "for example: pulumi config set vpcId vpc-0a1b",
    ],
    [
      "a missing secret",
      { licenseKey: undefined },
      "licenseKey",
      "not set; required: the licence as the vendor sent it, a JSON web token in one line. What it is for.",
      "pulumi config set --secret licenseKey < licence.txt",
    ],
    ["a wrong form", { vpcId: "my-vpc" }, "vpcId", 'found "my-vpc"; allowed: the id of a VPC', undefined],
    [
      "a near form",
      { vpcId: '"vpc-0a"' },
      "vpcId",
      'found "\\"vpc-0a\\""; allowed: the id of a VPC',
      "pulumi config set vpcId vpc-0a",
    ],
    [
      "a region in capitals",
      { "aws:region": "EU-Central-1" },
      "aws:region",
      'found "EU-Central-1"; allowed: a region such as eu-central-1',
      "pulumi config set aws:region eu-central-1",
    ],
    [
      "a number out of range",
      { instances: "16" },
      "instances",
      'found "16"; allowed: a whole number from 1 to 15',
      undefined,
    ],
    [
      "a number with its unit",
      { memory: "2 GB" },
      "memory",
      'found "2 GB"; allowed: a whole number from 512 to 4096',
      "pulumi config set memory 2048",
    ],
    ["a fraction", { instances: "2.5" }, "instances", 'found "2.5"; allowed: a whole number from 1 to 15', undefined],
    [
      "another word for true",
      { internal: "yes" },
      "internal",
      'found "yes"; allowed: true or false',
      "pulumi config set internal true",
    ],
    [
      "another word for false",
      { internal: "off" },
      "internal",
      'found "off"; allowed: true or false',
      "pulumi config set internal false",
    ],
    ["a word that isn't a choice", { level: "huge" }, "level", 'found "huge"; allowed: one of small, large', undefined],
    [
      "host bits",
      { cidrs: "10.1.2.3/8" },
      "cidrs",
      'found "10.1.2.3/8", which has bits behind its prefix; the network is "10.0.0.0/8"; allowed: 1 or more different networks such as 203.0.113.0/24',
      "pulumi config set cidrs 10.0.0.0/8",
    ],
    [
      "one wrong item of several",
      { cidrs: "10.0.0.0/8,any" },
      "cidrs",
      'found "10.0.0.0/8,any", of which "any" is no network; allowed: 1 or more different networks such as 203.0.113.0/24',
      undefined,
    ],
    [
      "a map that is none",
      { tags: "team=infra" },
      "tags",
      "found a value (not shown), which is no JSON object; allowed: names with texts",
      undefined,
    ],
    [
      "a name in a map of secrets",
      { extraSecrets: '{"my-token":"t"}' },
      "extraSecrets",
      "found a value (not shown), of which my-token doesn't fit; allowed: names of variables with texts",
      "pulumi config rm extraSecrets && pulumi config set --secret --path 'extraSecrets.NAME'",
    ],
    [
      "a file's name for a secret",
      { licenseKey: "licence.txt" },
      "licenseKey",
      "found a value (not shown), which is the name of a file; the text of the licence belongs here; allowed: the licence as the vendor sent it, a JSON web token in one line",
      "pulumi config set --secret licenseKey < licence.txt",
    ],
    [
      "a file's name for a certificate",
      { tlsCertificate: "tls.pem" },
      "tlsCertificate",
      'found "tls.pem", which is the name of a file; the text of the certificate belongs here; allowed: a certificate in PEM form, perhaps followed by those of its issuers',
      "for example: pulumi config set tlsCertificate < certificate.pem",
    ],
    [
      "a password in a URL",
      { endpoint: "https://me:hunter2@example.com" },
      "endpoint",
      "found a value (not shown), which holds a user or password, which would be shown in clear; allowed: a URL such as https://host.example.com, without user and password",
      undefined,
    ],
    ["an unknown key", { colour: "red" }, "colour", "unknown setting", "pulumi config rm colour"],
    [
      "an unknown key near another",
      { intrenal: "true" },
      "intrenal",
      "unknown setting; did you mean internal?",
      "pulumi config rm intrenal, and set internal",
    ],
    [
      "a misspelt key",
      { memry: "1" },
      "memry",
      "unknown setting; did you mean memory?",
      "pulumi config rm memry, and set memory",
    ],
    [
      "a misspelt key beside the right one",
      { vpcID: "vpc-0a" },
      "vpcID",
      "unknown setting; did you mean vpcId?",
      "pulumi config rm vpcID",
    ],
    [
      "a misspelt key in place of a required one, once",
      { vpcId: undefined, vpcID: "vpc-0a" },
      "vpcID",
      "unknown setting; did you mean vpcId?",
      "pulumi config rm vpcID, and set vpcId",
    ],
    [
      "a key of the project, which is misspelt",
      { vpcId: undefined, "projct:vpcId": "vpc-0a" },
      "projct:vpcId",
      "unknown setting; did you mean vpcId?",
      "pulumi config rm projct:vpcId, and set vpcId",
    ],
    [
      "the region without its namespace",
      { "aws:region": undefined, region: "eu-central-1" },
      "region",
      "unknown setting; did you mean aws:region?",
      "pulumi config rm region, and set aws:region",
    ],
    ["a key named like a method", { toString: "x" }, "toString", "unknown setting", "pulumi config rm toString"],
    [
      "a profile",
      { "aws:profile": "prod" },
      "aws:profile",
      "has no effect here: the layer makes its own provider, with credentials of the environment, such as AWS_PROFILE",
      `pulumi config rm aws:profile${orFromEsc}`,
    ],
    [
      "tags of the provider",
      { "aws:defaultTags": "{}" },
      "aws:defaultTags",
      "has no effect here: the layer makes its own provider, whose tags are those of the setting tags of selfhosted-infrastructure",
      `pulumi config rm aws:defaultTags${orFromEsc}`,
    ],
    [
      "another setting of the provider",
      { "aws:maxRetries": "3" },
      "aws:maxRetries",
      "has no effect here: the layer makes its own provider",
      `pulumi config rm aws:maxRetries${orFromEsc}`,
    ],
    [
      "a key of another project",
      { "selfhosted-other:vpcId": "vpc-0a" },
      "selfhosted-other:vpcId",
      "has no effect here: it is a setting of the project selfhosted-other",
      `pulumi config rm selfhosted-other:vpcId${orFromEsc}`,
    ],
  ];
  for (const [what, values, key, reason, fix] of refusals) {
    it(`refuses ${what}`, () => {
      expect(problemsOf(values)).to.deep.equal([{ key, reason, fix }]);
    });
  }

  it("only warns of settings of other programs, which an ESC environment gives to all that import it", () => {
    for (const key of ["kubernetes:kubeconfig", "random:x", "other:vpcId"]) {
      const [namespace] = key.split(":");
      expect(problemsOf({ [key]: "x" })).to.deep.equal([
        {
          key,
          reason: `has no effect here: no layer uses settings of ${namespace}`,
          fix: `pulumi config rm ${key}${orFromEsc}`,
          severity: "warning",
        },
      ]);
    }
  });

  it("leaves Pulumi's own keys alone", () => {
    expect(problemsOf({ "pulumi:disable-default-providers": '["*"]', "pulumi:tags": "{}" })).to.deep.equal([]);
  });

  it("abbreviates a long value", () => {
    const [problem] = problemsOf({ endpoint: "x".repeat(5000) });
    expect(problem?.reason).to.have.length.below(250);
  });
});

describe("rules of a configuration", () => {
  const rules: Rule<Config>[] = [
    ({ instances, level }) => (level === "small" && instances > 2 ? [{ key: "instances", reason: "too many" }] : []),
    ({ internal, cidrs }) => (internal && cidrs.includes("0.0.0.0/0") ? [{ key: "cidrs", reason: "too wide" }] : []),
    ({ vpcId }) => (vpcId === "vpc-0" ? [{ key: "vpcId", reason: "unlucky" }] : []),
  ];
  const reasons = (values: Record<string, string>): string[] => {
    const { config, typed, problems } = parse(values);
    return [...problems, ...applyRules(rules, config, typed)].map(({ key, reason }) => `${key}: ${reason.slice(0, 9)}`);
  };

  it("see what is in force, and a bad value silences only those that read it", () => {
    expect(reasons({ instances: "3", internal: "true", vpcId: "vpc-0" })).to.deep.equal([
      "instances: too many",
      "cidrs: too wide",
      "vpcId: unlucky",
    ]);
    expect(reasons({ instances: "99", internal: "true", vpcId: "vpc-0" })).to.deep.equal([
      'instances: found "99',
      "cidrs: too wide",
      "vpcId: unlucky",
    ]);
  });

  it("and single values give ten findings for ten mistakes", () => {
    const problems = problemsOf({
      "aws:region": "here",
      "aws:profile": "prod",
      vpcId: "vpc",
      instances: "none",
      memory: "1 byte",
      capacity: "much",
      internal: "perhaps",
      level: "huge",
      cidrs: "any",
      colour: "red",
    });
    expect(problems.map(({ key }) => key)).to.have.members(
      "aws:region aws:profile vpcId instances memory capacity internal level cidrs colour".split(" "),
    );
  });

  it("that fail for another reason fail the program", () => {
    const broken: Rule<Config> = () => {
      throw new TypeError("a bug");
    };
    const { config, typed } = parse({});
    expect(() => applyRules([broken], config, typed)).to.throw("a bug");
  });

  it("don't mind who awaits or prints what is partly known", async () => {
    const { config } = parse({ vpcId: "wrong" });
    expect(await Promise.resolve(config)).to.equal(config);
    expect(JSON.stringify({ config })).to.include('"memory":1024');
    expect(() => config.vpcId).to.throw("vpcId isn't known");
  });
});

describe("a secret", () => {
  it("in clear text is refused, and never shown", () => {
    const clear = { licenseKey: licenceOfTests, extraSecrets: '{"TOKEN":"hunter2"}' };
    const problems = problemsOf(clear, []);
    expect(problems).to.deep.equal([
      {
        key: "licenseKey",
        reason: "stored in clear text; it must be encrypted",
        fix: "pulumi config set --secret licenseKey < licence.txt",
      },
      {
        key: "extraSecrets",
        reason: "stored in clear text; it must be encrypted",
        fix: "pulumi config rm extraSecrets && pulumi config set --secret --path 'extraSecrets.NAME'",
      },
    ]);
    expect(JSON.stringify(problems)).not.to.include("hunter2").and.not.to.include(licenceOfTests);
  });

  it("in a setting that takes any text, and is shown in clear, is refused", () => {
    const named = { name: text({ description, example: "pulumi" }) };
    const { problems, config } = parseConfig(named, "project", foundOf({ name: licenceOfTests }, []));
    expect(problems).to.deep.equal([
      {
        key: "name",
        reason:
          "found a value (not shown), which looks like a key or a token, and would be shown in clear; " +
          "allowed: any text that is not empty",
        fix: undefined,
      },
    ]);
    expect(() => config.name).to.throw("name isn't known");
  });

  const shapes = [
    hostName,
    hostAndPort,
    webUrl,
    network,
    imageReference,
    cronExpression,
    certificate,
    privateKey,
    licence,
  ];
  const plain = [
    ...shapes.flatMap((shape) => [text({ description, shape }), list({ description, shape })]),
    integer({ description, min: 1, max: 2, unit: "MiB" }),
    decimal({ description, min: 1, max: 2 }),
    flag({ description }),
    choice(["small", "large"], { description }),
    map({ description, key: variableName }),
  ];
  const hidden = [
    ...shapes.map((shape) => secret({ description, shape })),
    secretMap({ description, key: variableName }),
  ];
  const said = (setting: (typeof plain)[number] | (typeof hidden)[number], value: string, encrypted: boolean): string =>
    JSON.stringify(parseConfig({ key: setting }, "project", { "project:key": { text: value, encrypted } }).problems);

  // Letters that no message holds by chance, in the places where shapes look.
  const word = fc.stringMatching(/^[A-Z0-9]{2}Q[a-z0-9]Z[A-Za-z0-9]{6,20}$/);
  const around = fc.constantFrom<(secret: string) => string>(
    (each) => each,
    (each) => ` "${each}"`,
    (each) => `${each},${each}`,
    (each) => `${each} other`,
    (each) => `https://${each}`,
    (each) => `https://host/${each}`,
    (each) => `https://host:${each}`,
    (each) => `${each}:99999`,
    (each) => `10.0.0.0/${each}`,
    (each) => `cron(0 ${each} * * ? *)`,
    (each) => `registry.example.com/a:${each}\n`,
    (each) => `{"NAME":"${each}","a":1}`,
    (each) => `["${each}",`,
    (each) => `-----BEGIN PRIVATE KEY-----\n${each}\n-----END PRIVATE KEY-----`,
  );

  it("is in no message, whatever is wrong with it", () => {
    fc.assert(
      fc.property(word, around, fc.constantFrom(...hidden), fc.boolean(), (value, wrap, setting, encrypted) => {
        expect(said(setting, wrap(value), encrypted)).not.to.include(value);
      }),
      { numRuns: 1000 },
    );
  });

  it("is in no message either where it stands, encrypted, in a setting that is none", () => {
    fc.assert(
      fc.property(word, around, fc.constantFrom(...plain), (value, wrap, setting) => {
        expect(said(setting, wrap(value), true)).not.to.include(value);
      }),
      { numRuns: 1000 },
    );
  });

  it("is in no message either where it stands in clear, as far as one can tell that it is a secret", () => {
    const recognized = fc.constantFrom<(secret: string) => string>(
      (each) => `https://user:${each}@example.com`,
      (each) => `https://user:p/${each}@example.com,x`,
      (each) => `-----BEGIN RSA PRIVATE KEY-----\n${each}\n`,
      (each) => `eyJhbGciOiJub25lIn0.eyJ9.${each}`,
      (each) => `pul-${each}${each}`,
      (each) => `ghp_${each}${each}`,
      (each) => `svc:${each}@smtp.example.com:587`,
      (each) => `svc:${each}@registry.example.com/x:1`,
      (each) => `https://host?api-key=${each}`,
      (each) => `https://host/v1?key=${each}`,
      (each) => `Authorization=Bearer ${each}`,
    );
    fc.assert(
      fc.property(word, recognized, fc.constantFrom(...plain), (value, wrap, setting) => {
        expect(said(setting, wrap(value), false)).not.to.include(value);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("the configuration of the running stack", () => {
  const key = (name: string): string => `${pulumi.getProject()}:${name}`;

  it("is what Pulumi hands over, by full key", () => {
    pulumi.runtime.setAllConfig({ [key("vpcId")]: "vpc-0a", [key("licenseKey")]: "x" }, [key("licenseKey")]);
    expect(foundConfig()).to.deep.equal({
      [key("vpcId")]: { text: "vpc-0a", encrypted: false },
      [key("licenseKey")]: { text: "x", encrypted: true },
    });
  });

  it("is refused with all its problems at once, each with what to type", async () => {
    const error = await refuse(problemsOf({ vpcId: "vpc", internal: "yes" })).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(UserError);
    expect((error as Error).message.split("\n").slice(1)).to.deep.equal([
      '  vpcId: found "vpc"; allowed: the id of a VPC',
      '  internal: found "yes"; allowed: true or false',
      "    fix: pulumi config set internal true",
    ]);
    expect((error as Error).message).to.match(/^The configuration of .*, stack .*, has 2 problems:\n/);
  });

  it("is not refused for a warning", async () => {
    await refuse([{ key: "vpcId", reason: "old", severity: "warning" }]);
  });
});
