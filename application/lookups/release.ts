import type { ConfigProblem, LookUp, LookUpArgs } from "@selfhosted/common";
import type { ApplicationConfig } from "../config";
import { runningNames } from "../names";
import { isOlder, restoredTo, tagOf } from "../releases";
import type { RunningService } from "../running-service";
import type { LookUpInputs } from "./facts";

type ReleaseConfig = Pick<ApplicationConfig, "imageTag" | "migrationImage" | "migrationImageTag">;

/**
 * What speaks against migrating with the configured release: the database was migrated for a newer one.
 *
 * @param migrated the release that the database was migrated for; undefined where none is known.
 * @param stack for the commands to type.
 */
export function olderReleaseProblems(
  migrated: string | undefined,
  config: ReleaseConfig,
  stack: string,
): ConfigProblem[] {
  const [key, release] = migratingRelease(config);
  return migrated === undefined || release === undefined || !isOlder(release, migrated)
    ? []
    : [
        {
          key,
          reason: `found ${release}, which is older than ${migrated}, for which the database was migrated; there is no migration back`,
          fix:
            `pulumi config set imageTag ${migrated}; to let only the services go back: make rollback ENV=${stack} IMAGE_TAG=${release}; ` +
            `where the database was restored to ${release}: pulumi config set migrationRun ${restoredTo(release)}`,
        },
      ];
}

/** The release whose migrations run, and the setting that names it. */
function migratingRelease(config: ReleaseConfig): [key: string, release: string | undefined] {
  if (config.migrationImage !== undefined) {
    return ["migrationImage", tagOf(config.migrationImage)];
  }
  return config.migrationImageTag !== undefined
    ? ["migrationImageTag", config.migrationImageTag]
    : ["imageTag", config.imageTag];
}

/**
 * The configured release is not older than the one that the API runs: that one runs only since the database was migrated for it.
 * It may have been migrated for a newer one still, after a rollback; the migration itself sees to that.
 */
export const release: LookUp<LookUpInputs> = {
  name: "release",
  key: "imageTag",
  what: () => "the running API",
  async look(inputs, args) {
    const { config } = inputs;
    const service = runningApi(inputs, args);
    if (service?.taskDefinition === undefined) {
      return undefined;
    }
    const { taskDefinition } = await args.aws.ecs.describeTaskDefinition({ taskDefinition: service.taskDefinition });
    const image = taskDefinition?.containerDefinitions?.find(({ name }) => name === "api")?.image;
    const running = image && tagOf(image);
    if (running === undefined) {
      return undefined;
    }
    const [, wanted] = migratingRelease(config);
    if (wanted !== undefined && config.migrationRun?.startsWith(restoredTo(wanted))) {
      return {
        evidence: "",
        skipped: `${running} runs, but migrationRun says that the database was ${config.migrationRun}`,
      };
    }
    return { evidence: `${running} runs`, problems: olderReleaseProblems(running, config, args.stack) };
  },
};

/** On a first deployment somebody can sign up by themselves: the first who does administers the installation. */
export const firstUser: LookUp<LookUpInputs> = {
  name: "first user",
  key: "emailSignupDisabled",
  what: () => "the running API",
  async look(inputs, args) {
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
        (samlCertificate === undefined ? "" : "; SAML is set up by somebody who is signed in"),
      fix:
        `${keys.map((key) => `pulumi config rm ${key}`).join(" && ")}, sign up when it is deployed, then turn it on again; ` +
        "where the database is one that was restored, with its users: pulumi config set confirmAdministratorExists true",
    };
    return runningApi(inputs, args) === undefined
      ? { evidence: "", problems: [problem] }
      : { evidence: "installed before" };
  },
};

function runningApi({ upstream, running }: LookUpInputs, { stack }: LookUpArgs): RunningService | undefined {
  const { apiServices } = runningNames(upstream.installation.name, stack);
  return apiServices.map((name) => running[name]).find((service) => service !== undefined);
}
