import { expect } from "chai";
import { unlessError } from "../../aws";
import { ifFit, lookUp, plural, resultOf } from "../../lookups";

const found = (value?: string) =>
  lookUp({ name: "thing", key: "key", what: String }, async () => ({ detail: "", value }));

describe("The result of a check", () => {
  it("is what it found", async () => {
    expect(await resultOf(found("vpc-1"))).to.equal("vpc-1");
    expect(await ifFit(() => resultOf(found("vpc-1")))).to.equal("vpc-1");
  });

  it("skips the checks that need it where nothing fit was found", async () => {
    const next = await lookUp({ name: "next", key: "key", what: String }, async () => ({
      detail: await resultOf(found()),
    }));
    expect(next).to.deep.include({ skipped: "a setting that it needs isn't valid", problems: [] });
    expect(await ifFit(() => resultOf(found()))).to.equal(undefined);
  });

  it("has no other reason to be undefined", async () => {
    const failing = () => ifFit(() => Promise.reject(new Error("not found")));
    expect(await failing().catch((error: unknown) => String(error))).to.equal("Error: not found");
  });
});

describe("An error of AWS", () => {
  const refused = (name: string): Promise<string | undefined> =>
    unlessError(/NoSuchEntity/, Promise.reject(Object.assign(new Error(name), { name }))).catch(String);

  it("counts as no answer by its name alone", async () => {
    expect(await unlessError(/NoSuchEntity/, Promise.resolve("role"))).to.equal("role");
    expect(await refused("NoSuchEntityException")).to.equal(undefined);
    expect(await refused("AccessDenied")).to.equal("AccessDenied: AccessDenied");
  });
});

describe("Names in a sentence", () => {
  it("agree with the verb", () => {
    expect(plural(["a"], "is", "are")).to.equal("a is");
    expect(plural(["a", "b"], "is", "are")).to.equal("a, b are");
  });
});
