import { expect } from "chai";
import { Deployment, type Registration } from "../../engine/deployment";
import { type Goal, goalOf } from "../../engine/goal";
import { type Created, type Diff, StateOnly } from "../../engine/manager";
import { deleteAll } from "../../engine/removal";
import { Snapshot } from "../../engine/snapshot";
import { Work } from "../../engine/stage";
import type { Operation, ResourceState } from "../../engine/state";
import { changedKeys, type Properties } from "../../engine/values";

const TYPE = "cloud:index:Thing";
const urnOf = (name: string, type = TYPE): string => `urn:pulumi:test::project::${type}::${name}`;

/** A cloud in memory: `name` can't be changed in place, and what is asked of it is written down. */
class Cloud extends StateOnly {
  readonly calls: string[] = [];
  deleteBeforeReplace = false;

  override async diff(old: ResourceState, news: Properties): Promise<Diff> {
    const changed = changedKeys(old.inputs ?? {}, news);
    const changes = changed.length > 0 ? "some" : "none";
    const replaces = changed.filter((key) => key === "name");
    return { changes, changed, replaces, deleteBeforeReplace: this.deleteBeforeReplace };
  }

  override async create(urn: string, inputs: Properties): Promise<Created> {
    if (inputs.broken) throw new Error("no capacity");
    this.calls.push(`create ${urn.split("::").at(-1)}`);
    return { id: String(inputs.name), outputs: { ...inputs, address: `addr-${String(inputs.name)}` } };
  }

  override async update(old: ResourceState, inputs: Properties): Promise<{ outputs: Properties }> {
    this.calls.push(`update ${old.id}`);
    return { outputs: { ...old.outputs, ...inputs } };
  }

  override async delete(state?: ResourceState): Promise<void> {
    this.calls.push(`delete ${state?.id}`);
  }
}

/** One deployment after another on the same stack, without any program. */
class Stack {
  readonly cloud = new Cloud();
  resources: ResourceState[] = [];
  pending: Operation[] = [];
  steps: string[] = [];
  errors: string[] = [];

  /** Registers resources of the given name and inputs in order, then deletes what is left, as a program's run does. */
  async deploy(goals: (Partial<Goal> & { name: string })[], preview = false): Promise<Registration[]> {
    const [steps, errors]: string[][] = [(this.steps = []), (this.errors = [])];
    this.cloud.calls.length = 0;
    const snapshot = new Snapshot(structuredClone(this.resources), this.pending, (resources, pending) => {
      if (!preview) [this.resources, this.pending] = structuredClone([resources, pending]);
    });
    const display = {
      step: <T>(kind: string, urn: string, _changed: string[], work: () => Promise<T>): Promise<T> => {
        if (!urn.includes("pulumi:providers")) steps.push(`${kind} ${urn.split("::").at(-1)}`);
        return work();
      },
      details: () => {},
      log: (_severity: string, urn: string, message: string) =>
        void errors.push(`${urn.split("::").at(-1)}: ${message}`),
      output: () => {},
    };
    const { cloud } = this;
    const providers = {
      manager: async (type: string) => (type === TYPE ? cloud : new StateOnly()),
      interchangeable: async () => true,
    };
    const work = new Work(4, display);
    const stage = {
      project: "project",
      stack: "test",
      preview,
      snapshot,
      providers,
      display,
      work,
      providerConfig: () => ({}),
    };
    const deployment = new Deployment(stage);
    const registrations: Registration[] = [];
    for (const { name, inputs, ...more } of goals) {
      registrations.push(await deployment.register(goalOf({ type: TYPE, name, inputs: { name, ...inputs }, ...more })));
    }
    if (work.failed.size === 0)
      await deleteAll(stage, snapshot.remaining).catch((error: Error) => errors.push(error.message));
    await snapshot.save();
    return registrations;
  }

  get names(): (string | undefined)[] {
    return this.resources.filter(({ type }) => type === TYPE).map(({ id, delete: old }) => (old ? `${id} (old)` : id));
  }
}

