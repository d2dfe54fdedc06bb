import { expect } from "chai";
import fc from "fast-check";
import { Provider } from "../../provider/provider";
import { definition } from "../../provider/random";
import type { Properties } from "../../provider/resource";

const password = "random:index/randomPassword:RandomPassword";

describe("random resources", () => {
  const provider = new Provider(definition, undefined);
  const urn = (token: string) => `urn:pulumi:test::sandbox::${token}::it`;

  async function draw(token: string, program: Properties): Promise<{ id: string; outputs: Properties }> {
    const target = { urn: urn(token) };
    const [inputs] = await provider.check(target, {}, program, new Uint8Array());
    return provider.create(target, inputs);
  }
  const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

  it("draws passwords with enough of every class that is wanted, and of no other", () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({ minLower: fc.nat(4), minUpper: fc.nat(4), minNumeric: fc.nat(4), minSpecial: fc.nat(4) }),
        fc.boolean(),
        fc.integer({ min: 16, max: 40 }),
        async (least, special, length) => {
          const asked = { ...least, length, special, overrideSpecial: "-_" };
          const result = String((await draw(password, asked)).outputs.result);
          expect(result).to.have.length(length);
          expect(count(result, /[a-z]/g)).to.be.at.least(least.minLower);
          expect(count(result, /[A-Z]/g)).to.be.at.least(least.minUpper);
          expect(count(result, /[0-9]/g)).to.be.at.least(least.minNumeric);
          expect(count(result, /[-_]/g)).to.satisfy((n: number) => (special ? n >= least.minSpecial : n === 0));
          expect(result).to.match(/^[A-Za-z0-9_-]+$/);
        },
      ),
      { numRuns: 50 },
    ));

  it("draws another password every time, keeps it on reading, and shows it to nobody", async () => {
    const [one, other] = await Promise.all([draw(password, { length: 20 }), draw(password, { length: 20 })]);
    expect(one.outputs.result).to.not.equal(other.outputs.result);
    expect(one.id).to.equal("none");
    expect(await provider.secrets(urn(password))).to.include("result");
    const read = await provider.read({ urn: urn(password) }, one.id, {}, one.outputs);
    expect(read?.outputs.result).to.equal(one.outputs.result);
  });

  it("draws anew when a keeper changes", async () => {
    const target = { urn: urn(password) };
    const [inputs] = await provider.check(target, {}, { length: 20, keepers: { epoch: "1" } }, new Uint8Array());
    const { changes } = await provider.diff(target, inputs, { ...inputs, keepers: { epoch: "2" } }, []);
    expect(changes).to.deep.include({ input: "keepers", path: "keepers.epoch", kind: "update", replaces: true });
    expect((await provider.diff(target, inputs, inputs, [])).changes).to.deep.equal([]);
  });

  it("writes an id in all its forms", async () => {
    const { id, outputs } = await draw("random:index/randomId:RandomId", { byteLength: 8, prefix: "p-" });
    const bytes = Buffer.from(id, "base64url");
    expect(bytes).to.have.length(8);
    expect(outputs).to.include({
      hex: `p-${bytes.toString("hex")}`,
      b64Url: `p-${id}`,
      b64Std: `p-${bytes.toString("base64")}`,
      dec: `p-${bytes.readBigUInt64BE()}`,
    });
  });
});
