import { randomBytes } from "node:crypto";
import { rsaPair } from "@selfhosted/common/testing";
import { type Installed, type Kind, kinds, main, variable } from "./installed";

/** Stands in every secret value, so that one look finds whichever went astray. */
export const canary = `canary-${randomBytes(8).toString("hex")}`;

const { certificate } = rsaPair;

/** Settings of the application layer that are no secrets and are on together. Images come on top. */
export const settings = {
  jobsEnabled: "true",
  consoleSpot: "true",
  cpuArchitecture: "ARM64",
  readOnlyRootFilesystem: "true",
  apiUser: "1000:1000",
  consoleUser: "node",
  migrationUser: "1001",
  dualStack: "true",
  tlsPolicy: "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04",
  logRouterOptions: { Name: "http", Host: "logs.example.com", Port: "8088", tls: "on" },
  smtpServer: "smtp.example.com:587",
  smtpUsername: "mailer",
  smtpSender: "pulumi@example.com",
  samlCertificate: certificate,
  turnstileSiteKey: "site-key",
  githubOauthId: "github-id",
  auditLogsTable: "example-audit-logs",
  registryPublicBucket: "example-registry-public",
  registryPrivateBucket: "example-registry-private",
  apiExtraEnvironment: { EXTRA: "for the API" },
  consoleExtraEnvironment: { EXTRA: "for the console" },
  migrationExtraEnvironment: { EXTRA: "for the migration" },
};

/** A secret setting: the variable that carries its value, and the containers that get it. */
export interface SecretSetting {
  value: string;
  variable: string;
  containers: Kind[];
}

/** Secret settings that are on with them. */
export const secrets: Record<string, SecretSetting> = {
  smtpPassword: { value: `smtp ${canary}`, variable: "SMTP_PASSWORD", containers: ["api", "jobs"] },
  samlPrivateKey: {
    value: `${rsaPair.privateKey}${canary}\n`,
    variable: "SAML_CERTIFICATE_PRIVATE_KEY",
    containers: ["api", "jobs"],
  },
  turnstileSecretKey: { value: `turnstile ${canary}`, variable: "RECAPTCHA_SECRET_KEY", containers: ["api", "jobs"] },
  githubOauthSecret: { value: `github ${canary}`, variable: "GITHUB_OAUTH_SECRET", containers: ["console"] },
  "apiExtraSecrets.TOKEN": { value: `api ${canary}`, variable: "TOKEN", containers: ["api", "jobs"] },
  "consoleExtraSecrets.TOKEN": { value: `console ${canary}`, variable: "TOKEN", containers: ["console"] },
  "migrationExtraSecrets.TOKEN": { value: `migration ${canary}`, variable: "TOKEN", containers: ["migration"] },
  // Not a variable but an option of the log driver.
  "logRouterSecrets.http_Passwd": {
    value: `logs ${canary}`,
    variable: "http_Passwd",
    containers: ["api", "console", "jobs"],
  },
};

/** What AWS shows where these options are on, and where they are off. */
export interface Option {
  what: string;
  look: (installed: Installed) => unknown;
  on: unknown;
  off: unknown;
}

const everywhere = <T>(value: T): Record<Kind, T> => ({ api: value, console: value, jobs: value, migration: value });
/** One answer for each kind of task that there is. */
function each(look: (installed: Installed, kind: Kind) => unknown): Option["look"] {
  return (installed) =>
    Object.fromEntries(kinds.filter((kind) => installed.tasks[kind]).map((kind) => [kind, look(installed, kind)]));
}
function without({ jobs: _, ...others }: Record<Kind, unknown>): unknown {
  return others;
}

