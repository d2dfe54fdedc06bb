import { expect } from "chai";
import { IncompleteResource, Provider } from "../../provider/provider";
import { type Properties, UNKNOWN } from "../../provider/resource";
import { type Shelf, toys, toyUrn } from "./toys";

const noSeed = new Uint8Array();
const target = { urn: toyUrn };

describe("a provider", () => {
  let shelf: Shelf;
  let provider: Provider<Shelf>;

  beforeEach(() => {
    shelf = { toys: new Map() };
    provider = new Provider(toys(shelf), shelf);
  });

  const checked = async (news: Properties, olds: Properties = {}) =>
    (await provider.check(target, olds, news, noSeed))[0];
  const changed = async (olds: Properties, news: Properties, ignored: string[] = []) =>
    (await provider.diff(target, olds, news, ignored)).changes;

  describe("checks inputs", () => {
    it("names a resource after its logical name, and keeps the name", async () => {
      const { name, size } = await checked({});
      expect(name).to.match(/^robot-[0-9a-f]{7}$/);
      expect(size).to.equal(1);
      expect(await checked({}, { name })).to.include({ name });
      expect(await checked({ name: "mine" }, { name })).to.include({ name: "mine" });
    });

    it("gives the same name for the same seed", async () => {
      const seed = new Uint8Array([1, 2, 3]);
      const names = await Promise.all([1, 2].map(() => provider.check(target, {}, {}, seed)));
      expect(names[0][0].name).to.equal(names[1][0].name);
    });

    it("reports inputs that it doesn't know, and takes values that aren't known yet", async () => {
      const [, problems] = await provider.check(target, {}, { size: UNKNOWN, colour: "red" }, noSeed);
      expect(problems.map(({ property }) => property)).to.deep.equal(["colour"]);
    });
  });

  describe("compares inputs", () => {
    it("sees nothing where nothing changed, nor where only a default is new", async () => {
      expect(await changed({ name: "a", size: 1 }, { name: "a", size: 1 })).to.deep.equal([]);
      expect(await changed({ name: "a" }, { name: "a", size: 1 })).to.deep.equal([]);
    });

    it("says where a change lies and whether it needs a new resource", async () => {
      expect(
        await changed({ parts: { arm: [1, 2] }, size: 1 }, { parts: { arm: [1, 3], "left leg": 1 }, size: 1 }),
      ).to.deep.equal([
        { input: "parts", path: "parts.arm[1]", kind: "update", replaces: false },
        { input: "parts", path: 'parts["left leg"]', kind: "add", replaces: false },
      ]);
      expect(await changed({ size: 1, material: "tin" }, { size: 1, material: UNKNOWN })).to.deep.equal([
        { input: "material", path: "material", kind: "update", replaces: true },
      ]);
    });

    it("leaves out what the program ignores", async () => {
      const olds = { size: 1, parts: { arms: 2, legs: 2 } };
      const news = { size: 2, parts: { arms: 3, legs: 3 } };
      expect((await changed(olds, news, ["size", "parts.arms"])).map(({ path }) => path)).to.deep.equal(["parts.legs"]);
    });

    it("lets the old resource go first where the new one has its name", async () => {
      const replacing = async (name: string) =>
        (await provider.diff(target, { name, material: "tin", size: 1 }, { name, material: "wood", size: 1 }, []))
          .deleteBeforeReplace;
      expect(await replacing("mine")).to.equal(true);
      expect(await replacing("robot-0123abc")).to.equal(false);
    });
  });

  describe("creates", () => {
    it("a resource, and returns what the account holds", async () => {
      expect(await provider.create(target, { name: "a", size: 2 })).to.deep.equal({
        id: "a",
        outputs: { name: "a", size: 2, serial: "0815" },
      });
    });

    it("and keeps what was made when it fails later", async () => {
      shelf.breaks = true;
      const error: unknown = await provider.create(target, { name: "a", size: 2 }).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(IncompleteResource);
      expect(error).to.include({ id: "a", message: "it broke" });
    });

    it("and says so when the account doesn't hold what was asked", async () => {
      shelf.forgets = "code";
      const error = await provider.create(target, { name: "a", code: "secret" }).then(String, String);
      expect(error)
        .to.match(/doesn't hold what was asked: code/)
        .and.not.match(/secret/);
    });
  });

  it("stops waiting when it is cancelled", async () => {
    shelf.waits = true;
    const creation = provider.create(target, { name: "a" }).catch((reason: unknown) => reason);
    provider.cancel();
    const error: unknown = await creation;
    expect(error).to.include({ id: "a" });
    expect(String(error)).to.match(/Cancelled/);
  });

  it("reads drift into the inputs, so that the next deployment corrects it", async () => {
    await provider.create(target, { name: "a", size: 2 });
    shelf.toys.set("a", { name: "a", size: 7 });
    const found = await provider.read(target, "a", { name: "a", size: 2 }, { serial: "0815" });
    expect(found?.inputs).to.deep.equal({ name: "a", size: 7 });
    expect(found?.outputs).to.include({ size: 7, serial: "0815" });
    expect(await provider.read(target, "gone", {}, {})).to.equal(undefined);
  });

  it("reads the inputs of a resource that is imported", async () => {
    shelf.toys.set("a", { name: "a", size: 7, weight: 3 });
    expect(await provider.read(target, "a", {}, {})).to.deep.equal({
      inputs: { name: "a", size: 7 },
      outputs: { name: "a", size: 7, weight: 3 },
    });
  });

  it("names the types and functions that it doesn't have", async () => {
    const urn = "urn:pulumi:test::sandbox::my:component:Thing$toys:index/kite:Kite::red";
    expect(await provider.create({ urn }, {}).then(String, String)).to.match(
      /doesn't have the resource type toys:index\/kite:Kite/,
    );
    expect(await provider.invoke("toys:index/fly:fly", {}).then(String, String)).to.match(
      /doesn't have the function toys:index\/fly:fly/,
    );
  });
});
