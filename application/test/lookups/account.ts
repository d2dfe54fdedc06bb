import { partlyKnown, type Check } from "@selfhosted/common";
import { infrastructureOutputs, withFakeAws, type AwsAnswers, type Partition } from "@selfhosted/common/testing";
import type { ApplicationConfig, Inputs } from "../../config";
import { lookUpAccount } from "../../lookups";

/** What the configuration of a plain installation is, as far as look-ups read it. */
const plain = {
  domain: "pulumi.example.com",
  subdomain: undefined,
  imageTag: "20260101-1000-signed",
  migrationImageTag: undefined,
  migrationRun: undefined,
  imageRegistryAccountId: undefined,
  imageRegistryRegion: undefined,
  imagePrefix: undefined,
  imagePullThroughCache: false,
  apiImage: undefined,
  apiImageDigest: undefined,
  consoleImage: undefined,
  consoleImageDigest: undefined,
  migrationImage: undefined,
  migrationImageDigest: undefined,
  registryCredentialsSecretArn: undefined,
  cpuArchitecture: "X86_64",
  logRouterImage: undefined,
  logRouterPolicyArn: undefined,
  certificateArn: undefined,
  certificateZoneId: undefined,
  internal: false,
  dualStack: false,
  allowedCidrBlocks: undefined,
  allowedPrefixListIds: undefined,
  consoleInternalApiEndpoint: undefined,
  httpsProxy: undefined,
  containerInsights: "disabled",
  registryPublicBucket: undefined,
  registryPrivateBucket: undefined,
  auditLogsTable: undefined,
  emailSignupDisabled: false,
  emailLoginDisabled: false,
  confirmAdministratorExists: false,
  samlCertificate: undefined,
  githubOauthId: undefined,
  gitlabOauthId: undefined,
  bitbucketOauthId: undefined,
} as const;

export interface Trial {
  config?: Partial<ApplicationConfig>;
  /** Settings that aren't valid by themselves. */
  invalid?: (keyof ApplicationConfig)[];
  upstream?: Partial<Inputs["upstream"]>;
  /** What AWS answers, in place of an account in which everything is well. */
  aws?: Partial<AwsAnswers>;
  partition?: Partition;
}

/** What the layer sees in an account. */
export async function look({ config, invalid = [], upstream, aws = {}, partition = "aws" }: Trial): Promise<Check[]> {
  const known = Object.entries({ ...plain, ...config }).filter(
    ([key]) => !invalid.includes(key as keyof ApplicationConfig),
  );
  const inputs = {
    config: partlyKnown(Object.fromEntries(known)) as ApplicationConfig,
    upstream: { ...infrastructureOutputs(partition), ...upstream },
  };
  const { checks } = await withFakeAws(
    aws,
    (clients) => lookUpAccount(inputs, { stack: "test", aws: clients }),
    partition,
  );
  return checks;
}

/** The problems that the layer finds: `severity key: reason → fix`. */
export async function problems(trial: Trial): Promise<string[]> {
  const checks = await look(trial);
  return checks.flatMap(({ problems: found }) =>
    found.map(({ severity = "error", key, reason, fix }) => `${severity} ${key}: ${reason} → ${fix}`),
  );
}

/** What the look-up of a name reports where all is well. */
export async function evidence(trial: Trial, name: string): Promise<string | undefined> {
  return (await look(trial)).find((check) => check.name === name)?.evidence;
}