describe("how a deployment decides", () => {
  let stack: Stack;
  beforeEach(() => (stack = new Stack()));

  it("creates, leaves alone, updates and deletes", async () => {
    await stack.deploy([{ name: "a" }, { name: "b" }]);
    expect(stack.steps).to.deep.equal(["create a", "create b"]);
    await stack.deploy([{ name: "a" }, { name: "b" }]);
    expect([stack.steps, stack.cloud.calls]).to.deep.equal([["same a", "same b"], []]);
    await stack.deploy([{ name: "a", inputs: { size: 2 } }]);
    expect(stack.steps).to.deep.equal(["update a", "delete b"]);
    expect(stack.names).to.deep.equal(["a"]);
  });

  it("replaces with the new one before the old one goes", async () => {
    await stack.deploy([{ name: "a" }]);
    await stack.deploy([{ name: "a", inputs: { name: "a2" } }]);
    expect(stack.cloud.calls).to.deep.equal(["create a", "delete a"]);
    expect([stack.steps, stack.names]).to.deep.equal([["replace a", "delete-replaced a"], ["a2"]]);
  });

  it("replaces the other way round where program or provider say so, dependents included", async () => {
    const dependent = (value: string) => ({
      name: "user",
      inputs: { name: value },
      dependencies: [urnOf("a")],
      propertyDependencies: { name: [urnOf("a")] },
    });
    const bystander = { name: "bystander", dependencies: [urnOf("a")] };
    await stack.deploy([{ name: "a" }, dependent("of-a"), bystander]);
    await stack.deploy([
      { name: "a", inputs: { name: "a2" }, deleteBeforeReplace: true },
      dependent("of-a2"),
      bystander,
    ]);
    expect(stack.cloud.calls).to.deep.equal(["delete of-a", "delete a", "create a", "create user"]);
    expect(stack.steps.slice(-3)).to.deep.equal(["replace a", "replace user", "same bystander"]);

    stack.cloud.deleteBeforeReplace = true;
    await stack.deploy([{ name: "a", inputs: { name: "a3" } }, dependent("of-a2"), bystander]);
    expect(stack.cloud.calls.slice(0, 2)).to.deep.equal(["delete of-a2", "delete a2"]);
    await stack.deploy([
      { name: "a", inputs: { name: "a4" }, deleteBeforeReplace: false },
      dependent("of-a2"),
      bystander,
    ]);
    expect(stack.cloud.calls).to.deep.equal(["create a", "delete a3"]);
  });

  it("keeps an old resource in the state until its deletion, and finishes that in the next run", async () => {
    await stack.deploy([{ name: "a" }]);
    await stack.deploy([
      { name: "a", inputs: { name: "a2" } },
      { name: "bad", inputs: { broken: true } },
    ]);
    expect(stack.errors).to.deep.equal(["bad: no capacity"]);
    expect(stack.names).to.deep.equal(["a2", "a (old)"]);
    await stack.deploy([{ name: "a", inputs: { name: "a2" } }]);
    expect([stack.steps, stack.names]).to.deep.equal([["same a", "delete-replaced a"], ["a2"]]);
  });

  it("ignores changes at the paths named", async () => {
    const inputs = (size: number, color: string) => ({ settings: { size, color } });
    await stack.deploy([{ name: "a", inputs: inputs(1, "red") }]);
    await stack.deploy([{ name: "a", inputs: inputs(2, "red"), ignoreChanges: ["settings.size"] }]);
    expect(stack.steps).to.deep.equal(["same a"]);
    await stack.deploy([{ name: "a", inputs: inputs(2, "blue"), ignoreChanges: ["settings.size"] }]);
    expect(stack.steps).to.deep.equal(["update a"]);
    expect(stack.resources.at(-1)!.inputs).to.deep.equal({ name: "a", settings: { size: 1, color: "blue" } });
  });

  it("replaces on changes at the paths named", async () => {
    const inputs = (size: number, color: string) => ({ settings: { size, color } });
    await stack.deploy([{ name: "a", inputs: inputs(1, "red") }]);
    await stack.deploy([{ name: "a", inputs: inputs(2, "red"), replaceOnChanges: ["settings.color"] }]);
    expect(stack.steps).to.deep.equal(["update a"]);
    await stack.deploy([{ name: "a", inputs: inputs(2, "blue"), replaceOnChanges: ["settings.color"] }]);
    expect(stack.steps).to.deep.equal(["replace a", "delete-replaced a"]);
  });

  it("refuses to replace or delete what is protected, until it isn't any more", async () => {
    await stack.deploy([{ name: "a", protect: true }, { name: "b" }]);
    await stack.deploy([{ name: "a", inputs: { name: "a2" }, protect: true }]);
    expect(stack.errors[0]).to.match(/^a: this resource cannot be replaced because of `protect`/);
    await stack.deploy([]);
    expect(stack.errors[0]).to.match(/^this resource cannot be deleted because of `protect`: 'urn:.*::a'/);
    expect(stack.names).to.deep.equal(["a", "b"]);
    await stack.deploy([{ name: "a" }]);
    await stack.deploy([]);
    expect(stack.names).to.deep.equal([]);
  });

  it("follows a renamed resource, and lets what depends on it follow", async () => {
    await stack.deploy([{ name: "old" }, { name: "user", dependencies: [urnOf("old")] }]);
    await stack.deploy([
      { name: "new", inputs: { name: "old" }, aliases: [urnOf("old")] },
      { name: "bad", inputs: { broken: true } },
    ]);
    expect(stack.steps).to.deep.equal(["same new", "create bad"]);
    expect(stack.resources.at(-1)!.dependencies).to.deep.equal([urnOf("new")]);
  });

  it("forgets without deleting where the program retains, or another deletion takes it along", async () => {
    await stack.deploy([
      { name: "kept", retainOnDelete: true },
      { name: "parent" },
      { name: "inside", deletedWith: urnOf("parent"), dependencies: [urnOf("parent")] },
    ]);
    await stack.deploy([]);
    expect([stack.cloud.calls, stack.names]).to.deep.equal([["delete parent"], []]);
  });

  it("deletes dependents first", async () => {
    await stack.deploy([{ name: "a" }, { name: "b", dependencies: [urnOf("a")] }, { name: "c", parent: urnOf("b") }]);
    await stack.deploy([]);
    expect(stack.cloud.calls).to.deep.equal(["delete c", "delete b", "delete a"]);
  });

  it("skips what depends on a failure", async () => {
    const [, dependent] = await stack.deploy([
      { name: "bad", inputs: { broken: true } },
      { name: "user", dependencies: [urnOf("bad")] },
      { name: "good" },
    ]);
    expect(dependent).to.deep.equal({ urn: urnOf("user"), skipped: true });
    expect([stack.names, stack.pending]).to.deep.equal([["good"], []]);
  });

  it("resumes a creation that a killed run had begun with the inputs of then", async () => {
    const resource = { urn: urnOf("a"), custom: true, type: TYPE, inputs: { name: "a-1234567" } };
    stack.pending = [{ type: "creating", resource }];
    const seen: Properties[] = [];
    stack.cloud.check = async (_urn, olds, news) => {
      seen.push(olds);
      return { inputs: { ...news, name: olds.name ?? news.name }, failures: [] };
    };
    await stack.deploy([{ name: "a" }]);
    expect([seen, stack.names, stack.pending]).to.deep.equal([[{ name: "a-1234567" }], ["a-1234567"], []]);
  });

  it("marks additional outputs as secret, also on resources that don't change", async () => {
    await stack.deploy([{ name: "a" }]);
    const [{ state }] = await stack.deploy([{ name: "a", additionalSecretOutputs: ["address"] }]);
    expect(stack.steps).to.deep.equal(["same a"]);
    expect(JSON.stringify(state!.outputs!.address)).to.include("1b47061264138c4ac30d75fd1eb44270");
  });

  it("changes nothing in a preview", async () => {
    await stack.deploy([{ name: "a" }, { name: "gone" }]);
    const before = structuredClone(stack.resources);
    await stack.deploy([{ name: "a", inputs: { size: 2 } }, { name: "b" }], true);
    expect(stack.steps).to.deep.equal(["update a", "create b", "delete gone"]);
    expect(stack.resources).to.deep.equal(before);
    expect(stack.cloud.calls).not.to.include("delete gone");
  });

  it("refuses a name that is taken", async () => {
    let error: unknown;
    await stack.deploy([{ name: "a" }, { name: "a" }]).catch((reason: unknown) => (error = reason));
    expect(String(error)).to.include("Duplicate resource URN");
  });
});
