import {
  type AwsClients,
  type Check,
  type ConfigProblem,
  foreignLogGroups,
  logGroupTags,
  lookUpIfAllowed,
  nothingToCheck,
  problemIf,
  resultOf,
  type Tags,
} from "@selfhosted/common";
import type { Config } from "../../config";
import { logGroupName } from "../../database/cluster";
import type { Clusters } from "./clusters";

export interface LogGroupsQuery {
  clusters: Promise<Check<Clusters>>;
  /** Identifier of the installation's cluster. */
  identifier: () => string;
  /** Tags of this layer's own resources. */
  tags: () => Tags;
}

/** No log group of an earlier database is in the way of a new one. */
export function lookUpLogGroups(
  config: Config,
  { logs }: AwsClients,
  { clusters, identifier, tags }: LogGroupsQuery,
): Promise<Check> {
  return lookUpIfAllowed(
    { name: "database logs", key: "databaseLogExports", what: "the log groups of the database" },
    async () => {
      const { own } = await resultOf(clusters);
      if (own !== undefined) {
        return nothingToCheck;
      }
      const names = config.databaseLogExports.map((log) => logGroupName(identifier(), log));
      const foreign = await foreignLogGroups(names, tags(), (name) => logGroupTags(logs, name));
      return { detail: "nothing is in their way", problems: foreignLogProblems(foreign) };
    },
  );
}

/**
 * RDS makes a group again when it writes the last lines of a cluster that is deleted with it
 * (https://github.com/hashicorp/terraform-provider-aws/issues/42858).
 */
function foreignLogProblems(foreign: string[]): ConfigProblem[] {
  const [each, it] = foreign.length === 1 ? ["log group", "it"] : ["log groups", "them"];
  const exist = foreign.length === 1 ? "exists" : "exist";
  return problemIf(foreign.length > 0, {
    key: "databaseLogExports",
    reason: `${each} ${foreign.join(", ")} ${exist} already, from an earlier database of that name; keep the lines elsewhere, then delete ${it}`,
    fix: foreign.map((name) => `aws logs delete-log-group --log-group-name ${name}`).join(" && "),
  });
}