export const options: Option[] = [
  {
    what: "background jobs in a service of their own",
    look: (installed) => kinds.map((kind) => variable(installed, kind, "PULUMI_API_CONTAINER_MODE")),
    on: ["API", undefined, "JOBS", undefined],
    off: ["FULL", undefined, undefined, undefined],
  },
  {
    what: "spare capacity for the console alone",
    look: ({ services }) =>
      (["api", "console", "jobs"] as const).map((kind) =>
        services[kind]?.capacityProviderStrategy?.map(({ capacityProvider }) => capacityProvider).join(),
      ),
    on: ["FARGATE", "FARGATE_SPOT", "FARGATE"],
    off: ["FARGATE", "FARGATE", undefined],
  },
  {
    what: "the CPU of every task",
    look: each(({ tasks }, kind) => tasks[kind]?.runtimePlatform?.cpuArchitecture),
    on: everywhere("ARM64"),
    off: without(everywhere("X86_64")),
  },
  {
    what: "file systems that can't be written but for /tmp",
    look: each((installed, kind) => [
      main(installed, kind)?.readonlyRootFilesystem ?? false,
      ...(main(installed, kind)?.linuxParameters?.tmpfs ?? []).map(({ containerPath }) => containerPath),
    ]),
    on: everywhere([true, "/tmp"]),
    off: without(everywhere([false])),
  },
  {
    what: "the user of each container",
    look: each((installed, kind) => main(installed, kind)?.user),
    on: { api: "1000:1000", console: "node", jobs: "1000:1000", migration: "1001" },
    off: without(everywhere(undefined)),
  },
  {
    what: "logs through Fluent Bit, but for the migration's and its own",
    look: each(({ tasks }, kind) =>
      tasks[kind]?.containerDefinitions?.map((container) =>
        [container.name, container.logConfiguration?.logDriver, container.firelensConfiguration?.type]
          .filter(Boolean)
          .join(" "),
      ),
    ),
    on: {
      api: ["api awsfirelens", "log-router awslogs fluentbit"],
      console: ["console awsfirelens", "log-router awslogs fluentbit"],
      jobs: ["jobs awsfirelens", "log-router awslogs fluentbit"],
      migration: ["migration awslogs"],
    },
    off: { api: ["api awslogs"], console: ["console awslogs"], migration: ["migration awslogs"] },
  },
  {
    what: "load balancers: TLS policy, IPv6, access logs, protection",
    look: ({ balancers: { api, console } }) =>
      [api, console].map(({ tlsPolicy, ipAddressType, attributes }) => [
        tlsPolicy,
        ipAddressType,
        attributes["access_logs.s3.enabled"],
        attributes["deletion_protection.enabled"],
      ]),
    // The last two aren't changed here. An ephemeral installation has no protection.
    on: Array(2).fill([settings.tlsPolicy, "dualstack", "true", "false"]),
    off: Array(2).fill(["ELBSecurityPolicy-TLS13-1-2-Res-2021-06", "ipv4", "true", "false"]),
  },
  {
    what: "mail, SAML, Turnstile, sign-in by GitHub, the audit table and registry buckets in the containers",
    look: (installed) => [
      ...["SMTP_SERVER", "SMTP_USERNAME", "SMTP_GENERIC_SENDER", "SAML_CERTIFICATE_PUBLIC_KEY"].map((name) =>
        variable(installed, "api", name),
      ),
      variable(installed, "console", "SAML_SSO_ENABLED"),
      variable(installed, "console", "RECAPTCHA_SITE_KEY"),
      variable(installed, "console", "GITHUB_OAUTH_ID"),
      ...["PULUMI_AUDIT_LOGS_DYNAMO_TABLE", "PULUMI_REGISTRY_PUBLIC_BLOB_STORAGE_ENDPOINT"].map((name) =>
        variable(installed, "api", name),
      ),
      variable(installed, "api", "PULUMI_REGISTRY_PRIVATE_BLOB_STORAGE_ENDPOINT"),
    ],
    on: [
      "smtp.example.com:587",
      "mailer",
      "pulumi@example.com",
      certificate,
      "true",
      "site-key",
      "github-id",
      "example-audit-logs",
      "s3://example-registry-public",
      "s3://example-registry-private",
    ],
    off: Array(10).fill(undefined),
  },
  {
    what: "the API's way to the audit table and the registry buckets",
    look: ({ apiMayUse }) =>
      ["table/example-audit-logs", "example-registry-public/*", "example-registry-private/*"].map((each) =>
        apiMayUse.includes(each),
      ),
    on: [true, true, true],
    off: [false, false, false],
  },
  {
    what: "extra variables in the containers that they are for",
    look: each((installed, kind) => variable(installed, kind, "EXTRA")),
    on: { api: "for the API", console: "for the console", jobs: "for the API", migration: "for the migration" },
    off: without(everywhere(undefined)),
  },
  {
    what: "search",
    look: each((installed, kind) => [
      variable(installed, kind, "PULUMI_SEARCH_DOMAIN") !== undefined,
      ...(main(installed, kind)?.secrets ?? []).flatMap(({ name }) =>
        name?.startsWith("PULUMI_SEARCH_") ? [name] : [],
      ),
    ]),
    on: {
      api: [true, "PULUMI_SEARCH_PASSWORD", "PULUMI_SEARCH_USER"],
      console: [false],
      jobs: [true, "PULUMI_SEARCH_PASSWORD", "PULUMI_SEARCH_USER"],
      migration: [false],
    },
    off: without(everywhere([false])),
  },
];
