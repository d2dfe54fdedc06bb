import { awsClients, type Layer, type SecretReference } from "@selfhosted/common";
import { NoDataApi } from "../aws/data-api";
import type { Environment } from "../environment";
import type { Deployed } from "../layers";
import { preflight } from "../preflight/preflight";
import { mustPulumi, up } from "../pulumi/cli";
import { recoverFirst } from "../recovery/interrupted";
import { releaseOf } from "../release/plan";
import { causeOf, explain, isOfAws } from "../report";
import type { Stacks } from "../stacks";
import { type AsAdministrator, discardOlder, keepCurrent, refuseWaitingPassword, signIn } from "./administrator";
import { changesPassword, changesVersionOf, refuseOtherChanges, refuseOtherRelease } from "./other-changes";
import { planRotation, type Progress, refuseFormerVersion, type Step } from "./plan";
import { givenPassword, progressOf } from "./progress";
import { retireFormer } from "./retire";
import { rollOut } from "./roll-out";
import { type Generated, generated } from "./secrets";

const layer: Layer = "infrastructure";

/**
 * Rotates a password that Pulumi makes, or goes on with that.
 *
 * @returns the exit code.
 */
export async function rotateGenerated(
  environment: Environment,
  stacks: Stacks,
  deployed: Deployed,
  { what, allowWindow }: { what: Generated; allowWindow: boolean },
): Promise<number> {
  const { name } = environment;
  const { key, component } = generated[what];
  const credentials = credentialsOf(deployed, what);
  if (credentials === undefined) {
    throw new Error(`There is no ${what} in ${name}, so there is nothing to rotate.`);
  }
  const progress = await progressOf(stacks, deployed, what, credentials);
  refuseFormerVersion(key, progress);
  refuseOtherRelease(name, releaseOf(stacks.application.configuration).imageTag, deployed.application.imageTag);
  if ((await preflight(environment, stacks)) !== 0) {
    throw new Error("Nothing was changed: remove what preflight refuses, then this again.");
  }
  await refuseOtherChanges(layer, name, changesPassword(component));
  await refuseOtherChanges("application", name, changesVersionOf(credentials));
  const { steps, asAdministrator } = await begin(name, stacks, deployed, { what, allowWindow }, progress);
  console.log(`\n${beginning(name, what, steps, progress)}`);
  if (steps.includes("raise")) {
    await raise(name, key, progress);
  }
  if ((await up(layer, name)) !== 0 || !(await finish(environment, deployed, asAdministrator))) {
    console.error(await unfinished(environment, what, steps));
    return 1;
  }
  const { secrets } = awsClients({ region: deployed.application.installation.region });
  await retireFormer(secrets, [credentials.arn]);
  console.log(`\n${ending(name, what, steps)}`);
  return 0;
}

/** What a rotation does, and how it signs in to the database, where it keeps a password there. */
interface Begun {
  steps: Step[];
  asAdministrator: AsAdministrator | undefined;
}

/**
 * Plans the rotation, and keeps the current password where that is due.
 *
 * @throws Error where that of the database can't be kept though services sign in with it, and the user doesn't accept what this means.
 */
async function begin(
  env: string,
  { infrastructure: { resources } }: Stacks,
  { application, infrastructure }: Deployed,
  { what, allowWindow }: { what: Generated; allowWindow: boolean },
  progress: Omit<Progress, "kept">,
): Promise<Begun> {
  const { key } = generated[what];
  const plan = (kept: Progress["kept"]): Step[] => planRotation(key, { ...progress, kept });
  if (what !== "database") {
    return { steps: plan(undefined), asAdministrator: undefined };
  }
  const clients = awsClients({ region: application.installation.region });
  try {
    const asAdministrator = await signIn(clients, infrastructure.database, resources);
    const steps = await asAdministrator(async (run, administrator) => {
      const planned = plan(administrator.kept);
      if (planned.includes("keep")) {
        await run(keepCurrent(administrator));
      }
      return planned;
    });
    return { steps, asAdministrator };
  } catch (error) {
    if (!(error instanceof NoDataApi)) {
      throw error;
    }
    if (progress.isRead && !allowWindow) {
      throw new Error(refusal(env, error.message));
    }
    console.error(error.message);
    return { steps: plan(undefined), asAdministrator: undefined };
  }
}

