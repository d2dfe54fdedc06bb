import { expect } from "chai";
import { setCommand } from "../../config";
import type { Values } from "../../testing";
import { problemsOf } from "./settings";

const orFromEsc = ", or remove it from the ESC environment that sets it (environment: in the stack's file)";

const refusals: [what: string, values: Values, key: string, reason: string, fix?: string][] = [
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

describe("a configuration with mistakes", () => {
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

  it("names commands that `pulumi` takes: it refuses an ARN for a key that speaks of a secret", () => {
    const arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:registry-AbCdEf";
    expect(setCommand("registrySecretArn", arn)).to.equal(`pulumi config set --plaintext registrySecretArn ${arn}`);
    expect(setCommand("vpcId", "vpc-1")).to.equal("pulumi config set vpcId vpc-1");
  });
});
