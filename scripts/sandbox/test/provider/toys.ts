import type { Definition } from "../../provider/provider";
import type { Properties, ResourceType } from "../../provider/resource";

export const toyType = "toys:index/toy:Toy";
export const toyUrn = `urn:pulumi:test::sandbox::${toyType}::robot`;

/** A place that holds toys by name, as an account holds resources. */
export interface Shelf {
  toys: Map<string, Properties>;
  /** Makes the toys lose an input when they are written, as an emulated account may. */
  forgets?: string;
  /** Makes the toys break after they were made. */
  breaks?: boolean;
  /** Makes the toys take for ever. */
  waits?: boolean;
}

const toy: ResourceType<Shelf> = {
  autoname: "name",
  replaceOn: ["name", "material"],
  updateOn: ["size", "code", "parts"],
  secrets: ["serial"],
  defaults: (inputs) => ({ size: 1, ...inputs }),
  create(inputs, { account }) {
    account.toys.set(String(inputs.name), kept(inputs, account));
    return Promise.resolve({ id: String(inputs.name), outputs: { serial: "0815" } });
  },
  async settle(_id, _inputs, { account }) {
    if (account.waits) await new Promise(() => undefined);
    if (account.breaks) throw new Error("it broke");
  },
  read: (id, _known, { account }) => Promise.resolve(account.toys.get(id)),
  update(id, inputs, _olds, { account }) {
    account.toys.set(id, kept(inputs, account));
    return Promise.resolve();
  },
  delete(id, _olds, { account }) {
    account.toys.delete(id);
    return Promise.resolve();
  },
};

function kept(inputs: Properties, { forgets }: Shelf): Properties {
  return forgets ? { ...inputs, [forgets]: undefined } : inputs;
}

/** A plugin for toys on this shelf. */
export function toys(shelf: Shelf): Definition<Shelf> {
  const service = {
    resources: { [toyType]: toy },
    dataSources: { "toys:index/count:count": () => ({ count: shelf.toys.size }) },
  };
  return {
    name: "toys",
    version: "1.2.3",
    settings: { owner: "text", rooms: "json" },
    configure: () => Promise.resolve(shelf),
    services: { index: () => Promise.resolve([service]) },
  };
}
