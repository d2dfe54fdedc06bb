import { generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import {
  applyRules,
  certificate,
  certificatesIn,
  type ConfigProblem,
  pairs,
  parseConfig,
  privateKey,
  secret,
  type Shape,
  text as plainText,
  validityProblems,
} from "../../../config";
import { chain, ecPair, expiredCertificate, issuer, rsaPair } from "../../../testing";

const because = (shape: Shape, text: string): string | undefined => shape.fault(text)?.because;
const nonsense = (kind: string): string => `-----BEGIN ${kind}-----\nbm9uc2Vuc2U=\n-----END ${kind}-----\n`;
const inOneLine = (pem: string): string => pem.trim().replaceAll("\n", "\\n");

function refuses(shape: Shape, refusals: [what: string, text: string, reason: string][]): void {
  for (const [what, text, reason] of refusals) {
    it(`is not ${what}`, () => expect(because(shape, text)).to.include(reason));
  }
}

describe("a certificate", () => {
  it("may be of any kind, alone or in front of its issuers", () => {
    for (const text of [rsaPair.certificate, ecPair.certificate, chain, `\n${chain}\n`, expiredCertificate]) {
      expect(certificate.fault(text)).to.equal(undefined);
    }
  });

  refuses(certificate, [
    ["a private key", rsaPair.privateKey, "holds a private key, which would be shown in clear"],
    ["a private key after it", rsaPair.certificate + rsaPair.privateKey, "holds a private key, which"],
    ["a request", nonsense("CERTIFICATE REQUEST"), "holds a certificate request"],
    ["a public key", nonsense("PUBLIC KEY"), "holds a public key"],
    ["the name of a file", "./certs/api.pem", "is the name of a file; the text of the certificate belongs here"],
    ["a word", "certificate", "is no certificate: it has no lines -----BEGIN CERTIFICATE-----"],
    ["nothing", "", "is no certificate"],
    ["nonsense in its lines", nonsense("CERTIFICATE"), "holds a certificate that can't be read"],
    ["nonsense after it", chain + nonsense("CERTIFICATE"), "holds a certificate that can't be read: the third of 3"],
    ["a URL", "https://example.com/api.pem", "is a URL; the text of the certificate belongs here"],
    ["attributes around it", `Bag Attributes\n  localKeyID: 01\n${issuer}`, "has other text around its certificates"],
    ["one with \\n for its line breaks", inOneLine(issuer), "holds \\n in place of its line breaks"],
    ["one with \\n behind it too", `${inOneLine(issuer)}\\n`, "holds \\n in place of its line breaks"],
  ]);
});

describe("a private key", () => {
  const { privateKey: key } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const encrypted = { cipher: "aes-256-cbc", passphrase: "passphrase", format: "pem" } as const;

  it("may be RSA or EC, as PKCS#8 or in the form of its kind", () => {
    for (const text of [
      rsaPair.privateKey,
      ecPair.privateKey,
      key.export({ type: "sec1", format: "pem" }).toString(),
    ]) {
      expect(privateKey.fault(text)).to.equal(undefined);
    }
  });

  it("may have in front of it what OpenSSL writes there: parameters of the curve, attributes", () => {
    const sec1 = key.export({ type: "sec1", format: "pem" }).toString();
    const parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    expect(privateKey.fault(parameters + sec1)).to.equal(undefined);
    const attributes = "Bag Attributes\n    localKeyID: 01 02\nKey Attributes: <No Attributes>\n";
    expect(privateKey.fault(attributes + rsaPair.privateKey)).to.equal(undefined);
    expect(because(privateKey, parameters)).to.include("is no private key: it has no lines -----BEGIN PRIVATE KEY");
  });

  refuses(privateKey, [
    ["a certificate", rsaPair.certificate, "begins with a certificate, in place of a private key"],
    ["an encrypted one", key.export({ type: "pkcs8", ...encrypted }).toString(), "is encrypted with a passphrase"],
    [
      "an encrypted one of old",
      key.export({ type: "sec1", ...encrypted }).toString(),
      "is encrypted with a passphrase",
    ],
    ["the name of a file", "key.pem", "is the name of a file; the text of the private key belongs here"],
    ["a word", "hunter2", "is no private key: it has no lines -----BEGIN PRIVATE KEY-----"],
    ["nonsense in its lines", nonsense("PRIVATE KEY"), "can't be read"],
    ["one with \\n for its line breaks", inOneLine(ecPair.privateKey), "holds \\n in place of its line breaks"],
  ]);
});

describe("a certificate and its private key", () => {
  const settings = {
    samlCertificate: plainText({ description: "", optional: true, shape: certificate }),
    samlPrivateKey: secret({ description: "", optional: true, shape: privateKey }),
  };
  const problemsOf = (certificateText?: string, keyText?: string): ConfigProblem[] => {
    const { config, raw, problems } = parseConfig(settings, "project", {
      ...(certificateText && { samlCertificate: { text: certificateText, encrypted: false } }),
      ...(keyText && { samlPrivateKey: { text: keyText, encrypted: true } }),
    });
    return [...problems, ...applyRules([pairs<typeof config>("samlCertificate", "samlPrivateKey")], config, raw)];
  };
  const reasons = (...texts: [string?, string?]): string[] =>
    problemsOf(...texts).map(({ key, reason }) => `${key}: ${reason}`);

  it("belong together, whatever kind they are", () => {
    expect(problemsOf(rsaPair.certificate, rsaPair.privateKey)).to.deep.equal([]);
    expect(problemsOf(chain, ecPair.privateKey)).to.deep.equal([]);
  });

  it("are refused where they are of different pairs", () => {
    const reason =
      "samlPrivateKey: isn't the private key of samlCertificate, the certificate of api.pulumi.example.com";
    expect(reasons(rsaPair.certificate, ecPair.privateKey)).to.deep.equal([reason]);
  });

  it("are refused once each where they are swapped", () => {
    expect(reasons(rsaPair.privateKey, rsaPair.certificate)).to.deep.equal([
      "samlCertificate: found a value (not shown), which holds a private key, which would be shown in clear; allowed: " +
        "a certificate in PEM form, perhaps followed by those of its issuers",
      "samlPrivateKey: found a value (not shown), which begins with a certificate, in place of a private key; allowed: " +
        "a private key in PEM form, without passphrase",
    ]);
  });

  it("are refused where an issuer comes first", () => {
    expect(reasons(issuer + ecPair.certificate, ecPair.privateKey)).to.deep.equal([
      "samlCertificate: the certificate of samlPrivateKey comes second in it; it must be the first, and its issuers follow",
    ]);
  });

  it("are refused where the certificate has expired, whosever the key is", () => {
    const expired = "samlCertificate: the certificate of api.pulumi.example.com expired on 2021-01-01";
    expect(reasons(expiredCertificate, rsaPair.privateKey)).to.deep.equal([expired]);
    expect(reasons(expiredCertificate, ecPair.privateKey)).to.have.lengthOf(2).and.include(expired);
  });

  it("find nothing where one is missing: another rule does", () => {
    expect(problemsOf(rsaPair.certificate)).to.deep.equal([]);
    expect(problemsOf(undefined, rsaPair.privateKey)).to.deep.equal([]);
  });

  it("say how to set them, and never show a byte of the key", () => {
    const [problem] = problemsOf(rsaPair.certificate, ecPair.privateKey);
    expect(problem?.fix).to.include("pulumi config set --secret samlPrivateKey < key.pem");
    expect(problemsOf("word", "word").map(({ fix }) => fix)).to.deep.equal([
      "for example: pulumi config set samlCertificate < certificate.pem",
      "pulumi config set --secret samlPrivateKey < key.pem",
    ]);
    const said = JSON.stringify(problemsOf(rsaPair.privateKey, nonsense("PRIVATE KEY")));
    for (const line of [...rsaPair.privateKey.split("\n").slice(1, -2), "bm9uc2Vuc2U="]) {
      expect(said).not.to.include(line);
    }
  });
});

describe("the validity of a certificate", () => {
  const [leaf] = certificatesIn(expiredCertificate);
  const found = (now: string): string[] =>
    validityProblems("tls", leaf, Date.parse(now)).map(({ reason, severity }) => `${severity ?? "error"}: ${reason}`);

  it("is a warning in its last 30 days, and an error before and after it", () => {
    expect(found("2019-12-31")).to.deep.equal([
      "error: the certificate of api.pulumi.example.com is not valid before 2020-01-01",
    ]);
    expect(found("2020-06-01")).to.deep.equal([]);
    expect(found("2020-12-10")).to.deep.equal([
      "warning: the certificate of api.pulumi.example.com expires on 2021-01-01",
    ]);
    expect(found("2021-01-02")).to.deep.equal([
      "error: the certificate of api.pulumi.example.com expired on 2021-01-01",
    ]);
  });
});
