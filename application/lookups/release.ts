import type { ConfigProblem, LookUp } from "@selfhosted/common";
import type { ApplicationConfig, RuleArgs } from "../config";
import { migrationRelease } from "../config/release";
import { downgrade, restoredTo, tagOf } from "../migration/releases";
import { runningNames } from "../service/names";
import type { RunningService, RunningServices } from "../service/running-services";

/** What look-ups of the running release read. */
interface RunningArgs extends RuleArgs {
  running: RunningServices;
}

/**
 * The configured release is not older than the one that the API runs: that one runs only since the database was migrated for it.
 * It may have been migrated for a newer one still, after a rollback; the migration itself sees to that.
 */
export const release: LookUp<RunningArgs> = {
  name: "release",
  key: "imageTag",
  what: () => "the running API",
  async check(inputs, { stack, aws }) {
    const { config } = inputs;
    const service = runningApi(inputs, stack);
    if (service?.taskDefinition === undefined) {
      return undefined;
    }
    const { taskDefinition } = await aws.ecs.describeTaskDefinition({ taskDefinition: service.taskDefinition });
    const image = taskDefinition?.containerDefinitions?.find(({ name }) => name === "api")?.image;
    const running = image && tagOf(image);
    if (running === undefined) {
      return undefined;
    }
    const { release: configured } = migrationRelease(config);
    if (configured !== undefined && config.migrationRun?.startsWith(restoredTo(configured))) {
      return {
        skipped: `${running} runs, but migrationRun says that the database was ${config.migrationRun}`,
      };
    }
    return { detail: `${running} runs`, problems: olderReleaseProblems(running, config, stack) };
  },
};

/**
 * The configured release is older than the one that the database was migrated for.
 *
 * @param migrated the release that the database was migrated for.
 * @param stack for the commands to type.
 */
function olderReleaseProblems(
  migrated: string,
  config: Pick<ApplicationConfig, "imageTag" | "migrationImage" | "migrationImageTag">,
  stack: string,
): ConfigProblem[] {
  const { key, release } = migrationRelease(config);
  const found = downgrade(release, migrated, stack);
  return found === undefined
    ? []
    : [
        {
          key,
          reason: `found ${release}, which ${found.reason}; there is no migration back`,
          fix:
            `${found.keep}; to let only the services go back: ${found.rollback}; ` +
            `where the database was restored to ${release}: ${found.restored}`,
        },
      ];
}

/** On a first deployment users can sign up: the first one becomes the administrator. */
export const firstUser: LookUp<RunningArgs> = {
  name: "first user",
  key: "emailSignupDisabled",
  what: () => "the running API",
  async check(inputs, { stack }) {
    const { config } = inputs;
    const { emailSignupDisabled, emailLoginDisabled, samlCertificate } = config;
    const others = [config.githubOauthId, config.gitlabOauthId, config.bitbucketOauthId];
    // Without any way to sign in, a rule says so already.
    const isClosed = emailSignupDisabled || (emailLoginDisabled && samlCertificate !== undefined);
    if (!isClosed || config.confirmAdministratorExists || others.some((id) => id !== undefined)) {
      return undefined;
    }
    const closing = { emailSignupDisabled, emailLoginDisabled };
    const keys = Object.entries(closing).flatMap(([key, isOn]) => (isOn ? [key] : []));
    const problem = {
      key: keys[0] ?? "",
      reason:
        `${keys.join(" and ")} on a first deployment: the first user to sign up becomes the administrator, and nobody could` +
        (samlCertificate === undefined ? "" : "; SAML is set up by a user who is signed in"),
      fix:
        `${keys.map((key) => `pulumi config rm ${key}`).join(" && ")}, sign up when it is deployed, then turn it on again; ` +
        "where the database is one that was restored, with its users: pulumi config set confirmAdministratorExists true",
    };
    return runningApi(inputs, stack) === undefined ? { problems: [problem] } : { detail: "installed before" };
  },
};

/** The running service of the API. What runs is read only here: where ECS can't be asked, it isn't known. */
function runningApi({ upstream, running }: RunningArgs, stack: string): RunningService | undefined {
  const { apiServices } = runningNames(upstream.installation.name, stack);
  return apiServices.map((name) => running[name]).find((service) => service !== undefined);
}
