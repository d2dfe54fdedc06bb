import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readValue, textsOf, withConfiguration } from "../../rotation/given";
import type { RolledOut } from "../../rotation/roll-out";

const block = (what: string, body: string): string => `-----BEGIN ${what}-----\n${body}\n-----END ${what}-----`;
const [leaf, intermediate] = [block("CERTIFICATE", "bGVhZg=="), block("CERTIFICATE", "Y2E=")];
const privateKey = block("RSA PRIVATE KEY", "a2V5");
const pair = { key: "samlPrivateKey", certificate: "samlCertificate" } as const;

describe("the new value of a secret", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "value-"))));
  after(() => rmSync(folder, { recursive: true }));

  it("is what the file holds, without the end of its last line", () => {
    const file = join(folder, "value");
    writeFileSync(file, " s3cret \n");
    expect(readValue("smtp", file)).to.equal(" s3cret ");
  });

  it("is refused with the name of the file, where that can't be read", () => {
    expect(() => readValue("smtp", join(folder, "none"))).to.throw(/^VALUE_FILE is ".*none", .*ENOENT/);
    expect(() => readValue("smtp", folder)).to.throw(/EISDIR/);
  });

  it("is one setting's, whatever it looks like", () => {
    expect(textsOf({ key: "smtpPassword" }, privateKey)).to.deep.equal([["smtpPassword", privateKey]]);
  });

  it("is that of two settings for a key pair, in whatever order the blocks are, with what stands between them left out", () => {
    for (const value of [
      [privateKey, leaf, intermediate],
      ["Bag Attributes", leaf, "subject", intermediate, privateKey],
    ]) {
      expect(textsOf(pair, value.join("\n"))).to.deep.equal([
        ["samlCertificate", `${leaf}\n${intermediate}`],
        ["samlPrivateKey", privateKey],
      ]);
    }
  });

  it("is refused for a key pair that isn't whole, without a word of what it holds", () => {
    const wrong: Record<string, string[]> = {
      "0 private keys and 1 certificates": [leaf],
      "1 private keys and 0 certificates": [privateKey],
      "2 private keys and 1 certificates": [privateKey, leaf, privateKey],
      "0 private keys and 0 certificates": ["a2V5"],
    };
    for (const [found, blocks] of Object.entries(wrong)) {
      expect(() => textsOf(pair, blocks.join("\n")))
        .to.throw(`Found ${found}.`)
        .and.not.match(/a2V5|bGVhZg/);
    }
  });
});

describe("the configuration with a new value", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "configuration-"))));
  after(() => rmSync(folder, { recursive: true }));

  it("is as it was where the services don't get it, and stays where they have it", async () => {
    const file = join(folder, "Pulumi.prod.yaml");
    const left = async (work: () => Promise<RolledOut>): Promise<string> => {
      writeFileSync(file, "former");
      const changed = withConfiguration(file, () => {
        writeFileSync(file, "new");
        return work();
      });
      await changed.catch(() => undefined);
      return readFileSync(file, "utf8");
    };
    expect(await left(() => Promise.resolve("failed"))).to.equal("former");
    expect(await left(() => Promise.reject(new Error("no pulumi")))).to.equal("former");
    expect(await left(() => Promise.resolve("not verified"))).to.equal("new");
    expect(await left(() => Promise.resolve("all"))).to.equal("new");
  });
});
