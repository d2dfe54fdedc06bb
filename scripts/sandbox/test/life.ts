import { expect } from "chai";
import { unfulfilled } from "../provider/diff";
import type { Properties } from "../provider/resource";
import type { Deployment, Made } from "./account";

/** What becomes of one resource in a test. */
export interface Life {
  inputs: Properties;
  /** Inputs that change in place. */
  changed?: Properties;
  /** Inputs whose change needs a new resource. */
  replaced?: Properties;
  /** Changes it without the provider, which must see it. */
  drift?: (made: Made) => Promise<unknown>;
  /** Inputs that AWS doesn't return. */
  known?: string[];
  /** What `pulumi import` takes. Default: the id. */
  importId?: string;
  /** It is a setting of something else, which has another value once it is deleted. */
  isSetting?: true;
}

/**
 * The life of one resource: made as asked with nothing to change afterwards, found by its id alone as by an import, changed in
 * place, replaced, seen as AWS has it where the state says otherwise, deleted, and deleted again. That AWS holds what was asked, the
 * provider itself makes sure of after every creation and update.
 */
export async function live(stack: Deployment, token: string, life: Life): Promise<void> {
  const { inputs, changed, replaced, drift, known = [], isSetting } = life;
  const isTagged = await stack.hasTags(token);
  let made = await stack.create(token, "it", { ...inputs, ...(isTagged && { tags: { team: "platform" } }) });
  const id = life.importId ?? made.id;
  expect(await stack.preview(made, {}), "after the creation").to.equal("none");
  if (replaced) expect(await stack.preview(made, replaced), "another resource").to.equal("replace");

  // As `pulumi refresh --import-pending-creates` asks: the inputs, but no outputs.
  const pending = await stack.refresh({ ...made, id, outputs: {} });
  expect(pending?.inputs, "a pending creation imported").to.deep.equal(made.inputs);
  const imported = await stack.refresh({ ...made, id, inputs: {}, outputs: {} });
  const findable = Object.entries(made.inputs).filter(([input]) => !known.includes(input));
  expect(imported?.inputs, "imported").to.include.keys(findable.map(([input]) => input));
  expect(unfulfilled(Object.fromEntries(findable), imported?.inputs ?? {}), "imported otherwise").to.deep.equal([]);

  const news = { ...changed, ...(isTagged && { tags: { owner: "data" } }) };
  if (Object.keys(news).length) {
    expect(await stack.preview(made, news), "the change").to.equal("update");
    const before = made;
    made = await stack.update(made, news);
    expect((await stack.refresh(made))?.inputs, "after the change").to.deep.equal(made.inputs);
    const isSeen = isTagged || Object.keys(news).some((input) => input in inputs && !known.includes(input));
    if (isSeen)
      expect((await stack.refresh(before))?.inputs, "a change that the state missed").not.to.deep.equal(before.inputs);
  }
  if (drift) {
    await drift(made);
    expect((await stack.refresh(made))?.inputs, "changed by somebody else").not.to.deep.equal(made.inputs);
  }
  for (const time of ["once", "twice"]) await stack.delete(made).catch(failed(`deleted ${time}`));
  if (!isSetting) expect(await stack.refresh(made), "deleted").to.equal(undefined);
}

function failed(what: string): (error: Error) => never {
  return (error) => {
    throw new Error(`${what}: ${error.message}`);
  };
}