/** Configures the next password: the first one that Pulumi makes where it was given before. */
async function raise(env: string, key: string, { configured, deployed }: Omit<Progress, "kept">): Promise<void> {
  if (configured > 0) {
    await mustPulumi(layer, ["config", "set", key, String(deployed + 1), "--stack", env]);
    return;
  }
  console.log(
    `${givenPassword} leaves the configuration: Pulumi makes the password from now on, and nothing else can sign in with the former one.`,
  );
  await mustPulumi(layer, ["config", "rm", givenPassword, "--stack", env]);
}

/**
 * Rolls the services once the database takes their new password, and lets the one that was kept go once no task has it. The HTTP endpoint
 * is off while they roll.
 */
async function finish(
  environment: Environment,
  { application, infrastructure }: Deployed,
  asAdministrator: AsAdministrator | undefined,
): Promise<boolean> {
  try {
    const { rds } = awsClients({ region: application.installation.region });
    const kept = await (asAdministrator === undefined
      ? refuseWaitingPassword(rds, infrastructure.database.clusterIdentifier)
      : asAdministrator((_run, administrator) => Promise.resolve(administrator.kept)));
    if (kept === "none") {
      console.error(
        "The database no longer takes the former password: until they are replaced, tasks can't make new connections.",
      );
    }
    if ((await rollOut(environment)) !== "all") {
      return false;
    }
    await asAdministrator?.((run) => run(discardOlder));
    return true;
  } catch (error) {
    console.error(isOfAws(error) ? explain(error, "the database") : causeOf(error));
    return false;
  }
}

function credentialsOf({ infrastructure }: Deployed, what: Generated): SecretReference | undefined {
  return what === "database" ? infrastructure.database.credentials : infrastructure.search?.credentials;
}

function beginning(env: string, what: Generated, steps: Step[], { isRead }: Pick<Progress, "isRead">): string {
  const work = steps.includes("raise") ? "rotating" : "going on with the rotation of";
  const meanwhile = steps.includes("discard")
    ? "the former one stays valid until no task has it"
    : !isRead
      ? "no service signs in with it"
      : what === "database"
        ? "until they are replaced, tasks can't make new connections to the database"
        : "until the API's tasks are replaced, resource search doesn't answer; nothing else needs it";
  return `${work} the password of ${what} in ${env}: ${meanwhile} …`;
}

function ending(env: string, what: Generated, steps: Step[]): string {
  const isUnseen = what === "database" && !steps.includes("discard");
  const former = isUnseen
    ? "the database was given the new one; whether it takes one that was kept before can't be seen without RDS Data API"
    : "it is no longer valid";
  return `The password of ${what} in ${env} is rotated: no task has the former one, and ${former}.`;
}

function refusal(env: string, why: string): string {
  return [
    `The former password can't be kept beside the new one: ${why}. Nothing was changed.`,
    `Without that, tasks can't make new connections to the database from the moment it has the new password until they are replaced: for`,
    `the minutes in which both layers are deployed, users may not be able to sign in.`,
    `To accept that: make rotate ENV=${env} WHAT=database ALLOW_WINDOW=1`,
  ].join("\n");
}

async function unfinished(environment: Environment, what: Generated, steps: Step[]): Promise<string> {
  const isKept = steps.includes("discard");
  const again = `${await recoverFirst(environment)}make rotate ENV=${environment.name} WHAT=${what}`;
  return (
    `\nThe rotation of ${what} in ${environment.name} hasn't ended. Remove the cause, and it goes on with: ` +
    `${again}${what === "database" && !isKept ? " ALLOW_WINDOW=1" : ""}` +
    (isKept ? "\nUntil then the former password stays valid." : "")
  );
}
