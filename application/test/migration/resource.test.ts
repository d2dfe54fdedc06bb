import type { CheckResult } from "@pulumi/pulumi/dynamic";
import type { Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { identity, triggersDiffer } from "../../migration/runner";
import { deploy } from "../fixtures";
import { migrationType, stored, storedText } from "./stored-provider";

describe("the resource of the migration", () => {
  it("is stored so that a process of its own can decide and run it", async () => {
    const provider = stored(await deploy());
    const olds = { triggers: { image: "1" }, __provider: "older code" };
    expect(
      await provider.diff?.("id", olds, { triggers: { image: "1" }, taskDefinitionArn: "another revision" }),
    ).to.deep.equal({
      changes: false,
    });
    expect(await provider.diff?.("id", olds, { triggers: { image: "2" } })).to.deep.equal({ changes: true });
    const { create, update } = provider;
    expect([typeof create, typeof update, typeof provider.delete]).to.deep.equal(["function", "function", "undefined"]);
  });

  it("is stored by names that are found where Pulumi reads it, also by a later release", async () => {
    const required = [...storedText(await deploy()).matchAll(/require\("([^"]+)"\)/g)].map(([, name = ""]) => name);
    expect(required).to.deep.equal(["@selfhosted/common/register", "@selfhosted/application/migration/provider"]);
  });
});

describe("the migration of a release", () => {
  const older = "20251103-204-signed";
  const newer = "20260105-317-signed";
  /** Triggers that differ in the tag and in migrationRun alone, as the program gives them. */
  const of = (tag: string, migrationRun?: string): { triggers: Record<string, string> } => ({
    triggers: { image: `registry.example.com:5000/pulumi/migrations:${tag}`, ...(migrationRun && { migrationRun }) },
  });
  /** Why Pulumi would refuse what is wanted, for a preview and for an update. */
  async function reasons(before: object, wanted: object): Promise<string[]> {
    const checked: CheckResult<unknown> = (await stored(await deploy()).check?.(before, wanted)) ?? {};
    const { inputs, failures = [] } = checked;
    expect(inputs).to.equal(wanted);
    expect(failures.filter(({ property }) => property !== "")).to.deep.equal([]);
    return failures.map(({ reason }) => reason);
  }

  it("older than the database's is refused, with what can be done", async () => {
    const [reason, ...others] = await reasons(of(newer), of(older));
    expect(others).to.deep.equal([]);
    expect(reason)
      .to.include(`${older} is older than ${newer}, for which the database was migrated`)
      .and.include("No migration was started and no service was changed")
      .and.include(`pulumi config set imageTag ${newer}\n`)
      .and.include(`make rollback ENV=test IMAGE_TAG=${older}\n`)
      .and.include("pulumi config set migrationRun");
  });

  it("older is refused where a digest pins it, too", async () => {
    expect(await reasons(of(newer), of(`${older}@sha256:${"1".repeat(64)}`))).to.have.length(1);
  });

  for (const [what, before, wanted] of [
    ["a new value of migrationRun, after a restore,", of(newer, "once"), of(older, "restored")],
    ["the first value of migrationRun, after a restore,", of(newer), of(older, "restored")],
    ["the same release", of(newer), of(newer)],
    ["a newer release", of(older), of(newer)],
    ["a first migration", {}, of(older)],
    ["a release whose tag says nothing of its age", of(newer), of("hotfix")],
    ["a release after one whose tag says nothing of its age", of("hotfix"), of(older)],
    ["a release that only a digest names", of(newer), { triggers: { image: `migrations@sha256:${"1".repeat(64)}` } }],
  ] as const) {
    it(`runs for ${what}`, async () => expect(await reasons(before, wanted)).to.deep.equal([]));
  }

  for (const [what, before, wanted] of [
    ["stayed", of(newer, "restored"), of(older, "restored")],
    ["went", of(newer, "restored"), of(older)],
  ] as const) {
    it(`older is refused where the value of migrationRun ${what}`, async () => {
      expect(await reasons(before, wanted)).to.have.length(1);
    });
  }

  it("stays where a rollback left it, while the services go back", async () => {
    const inputs = async (config: Values) => (await deploy({ config })).the(migrationType).inputs;
    const before = await inputs({ imageTag: newer });
    expect(await reasons(before, await inputs({ imageTag: older, migrationImageTag: newer }))).to.deep.equal([]);
    expect(await reasons(before, await inputs({ imageTag: older }))).to.have.length(1);
  });
});

describe("the triggers of the migration", () => {
  it("are equal in any order, and differ by value, by name and by absence", () => {
    expect(triggersDiffer({ a: "1", b: "2" }, { b: "2", a: "1" })).to.equal(false);
    expect(triggersDiffer({ a: "1" }, { a: "2" })).to.equal(true);
    expect(triggersDiffer({ a: "1" }, { a: "1", b: "" })).to.equal(true);
    expect(triggersDiffer(undefined, {})).to.equal(true);
  });

  it("name a migration within what ECS allows", () => {
    const triggers = { image: "migrations:2", databaseCluster: "pulumi-test-database" };
    expect(identity(triggers)).to.match(/^[\w/.-]{1,36}$/);
    expect(identity({ ...triggers, image: "migrations:3" })).to.not.equal(identity(triggers));
  });
});
