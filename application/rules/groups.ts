import { isOlder } from "../releases";
import { settings, type ApplicationConfig } from "../settings";
import type { ConfigRule } from "./rule";

type Key = keyof ApplicationConfig;

/** Settings that mean something only together. */
const allOrNone: Key[][] = [
  ["smtpServer", "smtpUsername", "smtpPassword", "smtpSender"],
  ["turnstileSiteKey", "turnstileSecretKey"],
  ["samlCertificate", "samlPrivateKey"],
  ["githubOauthId", "githubOauthSecret"],
  ["gitlabOauthId", "gitlabOauthSecret"],
  ["bitbucketOauthId", "bitbucketOauthSecret"],
  ["apiTlsCertificate", "apiTlsPrivateKey"],
  ["consoleTlsCertificate", "consoleTlsPrivateKey"],
];

/** Settings that mean something only beside another, or one of several. */
const onlyWith: [key: Key, ...others: Key[]][] = [
  ["otelProtocol", "otelEndpoint"],
  ["migrationLockRetries", "migrationLockWaitSeconds"],
  ["noProxy", "httpProxy", "httpsProxy"],
  ["logRouterPolicyArn", "logRouterImage"],
];

/** Settings that contradict each other. */
const notWith: [key: Key, other: Key][] = [
  ["apiImageDigest", "apiImage"],
  ["consoleImageDigest", "consoleImage"],
  ["migrationImageDigest", "migrationImage"],
  ["migrationImageTag", "migrationImage"],
];

const oneCertificate: ConfigRule = ({ config: { certificateArn, certificateZoneId } }) =>
  (certificateArn === undefined) === (certificateZoneId === undefined)
    ? [
        {
          key: "certificateArn",
          reason: certificateArn
            ? "set beside certificateZoneId, which has another certificate requested; allowed: one of them"
            : "not set, and certificateZoneId neither; the load balancers need a certificate",
          fix: certificateArn
            ? "pulumi config rm certificateZoneId"
            : "pulumi config set certificateArn <arn>, or pulumi config set certificateZoneId <public zone>",
        },
      ]
    : [];

const together: ConfigRule = ({ config }) =>
  allOrNone.flatMap((keys) => {
    const missing = keys.filter((key) => config[key] === undefined);
    const set = keys.filter((key) => config[key] !== undefined);
    return set.length === 0
      ? []
      : missing.map((key) => ({
          key,
          reason: `not set, though ${set.join(", ")} is; ${keys.join(", ")} belong together: set all or none`,
          fix: `pulumi config set ${settings[key].secret ? "--secret " : ""}${key}`,
        }));
  });

const beside: ConfigRule = ({ config }) =>
  onlyWith
    .filter(([key, ...others]) => config[key] !== undefined && others.every((other) => config[other] === undefined))
    .map(([key, ...others]) => ({
      key,
      reason: `set without ${others.join(" or ")}, and means nothing alone`,
      fix: `pulumi config rm ${key}`,
    }));

const apart: ConfigRule = ({ config }) =>
  notWith
    .filter(([key, other]) => config[key] !== undefined && config[other] !== undefined)
    .map(([key, other]) => ({
      key,
      reason: `set beside ${other}, which names the whole image; say it there`,
      fix: `pulumi config rm ${key}`,
    }));

const migratedBefore: ConfigRule = ({ config: { imageTag, migrationImageTag } }) =>
  migrationImageTag !== undefined && isOlder(migrationImageTag, imageTag)
    ? [
        {
          key: "migrationImageTag",
          reason: `found ${migrationImageTag}, which is older than imageTag, ${imageTag}; a release needs its own migrations`,
          fix: "pulumi config rm migrationImageTag",
        },
      ]
    : [];

export const groupRules: ConfigRule[] = [together, beside, apart, oneCertificate, migratedBefore];
