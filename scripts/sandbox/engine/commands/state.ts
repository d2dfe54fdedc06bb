import { ensure } from "../errors";
import { withReferences } from "../state/state";
import { replaceState } from "./stack";
import { type Command, Workspace } from "./workspace";

export const stateCommands: Record<string, Command> = {
  "state rename": {
    needs: ["<resource-urn>", "<new-name>"],
    options: { yes: { type: "boolean", short: "y" } },
    async run({ flags, positionals: [urn = "", name = ""] }) {
      const workspace = new Workspace(flags);
      const stack = workspace.existing();
      const state = workspace.backend.read(stack);
      const [, kind] = /^(urn:pulumi:.*?::.*?::.*?::)/.exec(urn) ?? [];
      ensure(kind, "The provided input URN is not valid");
      const renamed = kind + name;
      const count = (wanted: string): number => resources.filter((each) => each.urn === wanted).length;
      const { resources = [] } = state ?? {};
      ensure(count(urn) > 0, `No such resource "${urn}" exists in the current state`);
      ensure(count(urn) === 1, "The input URN ambiguously refers to multiple resources");
      const isFree = renamed === urn || count(renamed) === 0;
      ensure(isFree, "The chosen new urn for the state corresponds to an already existing resource");
      const follow = (each: string): string => (each === urn ? renamed : each);
      const followed = resources.map((each) => withReferences({ ...each, urn: follow(each.urn) }, follow));
      // A pending operation keeps the name under which it was begun.
      await replaceState(workspace, stack, { ...state!, resources: followed });
      console.log("Resource renamed");
    },
  },
};
