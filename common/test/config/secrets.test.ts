import { expect } from "chai";
import fc from "fast-check";
import {
  certificate,
  choice,
  cronExpression,
  decimal,
  flag,
  hostAndPort,
  hostName,
  imageReference,
  integer,
  isSecretName,
  licence,
  list,
  looksSecret,
  map,
  network,
  parseConfig,
  privateKey,
  secret,
  secretMap,
  text,
  variableName,
  webUrl,
} from "../../config";
import { foundIn, licenceOfTests } from "../../testing";
import { problemsOf } from "./settings";

const description = "";

describe("what looks like a secret", () => {
  it("is seen by its form: tokens, headers, passwords in front of a host, keys beside their names", () => {
    for (const text of [
      "ghp_0123456789abcdefABCDEF0123456789abcd",
      "glpat-0123456789abcdefABCD",
      "pul-0123456789abcdef0123456789abcdef",
      "AKIAIOSFODNN7EXAMPLE",
      "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ0ZXN0cyJ9.x",
      "-----BEGIN PRIVATE KEY-----",
      "Basic dXNlcjpwYXNz",
      "Bearer 0123456789abcdef",
      "Authorization Bearer abcDEFghiJKL",
      "api-key=0123456789",
      "X-Api-Key 0123456789",
      "/api/v2/logs?dd-api-key=abcdef&service=pulumi",
      "tenant=a,client_secret=hunter22",
      "password: hunter2",
      "svc:Pa55w0rd@smtp.example.com:587",
      "mysql://user:pass@host/db",
      "redis://:pass@host",
      "https://me:p/w@host",
    ]) {
      expect(looksSecret(text), text).to.equal(true);
    }
  });

  it("is not seen in flags, numbers, addresses, images, prose, and references to where a secret is kept", () => {
    for (const text of [
      "",
      "true",
      "4096",
      "0.5",
      "REQUIRE_TOKEN=true",
      "max_token=4096",
      "https://host.example.com:8443/path?size=1",
      "registry.example.com:5000/a/b:1@sha256:0123",
      "git@github.com:example/pulumi.git",
      "mailto:operations@example.com",
      "https://host:443/@scope/package",
      "Basic authentication",
      "Authorization Bearer ${TOKEN}",
      "api-key=${API_KEY}",
      "https://user:${PASSWORD}@host",
      "arn:aws:secretsmanager:eu-central-1:111122223333:secret:name-AbCdEf",
      "eu-central-1",
    ]) {
      expect(looksSecret(text), text).to.equal(false);
    }
  });

  it("is seen by its name", () => {
    for (const name of ["GITHUB_TOKEN", "http_passwd", "Shared_Key", "apikey", "Cloud_Auth", "DB_PWD", "X-API-Key"]) {
      expect(isSecretName(name), name).to.equal(true);
    }
    for (const name of ["PWD", "TOKEN_URL", "KEY", "Host", "PATH", "SECRET_NAME", "AUTH"]) {
      expect(isSecretName(name), name).to.equal(false);
    }
  });
});

describe("a secret that is set", () => {
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
    const { problems, config } = parseConfig(named, "project", foundIn("project", { name: licenceOfTests }));
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

  it("is in no message either where it is set, encrypted, as a setting that is none", () => {
    fc.assert(
      fc.property(word, around, fc.constantFrom(...plain), (value, wrap, setting) => {
        expect(said(setting, wrap(value), true)).not.to.include(value);
      }),
      { numRuns: 1000 },
    );
  });

  it("is in no message either where it is set in clear, as far as it looks like a secret", () => {
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
