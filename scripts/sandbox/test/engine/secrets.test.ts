import { expect } from "chai";
import { newSalt, unlock } from "../../engine/secrets";
import { mask, reveal, seal, secret, UNKNOWN, unseal } from "../../engine/values";
import { HUNTER2, PASSPHRASE, SALT } from "./support";

describe("secrets in the format of the passphrase provider", function () {
  this.timeout(10_000);
  const inherited = process.env.PULUMI_CONFIG_PASSPHRASE;
  before(() => (process.env.PULUMI_CONFIG_PASSPHRASE = PASSPHRASE));
  after(() => {
    if (inherited === undefined) delete process.env.PULUMI_CONFIG_PASSPHRASE;
    else process.env.PULUMI_CONFIG_PASSPHRASE = inherited;
  });

  it("reads what the real command encrypted", async () => {
    expect((await unlock(SALT)).decrypt(HUNTER2)).to.equal("hunter2");
  });

  it("reads its own, under a salt of its own", async () => {
    const crypter = await unlock(await newSalt());
    expect(crypter.decrypt(crypter.encrypt("wörd"))).to.equal("wörd");
  });

  it("notices a ciphertext that was changed, and other formats", async () => {
    const crypter = await unlock(SALT);
    const broken = `${HUNTER2.slice(0, -6)}AAAAA=`;
    expect(() => crypter.decrypt(broken)).to.throw();
    expect(() => crypter.decrypt("v2:a:b")).to.throw("not a secret of the passphrase provider");
    const error = await unlock("v1:abc").catch((reason: Error) => reason);
    expect(String(error)).to.include("malformed encryptionsalt");
  });

  it("encrypts secrets anywhere inside properties and keeps an unchanged ciphertext", async () => {
    const crypter = await unlock(SALT);
    const properties = { plain: 1, list: [{ deep: secret({ user: "somebody", keys: ["k"] }) }], nothing: secret(null) };
    const sealed = seal(properties, (text) => crypter.encrypt(text));
    expect(JSON.stringify(sealed)).not.to.include("somebody");
    expect(unseal(sealed, (text) => crypter.decrypt(text))).to.deep.equal(properties);
    expect(seal(properties, (text) => crypter.encrypt(text))).to.deep.equal(sealed);
  });

  it("shows marks instead of secrets and unknowns", () => {
    expect(mask({ a: secret("x"), b: UNKNOWN, c: [secret({ d: 1 })] })).to.deep.equal({
      a: "[secret]",
      b: "[unknown]",
      c: ["[secret]"],
    });
    expect(reveal({ a: secret("x"), b: { c: secret([secret(1)]) } })).to.deep.equal({ a: "x", b: { c: [1] } });
  });
});
