import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** What a deployer may have to do in AWS for one kind of resource, or for one call. */
export interface Need {
  /** IAM actions. */
  actions: string[];
  /** A service that gets a role of the installation. */
  passesRolesTo?: string;
  /** A service whose own role AWS makes in the deployer's name where the account has none. */
  linkedRolesOf?: string;
}

/** As actions.yaml has them: the names of the actions by service, separated by spaces. */
type Listed = Omit<Need, "actions"> & Record<string, string>;
type Kind = "resources" | "dataSources" | "calls";

const listed = parse(readFileSync(join(__dirname, "actions.yaml"), "utf8"), { merge: true }) as Record<
  Kind,
  Record<string, Listed>
>;

/** By resource, by data source, and by call of the SDK, where that doesn't need the one action of its name. */
export const [resources, dataSources, calls] = [needs("resources"), needs("dataSources"), needs("calls")];

function needs(kind: Kind): Record<string, Need> {
  const all = Object.entries(listed[kind]).map(([name, { passesRolesTo, linkedRolesOf, ...services }]) => {
    const actions = Object.entries(services).flatMap(([service, names]) =>
      names.split(" ").map((each) => `${service}:${each}`),
    );
    return [name, { actions, passesRolesTo, linkedRolesOf }];
  });
  return Object.fromEntries(all) as Record<string, Need>;
}
