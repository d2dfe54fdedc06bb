import type { ApplicationOutputs } from "@selfhosted/common";
import type { Environment } from "../environment";
import { failedTasks } from "./failed-tasks";
import type { References } from "./images";
import { pulumi } from "../pulumi";
import { explain } from "../report";
import { listServed, lookAtServed, serves } from "./served";
import { verify } from "../verify";

/** How a change of release ended. */
export interface Verdict {
  /** Exit code; 0 when the release serves, and all checks of the installation hold. */
  code: number;
  /** Where it stands, for who has to go on from there: what serves, and what the tasks that should have died of. */
  standing: string;
  /** Whether every service runs the release, whatever else may be wrong. */
  serving: boolean;
}

/** Deploys the application layer as it is configured, verifies the installation, and looks at what came of it. */
export async function roll(
  environment: Environment,
  application: ApplicationOutputs,
  images: References,
): Promise<Verdict> {
  const consent = ["--yes", "--skip-preview", "--non-interactive"];
  const up = await pulumi("application", ["up", "--stack", environment.name, ...consent], { show: true });
  const code = up.code === 0 ? await verify(environment) : up.code;
  if (code === 0) {
    return { code, standing: "", serving: true };
  }
  try {
    const found = await lookAtServed(application);
    const failed = await failedTasks(application, found, images);
    return {
      code,
      standing: [listServed(found), ...failed].join("\n"),
      serving: found.every((service) => serves(service, images)),
    };
  } catch (error) {
    return { code, standing: `What serves could not be read: ${explain(error)}`, serving: false };
  }
}
