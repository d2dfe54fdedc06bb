import { expect } from "chai";
import { partlyKnown, type InfrastructureOutputs } from "@selfhosted/common";
import {
  accountId,
  chain,
  ecPair,
  expiredCertificate,
  infrastructureOutputs,
  licenceOfTests,
  rsaPair,
  type Values,
} from "@selfhosted/common/testing";
import { infrastructureStack } from "../config";
import { deploy, read, refusals, search, type Trial } from "./fixtures";

async function refusal(trial: Trial): Promise<string> {
  try {
    await deploy(trial);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("the program accepted it");
}

const garbage = (kind: string): string => `-----BEGIN ${kind}-----\nbm9uZQ==\n-----END ${kind}-----`;
const credentialsIn = (region: string): string =>
  `arn:aws:secretsmanager:${region}:${accountId}:secret:registry-AbCdEf`;

/** A licence that says when it ends. */
function licenceUntil(date: string): string {
  const [header, , signature] = licenceOfTests.split(".");
  const claims = Buffer.from(JSON.stringify({ exp: Date.parse(date) / 1000 })).toString("base64url");
  return `${header}.${claims}.${signature}`;
}

describe("configuration", () => {
  const refused: [what: string, trial: Trial, sentences: RegExp[]][] = [
    ["no image tag", { config: { imageTag: undefined } }, [/imageTag: not set; required: a release such as/]],
    ["the tag latest", { config: { imageTag: "latest" } }, [/imageTag: found "latest"; allowed: a release such as/]],
    ["the tag edge", { config: { imageTag: "edge" } }, [/imageTag: found "edge"/]],
    ["an empty tag", { config: { imageTag: "" } }, [/imageTag: found ""/]],
    [
      "a moving tag in an override",
      { config: { apiImage: "registry.example.com/x:latest" } },
      [/apiImage: found .*without moving tags/],
    ],
    [
      "a digest beside a whole image",
      { config: { apiImage: "registry.example.com/x:1", apiImageDigest: `sha256:${"0".repeat(64)}` } },
      [/apiImageDigest: set beside apiImage/],
    ],
    [
      "migrations older than the release",
      { config: { migrationImageTag: "20251103-204-signed" } },
      [/migrationImageTag: found 20251103-204-signed, which is older than imageTag/, /config rm migrationImageTag/],
    ],
    [
      "two names for the migrations",
      { config: { migrationImageTag: "20260301-1100-signed", migrationImage: "registry.example.com/x:1" } },
      [/migrationImageTag: set beside migrationImage/],
    ],
    [
      "an upper-case domain",
      { config: { domain: "Example.com" } },
      [/domain: found "Example.com"; allowed: a domain in lower case/],
    ],
    ["a URL for a domain", { config: { domain: "https://example.com" } }, [/domain: found/]],
    [
      "a misspelt key",
      { config: { imagTag: "1" } },
      [/imagTag: unknown setting; did you mean imageTag\?/, /pulumi config rm imagTag/],
    ],
    [
      "networks with bits behind their prefix, or in another spelling than AWS's",
      {
        config: { allowedCidrBlocks: "92.68.201.91/29,10.0.0.0/8", egressCidrBlocks: "10.1.2.3/8,2001:DB8:0:0::1/48" },
      },
      [
        /allowedCidrBlocks: found .*, of which "92\.68\.201\.91\/29" has bits behind its prefix; .*\n.*set allowedCidrBlocks 92\.68\.201\.88\/29,10\.0\.0\.0\/8/,
        /egressCidrBlocks: found .*"10\.1\.2\.3\/8" has bits behind its prefix; the network is "10\.0\.0\.0\/8".*\n.*set egressCidrBlocks 10\.0\.0\.0\/8,2001:db8::\/48/,
      ],
    ],
    [
      "a private key as a certificate, whose text nobody sees",
      { config: { samlCertificate: rsaPair.privateKey } },
      [/samlCertificate: found a value \(not shown\), which holds a private key/],
    ],
    [
      "colons that are no network",
      { config: { egressCidrBlocks: "::::/0" } },
      [/egressCidrBlocks: found "::::\/0", which .*no network/],
    ],
    ["a bad network", { config: { allowedCidrBlocks: "10.0.0.0/33" } }, [/allowedCidrBlocks: found "10.0.0.0\/33"/]],
    [
      "IPv6 clients of an IPv4 load balancer",
      { config: { allowedCidrBlocks: "2001:db8::/32" } },
      [/allowedCidrBlocks: found the IPv6 networks 2001:db8::\/32.*IPv4 only/, /dualStack true/],
    ],
    [
      "load balancers inside that answer on IPv6 and let no one in there",
      { config: { internal: true, dualStack: true } },
      [
        /dualStack: found true, but only IPv4 networks may enter: 10\.0\.0\.0\/16/,
        /set allowedCidrBlocks 10\.0\.0\.0\/16,2001:db8::\/32/,
      ],
    ],
    [
      "IPv6 where a list names IPv4 networks only",
      { config: { dualStack: true, allowedCidrBlocks: "203.0.113.0/24" } },
      [/dualStack: found true, but only IPv4 networks may enter: 203\.0\.113\.0\/24/],
    ],
    [
      "a certificate of another region",
      { config: { certificateArn: `arn:aws:acm:us-east-1:${accountId}:certificate/1` } },
      [
        /certificateArn: found a certificate of account .* in us-east-1.*eu-central-1/,
        /aws acm list-certificates --region eu-central-1/,
      ],
    ],
    [
      "a certificate of another account",
      { config: { certificateArn: "arn:aws:acm:eu-central-1:999999999999:certificate/1" } },
      [/certificateArn: found a certificate of account 999999999999/],
    ],
    [
      "no certificate",
      { config: { certificateArn: undefined } },
      [/certificateArn: neither certificateArn nor certificateZoneId is set; the load balancers need a certificate/],
    ],
    [
      "two certificates",
      { config: { certificateZoneId: "Z0123456789" } },
      [/certificateArn: set beside certificateZoneId; allowed: one of them/],
    ],
    [
      "no public subnets",
      { upstream: { network: { ...infrastructureOutputs().network, publicSubnetIds: [] } } },
      [/internal: found false, but the infrastructure layer names no public subnets/],
    ],
    [
      "a size that Fargate lacks",
      { config: { apiCpu: 1024, apiMemory: 16384 } },
      [
        /apiCpu: found apiCpu 1024 with apiMemory 16384 MiB, which Fargate doesn't have; the nearest that it has: (1024 with 8192|2048 with 16384) MiB/,
        /pulumi config set apiCpu (1024|2048) && pulumi config set apiMemory (8192|16384)/,
      ],
    ],
    [
      "a size of jobs that Fargate lacks",
      { config: { jobsEnabled: true, jobsCpu: 256, jobsMemory: 4096 } },
      [/jobsCpu: found/],
    ],
    [
      "more tasks at least than at most",
      { config: { consoleMinTasks: 5, consoleMaxTasks: 3 } },
      [/consoleMaxTasks: found 3; allowed: consoleMinTasks or more, which is 5, set here/],
    ],
    [
      "fewer tasks at most than its size keeps at least",
      { config: { apiMaxTasks: 1 } },
      [
        /apiMaxTasks: found 1; allowed: apiMinTasks or more, which is 2, by the installation's size/,
        /pulumi config set apiMaxTasks 2, or pulumi config set apiMinTasks 1/,
      ],
    ],
    [
      "fewer jobs tasks at most than at least",
      { config: { jobsEnabled: true, jobsMaxTasks: 1 } },
      [/jobsMaxTasks: found 1; allowed: jobsMinTasks or more, which is 2/],
    ],
    [
      "mail from nobody",
      { config: { smtpServer: "smtp.example.com:587" } },
      [/smtpSender: not set, though smtpServer is; set all of smtpServer, smtpSender, or none/],
    ],
    [
      "a user at the mail server without password",
      { config: { smtpServer: "smtp.example.com:587", smtpSender: "p@example.com", smtpUsername: "u" } },
      [/smtpPassword: not set, though smtpUsername is/],
    ],
    [
      "sign-in at no mail server",
      { config: { smtpUsername: "u" }, secrets: { smtpPassword: "p" } },
      [/smtpUsername: has no effect without smtpServer/, /smtpPassword: has no effect without smtpServer/],
    ],
    [
      "a user at the mail server that is blank",
      {
        config: { smtpServer: "smtp.example.com:587", smtpSender: "p@example.com", smtpUsername: " " },
        secrets: { smtpPassword: "p" },
      },
      [/smtpUsername: found " "; allowed: any text that is not empty/],
    ],
    [
      "ports that don't exist",
      {
        config: {
          ...{ smtpServer: "smtp.example.com:99999", smtpSender: "p@example.com" },
          ...{ otelEndpoint: "http://otel.example.com:0", httpProxy: "http://proxy.example.com:70000" },
          apiEgressPorts: "0,65536",
        },
      },
      [
        /smtpServer: found .*, which has the port "99999"; ports go from 1 to 65535/,
        /otelEndpoint: found .*, which has the port "0"/,
        /httpProxy: found .*, which has the port "70000"/,
        /apiEgressPorts: found "0,65536", of which "0" .*"65536"/,
      ],
    ],
    [
      "a Turnstile key without its pair",
      { config: { turnstileSiteKey: "k" } },
      [/turnstileSecretKey: not set, though turnstileSiteKey is/],
    ],
    [
      "a SAML certificate without key",
      { config: { samlCertificate: rsaPair.certificate } },
      [/samlPrivateKey: not set/],
    ],
    ["a GitHub application without secret", { config: { githubOauthId: "i" } }, [/githubOauthSecret: not set/]],
    ["a GitLab application without secret", { config: { gitlabOauthId: "i" } }, [/gitlabOauthSecret: not set/]],
    [
      "a Bitbucket application without secret",
      { config: { bitbucketOauthId: "i" } },
      [/bitbucketOauthSecret: not set/],
    ],
    [
      "TLS in the API without key",
      { config: { apiTlsCertificate: rsaPair.certificate } },
      [/apiTlsPrivateKey: not set/],
    ],
    [
      "a path for a certificate",
      { config: { consoleTlsCertificate: "/etc/tls.pem" } },
      [/consoleTlsCertificate: found .*PEM form/],
    ],
    [
      "a telemetry protocol without endpoint",
      { config: { otelProtocol: "http" } },
      [/otelProtocol: has no effect without otelEndpoint/],
    ],
    [
      "retries without a wait",
      { config: { migrationLockRetries: 3 } },
      [/migrationLockRetries: has no effect without migrationLockWaitSeconds/],
    ],
    [
      "exceptions from no proxy",
      { config: { noProxy: ".example.com" } },
      [/noProxy: has no effect without httpProxy or httpsProxy/, /pulumi config rm noProxy/],
    ],
    [
      "a variable that the installer manages",
      { config: { apiExtraEnvironment: { PULUMI_API_DOMAIN: "x" } } },
      [
        /apiExtraEnvironment.PULUMI_API_DOMAIN: the installer manages PULUMI_API_DOMAIN/,
        /config rm --path 'apiExtraEnvironment.PULUMI_API_DOMAIN'/,
      ],
    ],
    [
      "AWS credentials in the environment",
      { config: { consoleExtraEnvironment: { AWS_ACCESS_KEY_ID: "x" } } },
      [/consoleExtraEnvironment.AWS_ACCESS_KEY_ID: the container's credentials are those of its task role/],
    ],
    [
      "a second encryption service",
      {
        config: { apiExtraEnvironment: { PULUMI_AZURE_KV_URI: "x" } },
        secrets: { apiExtraSecrets: { PULUMI_LOCAL_KEYS: "x" } },
      },
      [
        /apiExtraEnvironment.PULUMI_AZURE_KV_URI: the installation has its one key already, serviceKeyId/,
        /apiExtraSecrets.PULUMI_LOCAL_KEYS: the installation has its one key already/,
      ],
    ],
    ...[
      "PULUMI_LOCAL_OBJECTS",
      "PULUMI_OBJECTS_BUCKET",
      "PULUMI_POLICY_PACK_BUCKET",
      "PULUMI_POLICY_PACK_LOCAL_HTTP_OBJECTS",
    ].map((name): [string, Trial, RegExp[]] => [
      `a second object store by ${name}`,
      { config: { apiExtraEnvironment: { [name]: "x" } } },
      [new RegExp(`apiExtraEnvironment.${name}: the installation has its one object store already`)],
    ]),
    [
      "a managed name among secrets",
      { secrets: { migrationExtraSecrets: { MYSQL_ROOT_PASSWORD: "x" } } },
      [/migrationExtraSecrets.MYSQL_ROOT_PASSWORD/],
    ],
    [
      "a variable with two values",
      { config: { apiExtraEnvironment: { A: "1" } }, secrets: { apiExtraSecrets: { A: "2" } } },
      [/apiExtraEnvironment.A: is set in apiExtraSecrets too/],
    ],
    [
      "shells in containers that can't be written",
      { config: { execEnabled: true, readOnlyRootFilesystem: true } },
      [/execEnabled: found true with readOnlyRootFilesystem/],
    ],
    ...["public.ecr.aws/aws-observability/aws-for-fluent-bit:latest", "registry.example.com/fluent-bit"].map(
      (logRouterImage): [string, Trial, RegExp[]] => [
        `${logRouterImage} for a log router`,
        { config: { logRouterImage, logRouterOptions: { Name: "http", Host: "logs.example.com" } } },
        [/logRouterImage: found .*without moving tags/],
      ],
    ),
    [
      "a log router without output",
      { config: { logRouterImage: "registry.example.com/fluent-bit:3" } },
      [/logRouterOptions: lacks Name/],
    ],
    [
      "a log router that sends to no port",
      {
        config: {
          logRouterImage: "registry.example.com/fluent-bit:3",
          logRouterOptions: { Name: "http", port: "https" },
        },
      },
      [/logRouterOptions: found a Port that is none/],
    ],
    [
      "log options without router",
      {
        config: { logRouterOptions: { Name: "http", Host: "logs.example.com" } },
        secrets: { logRouterSecrets: { http_Passwd: "p" } },
      },
      [
        /logRouterOptions: has no effect without logRouterImage/,
        /logRouterSecrets: has no effect without logRouterImage/,
      ],
    ],
    [
      "a policy of a log router that there isn't",
      { config: { logRouterPolicyArn: "arn:aws:iam::111122223333:policy/logs" } },
      [/logRouterPolicyArn: has no effect without logRouterImage/],
    ],
    [
      "a policy of a log router by its name",
      { config: { logRouterPolicyArn: "logs" } },
      [/logRouterPolicyArn: found "logs"; allowed: the ARN of an IAM policy/],
    ],
    ...["arn:aws:iam::999999999999:policy/logs", "arn:aws-us-gov:iam::111122223333:policy/logs"].map(
      (logRouterPolicyArn): [string, Trial, RegExp[]] => [
        `the log router's policy ${logRouterPolicyArn}`,
        { config: { logRouterPolicyArn } },
        [/logRouterPolicyArn: found a policy of \d+ in the partition .*, 111122223333 in aws, or of AWS/],
      ],
    ),
    [
      "a log kept too short",
      { config: { logRetentionDays: "7" } },
      [/logRetentionDays: found "7"; allowed: one of 30, 60/],
    ],
    [
      "a licence that is a nonsense word",
      { secrets: { licenseKey: "nonsense-canary" } },
      [/licenseKey: found a value \(not shown\), which is no JSON web token/],
    ],
    [
      "the name of a file in place of the licence",
      { secrets: { licenseKey: "licence.txt" } },
      [/licenseKey: .*which is the name of a file/, /pulumi config set --secret licenseKey < licence\.txt/],
    ],
    [
      "certificate and key swapped",
      { config: { samlCertificate: rsaPair.privateKey }, secrets: { samlPrivateKey: rsaPair.certificate } },
      [/samlCertificate: .*which holds a private key/, /samlPrivateKey: .*which begins with a certificate/],
    ],
    [
      "certificates and keys that can't be read",
      {
        config: { samlCertificate: garbage("CERTIFICATE"), apiTlsCertificate: garbage("CERTIFICATE") },
        secrets: { samlPrivateKey: garbage("PRIVATE KEY"), apiTlsPrivateKey: garbage("PRIVATE KEY") },
      },
      [
        /samlCertificate: found .*, which holds a certificate that can't be read/,
        /samlPrivateKey: found a value \(not shown\), which can't be read/,
        /apiTlsCertificate: found/,
        /apiTlsPrivateKey: found/,
      ],
    ],
    ...["saml", "apiTls", "consoleTls"].map((kind): [string, Trial, RegExp[]] => [
      `a key that isn't that of ${kind}Certificate`,
      {
        config: { [`${kind}Certificate`]: rsaPair.certificate },
        secrets: { [`${kind}PrivateKey`]: ecPair.privateKey },
      },
      [new RegExp(`${kind}PrivateKey: isn't the private key of ${kind}Certificate`)],
    ]),
    [
      "a SAML certificate that has expired",
      { config: { samlCertificate: expiredCertificate }, secrets: { samlPrivateKey: rsaPair.privateKey } },
      [/samlCertificate: the certificate of api\.pulumi\.example\.com expired on 2021-01-01/],
    ],
    [
      "a SAML certificate of another kind",
      { config: { samlCertificate: ecPair.certificate }, secrets: { samlPrivateKey: ecPair.privateKey } },
      [
        /samlCertificate: has a key of ec; the product asks for RSA 2048/,
        /openssl req -x509 -newkey rsa:2048 .*\/CN=api\.pulumi\.example\.com/,
      ],
    ],
    [
      "that nobody can sign in",
      { config: { emailLoginDisabled: true } },
      [/emailLoginDisabled: found true, but there is no other way to sign in/],
    ],
    [
      "a git server to sign in with, without an application there",
      { config: { githubOauthEndpoint: "https://g.example.com", gitlabOauthEndpoint: "https://l.example.com" } },
      [/githubOauthEndpoint: has no effect without githubOauthId/, /gitlabOauthEndpoint: has no effect without gitlab/],
    ],
    [
      "garbage for the image of Deployments",
      { config: { deploymentsImage: "not an image!" } },
      [/deploymentsImage: found "not an image!"; allowed: an image such as/],
    ],
    [
      "a proxy's password, without showing it",
      { config: { httpsProxy: "http://user:canary-password@proxy.example.com:3128" } },
      [
        /httpsProxy: found a value \(not shown\), which holds a user or password.*belong in proxyUsername and proxyPassword/,
      ],
    ],
    [
      "a URL among the hosts that are called without proxy",
      { config: { httpProxy: "http://proxy.example.com:3128", noProxy: "https://x.example.com" } },
      [
        /noProxy: found "https:\/\/x\.example\.com", which is no host, domain or network;/,
        /config set noProxy x\.example\.com/,
      ],
    ],
    [
      "one of several, and addresses in brackets without a port",
      { config: { httpProxy: "http://proxy.example.com:3128", noProxy: ".example.com,[fd00::1]" } },
      [/noProxy: .*of which "\[fd00::1\]" is an address in brackets, which belong only in front of a port/],
    ],
    [
      "a proxy for nobody",
      { config: { httpProxy: "http://proxy.example.com:3128", noProxy: "*" } },
      [/noProxy: found "\*", which turns the proxy off for all hosts/],
    ],
    [
      "users and passwords in front of a host, without showing them",
      {
        config: {
          ...{ smtpServer: "svc:canary@smtp.example.com:587", smtpSender: "p@example.com" },
          ...{ httpsProxy: "svc:canary@proxy.example.com:3128", noProxy: "svc:canary@x" },
          ...{ apiImage: "svc:canary@registry.example.com/x:1", otelEndpoint: "https://h?api-key=canary" },
        },
      },
      [
        /smtpServer: found a value \(not shown\), which holds a user or password/,
        /httpsProxy: found a value \(not shown\), which holds a user or password/,
        /noProxy: found a value \(not shown\)/,
        /apiImage: found a value \(not shown\)/,
        /otelEndpoint: found a value \(not shown\)/,
      ],
    ],
    [
      "another region than the installation's, and settings of others",
      { config: { "aws:region": "us-east-1", "aws:profile": "other", "selfhosted-infrastructure:size": "small" } },
      [
        /aws:region: found us-east-1, but the installation is in eu-central-1; .*\n +fix: pulumi config rm aws:region$/m,
        /aws:profile: has no effect here/,
        /selfhosted-infrastructure:size: has no effect here/,
      ],
    ],
    [
      "a stack of another project above",
      { config: { infrastructureStack: "organization/selfhosted-application/prod" } },
      [
        /infrastructureStack: found "organization\/selfhosted-application\/prod"; allowed: organization\/selfhosted-infrastructure\//,
        /set infrastructureStack organization\/selfhosted-infrastructure\/prod/,
      ],
    ],
    [
      "secrets in clear, by their name or their value, without showing them",
      {
        config: {
          apiExtraEnvironment: { DB_PASSWORD: "canary-password", KEY: rsaPair.privateKey },
          consoleExtraEnvironment: { MIRROR: "https://user:canary-password@mirror.example.com" },
          migrationExtraEnvironment: { ID: "AKIAIOSFODNN7EXAMPLE" },
          logRouterImage: "registry.example.com/fluent-bit:3",
          logRouterOptions: { Name: "http", http_Passwd: "canary-password" },
        },
      },
      [
        /apiExtraEnvironment\.DB_PASSWORD: holds a secret in clear/,
        /apiExtraEnvironment\.KEY: holds a secret in clear/,
        /consoleExtraEnvironment\.MIRROR: holds a secret/,
        /migrationExtraEnvironment\.ID: holds a secret/,
        /logRouterOptions\.http_Passwd: .*\n.*set --secret --path 'logRouterSecrets\.http_Passwd'/,
      ],
    ],
    [
      "tokens in clear, in headers and queries too, without showing them",
      {
        config: {
          apiExtraEnvironment: {
            CLONE: "ghp_0123456789canary0123456789",
            OTEL_EXPORTER_OTLP_HEADERS: "api-key=canary0123456789",
          },
          logRouterImage: "registry.example.com/fluent-bit:3",
          logRouterOptions: {
            ...{ Name: "http", Host: "logs.example.com" },
            ...{ Header: "Authorization Bearer canary0123456789", URI: "/v1/input?dd-api-key=canary0123456789" },
            Cloud_Auth: "elastic:canary",
          },
        },
      },
      [
        /apiExtraEnvironment\.CLONE: holds a secret/,
        /apiExtraEnvironment\.OTEL_EXPORTER_OTLP_HEADERS: holds a secret/,
        /logRouterOptions\.Header: holds a secret/,
        /logRouterOptions\.URI: holds a secret/,
        /logRouterOptions\.Cloud_Auth: holds a secret/,
      ],
    ],
    [
      "a managed variable in lower case",
      { config: { apiExtraEnvironment: { https_proxy: "http://proxy.example.com:3128" } } },
      [/apiExtraEnvironment\.https_proxy: the installer manages HTTPS_PROXY of this container; set httpsProxy instead/],
    ],
    [
      "an option of the log router twice",
      {
        config: {
          logRouterImage: "registry.example.com/fluent-bit:3",
          logRouterOptions: { Name: "http", Host: "a.example.com" },
        },
        secrets: { logRouterSecrets: { host: "b.example.com" } },
      },
      [/logRouterOptions\.Host: is set in logRouterSecrets too/],
    ],
    [
      "the log router's output as a secret",
      {
        config: { logRouterImage: "registry.example.com/fluent-bit:3", logRouterOptions: { Name: "http" } },
        secrets: { logRouterSecrets: { NAME: "http" } },
      },
      [/logRouterOptions\.Name: is set in logRouterSecrets too/, /config rm --path 'logRouterSecrets\.NAME'/],
    ],
    [
      "jobs' sizes without jobs",
      { config: { jobsCpu: 512, jobsMaxTasks: 3 } },
      [/jobsCpu: has no effect without jobsEnabled/, /jobsMaxTasks: has no effect without jobsEnabled/],
    ],
    [
      "scaling where nothing scales",
      { config: { scalingCpuPercent: 50, apiMaxTasks: 2, consoleMaxTasks: 2 } },
      [/scalingCpuPercent: has no effect: every service has as many tasks at most as at least/],
    ],
    [
      "FIPS endpoints where S3 has none",
      { config: { fipsEndpoints: true } },
      [/fipsEndpoints: found true, but S3 has no FIPS endpoint in eu-central-1/],
    ],
    [
      "buckets of the registry that hold something else",
      { config: { registryPublicBucket: "pulumi-checkpoint-1", registryPrivateBucket: "pulumi-checkpoint-1" } },
      [/registryPublicBucket: found pulumi-checkpoint-1, which/, /registryPrivateBucket: found pulumi-checkpoint-1/],
    ],
    [
      "a registry's credentials where all images come from ECR, and from another region",
      { config: { registryCredentialsSecretArn: credentialsIn("us-east-1") } },
      [
        /registryCredentialsSecretArn: .*but all images come from ECR/,
        /registryCredentialsSecretArn: found a secret of account \d+ in us-east-1/,
      ],
    ],
    [
      "one registry's credentials for two",
      {
        config: {
          registryCredentialsSecretArn: credentialsIn("eu-central-1"),
          apiImage: "a.example.com/service:1",
          consoleImage: "b.example.com/console:1",
        },
      },
      [/registryCredentialsSecretArn: .*images come from a\.example\.com and b\.example\.com/],
    ],
    [
      "a registry and prefix that no image uses",
      {
        config: {
          ...{ apiImage: "a.example.com/s:1", consoleImage: "a.example.com/c:1", migrationImage: "a.example.com/m:1" },
          ...{ imagePrefix: "mirror/", imageRegistryRegion: "us-east-1" },
        },
      },
      [/imagePrefix: has no effect beside apiImage/, /imageRegistryRegion: has no effect beside apiImage/],
    ],
    [
      "a cache without its prefix",
      { config: { imagePullThroughCache: true } },
      [/imagePullThroughCache: has no effect without imagePrefix/],
    ],
    [
      "a console that can't reach the API",
      { config: { egressCidrBlocks: "10.0.0.0/8" } },
      [/egressCidrBlocks: found private networks only, but the load balancers face the internet/, /internal true/],
    ],
    [
      "names that a certificate can't hold",
      {
        config: {
          ...{ certificateArn: undefined, certificateZoneId: "Z0123456789" },
          domain: "a-very-long-name-of-a-department.and-of-its-company.example.com",
        },
      },
      [/domain: the API's host, api\.a-very-.*, has 67 characters; a certificate of ACM takes 64/],
    ],
    [
      "a confirmation that nothing asks for",
      { config: { confirmAdministratorExists: true } },
      [/confirmAdministratorExists: has no effect without emailSignupDisabled or emailLoginDisabled/],
    ],
    [
      "what is no prefix list",
      { config: { allowedPrefixListIds: "203.0.113.0/24" } },
      [/allowedPrefixListIds: found "203\.0\.113\.0\/24".*ids of prefix lists/],
    ],
    [
      "networks of the internet that don't hold the API's addresses",
      { config: { egressCidrBlocks: "10.0.0.0/8,203.0.113.0/24" } },
      [
        /egressCidrBlocks: found no networks that hold the API's addresses, only 203\.0\.113\.0\/24/,
        /set consoleInternalApiEndpoint https:\/\/api\.pulumi\.example\.com/,
      ],
    ],
    ...(["10.0.0.0/8,192.168.7.0/24", "fd00::/8,100.64.0.0/10"] as const).map(
      (allowedCidrBlocks): [string, Trial, RegExp[]] => [
        `the private clients ${allowedCidrBlocks} of load balancers that face the internet`,
        { config: { allowedCidrBlocks, dualStack: true } },
        [/allowedCidrBlocks: found private networks only .*nobody could call/, /set internal true/],
      ],
    ),
    ...["127.0.0.1/32", "169.254.0.0/16", "224.0.0.0/4"].map((nobodys): [string, Trial, RegExp[]] => [
      `clients from ${nobodys}, which nobody is`,
      { config: { allowedCidrBlocks: `10.0.0.0/8,${nobodys}`, internal: true } },
      [/allowedCidrBlocks: found .*, from which no client can call/, /set allowedCidrBlocks 10\.0\.0\.0\/8/],
    ]),
    [
      "a subdomain that is the domain",
      { config: { subdomain: "pulumi.example.com" } },
      [/subdomain: .*users would find the API at api\.pulumi\.example\.com\.pulumi/, /config rm subdomain/],
    ],
    [
      "a subdomain that begins with a host",
      { config: { subdomain: "api.eu" } },
      [/subdomain: found api\.eu, .*users would find the API at api\.api\.eu\./, /config set subdomain eu/],
    ],
    [
      "deletion protection of an ephemeral installation",
      {
        config: { loadBalancerDeletionProtection: true },
        upstream: { installation: { ...infrastructureOutputs().installation, ephemeral: true } },
      },
      [/loadBalancerDeletionProtection: found true, which has no effect: the installation is ephemeral/],
    ],
    [
      "a port to call that is open anyway",
      { config: { apiEgressPorts: "443" } },
      [/apiEgressPorts: found 443, which the API may call anyway/, /config rm apiEgressPorts/],
    ],
    [
      "a port to call in two spellings",
      { config: { apiEgressPorts: "8443,08443" } },
      [/apiEgressPorts: found port 8443 more than once/, /set apiEgressPorts 8443/],
    ],
    [
      "an API with the migrations of an older image",
      {
        config: {
          apiImage: "registry.example.com/service:20260101-1-signed",
          migrationImage: "registry.example.com/migrations:20230101-1-signed",
        },
      },
      [/migrationImage: found 20230101-1-signed, which is older than apiImage, 20260101-1-signed/],
    ],
    [
      "a release with an older image of its migrations",
      { config: { migrationImage: "registry.example.com/migrations:20230101-1-signed" } },
      [/migrationImage: found 20230101-1-signed, which is older than imageTag, 20260101-1000-signed/],
    ],
    [
      "an image of the API that is newer than the migrations",
      { config: { apiImage: "registry.example.com/service:20270101-1-signed" } },
      [/apiImage: found 20270101-1-signed, which is newer than the migrations of imageTag/, /config rm apiImage/],
    ],
    [
      "images of another partition",
      {
        config: {
          imageRegistryRegion: "cn-north-1",
          logRouterImage: "111122223333.dkr.ecr.us-gov-west-1.amazonaws.com/fluent-bit:3",
          logRouterOptions: { Name: "s3" },
        },
      },
      [
        /imageRegistryRegion: found cn-north-1, which belongs to another partition of AWS than eu-central-1/,
        /logRouterImage: found an image of 111122223333\.dkr\.ecr\.us-gov-west-1\.amazonaws\.com, which belongs to another/,
      ],
    ],
    [
      "a host of ECR with China's ending, where there is none such",
      { config: { apiImage: "111122223333.dkr.ecr.eu-central-1.amazonaws.com.cn/pulumi/service:1" } },
      [
        /apiImage: .*which is no host of ECR: in eu-central-1 that is 111122223333\.dkr\.ecr\.eu-central-1\.amazonaws\.com\n/,
        /set apiImage 111122223333\.dkr\.ecr\.eu-central-1\.amazonaws\.com\/pulumi\/service:1/,
      ],
    ],
    [
      "addresses that tasks may not call",
      {
        config: {
          ...{ internal: true, smtpServer: "10.60.0.5:25", smtpSender: "p@example.com" },
          ...{ httpsProxy: "http://10.60.0.9:3128", otelEndpoint: "http://10.60.0.7:4317" },
        },
      },
      [
        /httpsProxy: found http:\/\/10\.60\.0\.9:3128, but the networks that tasks may call don't hold 10\.60\.0\.9: 10\.0\.0\.0\/16/,
        /smtpServer: .*\n.*set egressCidrBlocks 10\.0\.0\.0\/16,10\.60\.0\.5\/32/,
        /otelEndpoint: found/,
      ],
    ],
    [
      "a mail server in the container itself",
      { config: { smtpServer: "localhost:25", smtpSender: "p@example.com" } },
      [/smtpServer: found localhost:25, which in a container is the container itself/],
    ],
    [
      "what was copied along with ids and secrets, without showing those",
      {
        config: { githubOauthId: ' "Iv1.0123456789abcdef" ', bitbucketOauthId: "i" },
        secrets: { githubOauthSecret: "'canary'", bitbucketOauthSecret: "canary\n" },
      },
      [
        /githubOauthId: found .*; allowed: any text .*, without quotes.*\n.*set githubOauthId Iv1\.0123456789abcdef$/m,
        /githubOauthSecret: found a value \(not shown\), which has quotes around it/,
        /bitbucketOauthSecret: found a value \(not shown\), which has blanks or line ends/,
      ],
    ],
    [
      "a password of the mail server with its quotes",
      {
        config: { smtpServer: "smtp.example.com:587", smtpSender: "p@example.com", smtpUsername: "u" },
        secrets: { smtpPassword: '"canary"' },
      },
      [/smtpPassword: found a value \(not shown\), which has quotes around it/],
    ],
    [
      "an output of the log router that there isn't, and one without host",
      {
        config: { logRouterImage: "registry.example.com/fluent-bit:3", logRouterOptions: { Name: "htttp" } },
      },
      [/logRouterOptions\.Name: found htttp, which is no output of Fluent Bit; did you mean http\?/],
    ],
    [
      "an output of the log router that sends to itself",
      { config: { logRouterImage: "registry.example.com/fluent-bit:3", logRouterOptions: { Name: "Forward" } } },
      [/logRouterOptions\.Host: not set: the Fluent Bit output Forward then sends to the container itself/],
    ],
    [
      "a sign-in at no proxy, and half of one",
      { config: { proxyUsername: "u" } },
      [
        /proxyUsername: has no effect without httpProxy or httpsProxy/,
        /proxyPassword: not set, though proxyUsername is/,
      ],
    ],
    [
      "a certificate of another partition",
      { config: { certificateArn: `arn:aws-us-gov:acm:eu-central-1:${accountId}:certificate/1` } },
      [/certificateArn: found a certificate of account \d+ in eu-central-1 \(aws-us-gov\)/],
    ],
  ];
  for (const [what, trial, sentences] of refused) {
    it(`refuses ${what}`, () => {
      const message = refusals(trial);
      for (const sentence of sentences) {
        expect(message).to.match(sentence);
      }
      expect(message).to.not.match(/canary|<\w+>|undefined/);
    });
  }

  const meant: [key: string, typed: string, command: string][] = [
    ["internal", "yes", "set internal true"],
    ["dualStack", "off", "set dualStack false"],
    ["apiMemory", "4 GB", "set apiMemory 4096"],
    ["apiCpu", "2 vCPU", "set apiCpu 2048"],
    ["logRetentionDays", "1 year", "set logRetentionDays 365"],
    ["drainSeconds", "2m", "set drainSeconds 120"],
    ["drainSeconds", "120s", "set drainSeconds 120"],
    ["smtpSender", "Pulumi <p@example.com>", "set smtpSender p@example.com"],
    ["containerInsights", "Enhanced", "set containerInsights enhanced"],
    ["cpuArchitecture", "arm64", "set cpuArchitecture ARM64"],
    ["domain", "https://Pulumi.Example.com/", "set domain pulumi.example.com"],
    ["allowedCidrBlocks", "203.0.113.7", "set allowedCidrBlocks 203.0.113.7/32"],
  ];
  for (const [key, typed, command] of meant) {
    it(`understands ${JSON.stringify(typed)} for ${key}`, () => {
      expect(refusals({ config: { [key]: typed } })).to.include(`fix: pulumi config ${command}`);
    });
  }

  it("has no example for a fix, which would take the place of what was typed", () => {
    expect(refusals({ config: { apiCpu: 1, apiMemory: 2 } })).to.match(/apiCpu: [^]*apiMemory: /);
    expect(refusals({ config: { apiCpu: 1, apiMemory: 2 } })).not.to.match(/config set api/);
  });

  it("takes what companies have", () => {
    const trials: Trial[] = [
      { config: { smtpServer: "relay.example.com:25", smtpSender: "pulumi@example.com" } },
      { config: { allowedPrefixListIds: "pl-0123456789abcdef0", allowedCidrBlocks: "203.0.113.0/24" } },
      { config: { dualStack: true, allowedPrefixListIds: "pl-0123456789abcdef0" } },
      { config: { imagePrefix: "docker-hub/", imagePullThroughCache: true } },
      { config: { apiImage: "a.example.com/s:1", registryCredentialsSecretArn: credentialsIn("eu-central-1") } },
      { config: { emailLoginDisabled: true, githubOauthId: "i" }, secrets: { githubOauthSecret: "s" } },
      {
        config: { httpsProxy: "http://10.0.7.9:3128", proxyUsername: "u", internal: true },
        secrets: { proxyPassword: "it's \"p@ss word" },
      },
      { config: { egressCidrBlocks: "10.0.0.0/8,3.0.0.0/8" } },
      { config: { egressCidrBlocks: "203.0.113.0/24", consoleInternalApiEndpoint: "https://api.pulumi.example.com" } },
      { config: { allowedCidrBlocks: "10.0.0.0/8,203.0.113.0/24" } },
      { config: { internal: true, otelEndpoint: "http://10.60.0.7:4317", httpProxy: "http://10.0.7.9:3128" } },
      { config: { migrationImageTag: "20260301-1100-signed" } },
      { config: { apiImage: `registry.example.com/service@sha256:${"0".repeat(64)}` } },
      { config: { apiImage: "111122223333.dkr.ecr.us-east-1.amazonaws.com/pulumi/service:20260101-1000-signed" } },
      ...["splunk-hec", "Datadog", "s3"].map((Name) => ({
        config: { logRouterImage: "registry.example.com/fluent-bit:3", logRouterOptions: { Name } },
      })),
      {
        config: { logRouterImage: "registry.example.com/fluent-bit:3", logRouterOptions: { Name: "http" } },
        secrets: { logRouterSecrets: { host: "logs.example.com" } },
      },
      { config: { samlCertificate: rsaPair.certificate }, secrets: { samlPrivateKey: rsaPair.privateKey } },
      { config: { consoleTlsCertificate: chain }, secrets: { consoleTlsPrivateKey: ecPair.privateKey } },
      { config: { deploymentsImage: "pulumi/pulumi" } },
      {
        config: {
          httpProxy: "http://p.example.com:3128",
          noProxy: "intranet, .example.com,*.example.org,10.0.0.0/8,10.1.2.3:80,::1,[::1]:80,",
        },
      },
      { config: { imagePullThroughCache: false, logRouterOptions: {} } },
      { config: { "aws:region": "eu-central-1" } },
      { config: { apiExtraEnvironment: { NODE_OPTIONS: "--max-old-space-size=512", SECRET_NAME: "x", TOKEN: "" } } },
      { config: { apiExtraEnvironment: { REQUIRE_TOKEN: "true", OTEL_EXPORTER_OTLP_HEADERS: "x-team=platform" } } },
      { config: { consoleExtraEnvironment: { ALLOW_CREDENTIALS: "true", MAX_TOKEN: "5" } } },
      { config: { emailSignupDisabled: true, confirmAdministratorExists: true } },
    ];
    expect(trials.map((trial) => refusals(trial))).to.deep.equal(trials.map(() => ""));
  });

  it("warns of what nobody is stopped by", () => {
    const warnings = (trial: Trial) => read(trial).problems.map(({ key, severity }) => `${severity} ${key}`);
    expect(warnings({ config: { fipsEndpoints: true }, partition: "aws-us-gov" })).to.deep.equal(["warning tlsPolicy"]);
    expect(warnings({ config: { migrationImageTag: "20260101-1000-signed" } })).to.deep.equal([
      "warning migrationImageTag",
    ]);
    const image = (release: string): string => `registry.example.com/pulumi:${release}`;
    expect(warnings({ config: { consoleImage: image("20250101-1-signed") } })).to.deep.equal(["warning consoleImage"]);
    expect(warnings({ config: { apiImage: image("20250101-1-signed") } })).to.deep.equal(["warning apiImage"]);
    const rollback = { apiImage: image("20250101-1-signed"), consoleImage: image("20250101-1-signed") };
    expect(warnings({ config: { ...rollback, migrationImage: image("20260101-1000-signed") } })).to.deep.equal([]);
  });

  it("says nothing on each run about a licence of the data grid that the vendor didn't give", () => {
    expect(read({ secrets: { agGridLicenseKey: undefined } }).problems).to.deep.equal([]);
  });

  const warned: [what: string, trial: Trial, warning: RegExp][] = [
    [
      "a container's certificate that has expired",
      { config: { apiTlsCertificate: expiredCertificate }, secrets: { apiTlsPrivateKey: rsaPair.privateKey } },
      /^apiTlsCertificate: the certificate of api\.pulumi\.example\.com expired on 2021-01-01/,
    ],
    [
      "a SAML certificate of another name",
      {
        config: { samlCertificate: rsaPair.certificate, domain: "other.example.com" },
        secrets: { samlPrivateKey: rsaPair.privateKey },
      },
      /^samlCertificate: has the common name api\.pulumi\.example\.com; the product asks for the API's host, api\.other/,
    ],
    [
      "a licence that has expired",
      { secrets: { licenseKey: licenceUntil("2021-01-01") } },
      /^licenseKey: the licence has expired/,
    ],
    [
      "more networks than a security group usually takes",
      { config: { allowedCidrBlocks: Array.from({ length: 61 }, (_, index) => `198.51.${index}.0/24`) } },
      /^allowedCidrBlocks: the IPv4 networks count as 61 rules .* which takes 60 unless the quota is raised/,
    ],
    [
      "more networks to call than a security group usually takes, beside the database and S3",
      {
        config: {
          ...{ internal: true, apiEgressPorts: "8443" },
          egressCidrBlocks: Array.from({ length: 30 }, (_, index) => `198.51.${index}.0/24`),
        },
      },
      /^egressCidrBlocks: the IPv4 networks, each at 2 ports, .* count as 62 rules/,
    ],
  ];
  for (const [what, trial, warning] of warned) {
    it(`takes ${what}, with a warning`, () => {
      expect(refusals(trial)).to.equal("");
      const warnings = read(trial).problems.map(({ key, reason }) => `${key}: ${reason}`);
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.match(warning);
    });
  }

  it("counts as many rules of a security group as it has", () => {
    const blocks = (length: number): string[] => Array.from({ length }, (_, index) => `198.51.${index}.0/24`);
    expect(
      read({ config: { internal: true, egressCidrBlocks: [...blocks(58), "2001:db8::/32"] } }).problems,
    ).to.deep.equal([]);
    const searched = read({ config: { internal: true, egressCidrBlocks: blocks(58) }, upstream: { search } });
    expect(searched.problems.map(({ key }) => key)).to.deep.equal(["egressCidrBlocks"]);
    expect(read({ config: { egressCidrBlocks: [...blocks(58), "0.0.0.0/0"] } }).problems).to.deep.equal([]);
  });

  it("takes defaults by the installation's size, and what is typed before them", () => {
    const { installation } = infrastructureOutputs();
    const capacities = (["small", "medium", "large"] as const).map((size) => {
      const upstream = { installation: { ...installation, size } };
      const { config } = read({ config: { consoleCpu: 2048 }, upstream }).inputs;
      return [config.apiCpu, config.apiMemory, config.apiMinTasks, config.consoleCpu];
    });
    expect(capacities).to.deep.equal([
      [1024, 2048, 2, 2048],
      [2048, 4096, 2, 2048],
      [4096, 8192, 3, 2048],
    ]);
  });

  describe("where the infrastructure layer isn't deployed, and says nothing", () => {
    const unknown = partlyKnown<InfrastructureOutputs>({});

    it("still refuses all that is wrong by itself", () => {
      const config = {
        imageTag: "latest",
        allowedCidrBlocks: "10.1.2.3/8",
        apiCpu: 256,
        apiMemory: 8192,
        otelProtocol: "http",
      };
      const keys = read({ config }, unknown).problems.map(({ key }) => key);
      expect(keys).to.have.members(["imageTag", "allowedCidrBlocks", "apiCpu", "otelProtocol"]);
    });

    it("refuses nothing for what only that layer knows", () => {
      expect(
        refusals({ config: { internal: true, dualStack: true, egressCidrBlocks: "10.0.0.0/8" } }, unknown),
      ).to.equal("");
    });
  });

  it("lets one bad value silence nothing but the rules that need it", () => {
    const config = { consoleMinTasks: "many", jobsMaxTasks: 3, apiCpu: 256, apiMemory: 8192, domain: "Example.com" };
    const keys = read({ config, secrets: { samlPrivateKey: ecPair.privateKey } }).problems.map(({ key }) => key);
    expect(keys).to.have.members(["consoleMinTasks", "jobsMaxTasks", "apiCpu", "domain", "samlCertificate"]);
  });

  describe("names the stack of the infrastructure layer", () => {
    const key = "selfhosted-application:infrastructureStack";
    const named = (text: string) => infrastructureStack({ [key]: { text, encrypted: false } }, "acme", "prod");

    it("as its own stack is named", () => {
      expect(infrastructureStack({}, "acme", "prod")).to.equal("acme/selfhosted-infrastructure/prod");
    });

    it("as the setting names it, unless that is no name", () => {
      expect(named("acme/selfhosted-infrastructure/other")).to.equal("acme/selfhosted-infrastructure/other");
      expect(named("other")).to.equal(undefined);
    });
  });

  const needInternet: [what: string, trial: Trial, sentence: RegExp][] = [
    [
      "Turnstile",
      { config: { turnstileSiteKey: "k" }, secrets: { turnstileSecretKey: "k" } },
      /turnstileSiteKey: the API has Cloudflare Turnstile check/,
    ],
    [
      "sign-in by github.com",
      { config: { githubOauthId: "i" }, secrets: { githubOauthSecret: "s" } },
      /githubOauthId: the console asks github\.com who signs in/,
    ],
    [
      "sign-in by gitlab.com",
      {
        config: { gitlabOauthId: "i", gitlabOauthEndpoint: "https://gitlab.com" },
        secrets: { gitlabOauthSecret: "s" },
      },
      /gitlabOauthId: the console asks gitlab\.com/,
    ],
    [
      "sign-in by Bitbucket",
      { config: { bitbucketOauthId: "i" }, secrets: { bitbucketOauthSecret: "s" } },
      /bitbucketOauthId: the console asks bitbucket\.org/,
    ],
    [
      "the API of github.com",
      { config: { githubApiEndpoint: "https://api.github.com" } },
      /githubApiEndpoint: the API calls api\.github\.com/,
    ],
    [
      "images of another region",
      { config: { imageRegistryRegion: "us-east-1" } },
      /imageRegistryRegion: images are pulled from ECR in us-east-1, and VPC endpoints serve eu-central-1 only/,
    ],
    [
      "an image of Docker Hub by its short name",
      { config: { migrationImage: "pulumi/migrations:20260101-1000-signed" } },
      /migrationImage: the image is pulled from docker\.io/,
    ],
    [
      "a pull-through cache",
      { config: { imagePrefix: "docker-hub/", imagePullThroughCache: true } },
      /imagePullThroughCache: ECR fetches an image only for a VPC with a way to the internet/,
    ],
    [
      "an image of a public registry",
      { config: { consoleImage: "docker.io/pulumi/console:20260101-1000-signed" } },
      /consoleImage: the image is pulled from docker\.io/,
    ],
  ];
  const closed = { internal: true };
  for (const [what, { config, secrets }, sentence] of needInternet) {
    it(`refuses ${what} where tasks can't call the internet`, () => {
      expect(refusals({ config: { ...config, ...closed }, secrets }))
        .to.match(sentence)
        .and.match(/private networks only \(egressCidrBlocks\)/)
        .and.match(/pulumi config rm \w+; or open a way out: set httpsProxy.*egressCidrBlocks 0\.0\.0\.0\/0/);
    });
  }

  const all = {
    config: Object.assign({}, ...needInternet.map(([, { config }]) => config)) as Values,
    secrets: Object.assign({}, ...needInternet.map(([, { secrets }]) => secrets)) as Values,
  };

  it("refuses them all at once where only private networks are named", () => {
    const config = { ...all.config, ...closed, egressCidrBlocks: "10.0.0.0/8,100.64.7.0/24,fd00::/8" };
    expect(read({ ...all, config }).problems.map(({ key }) => key)).to.have.members([
      "turnstileSiteKey",
      "githubOauthId",
      "gitlabOauthId",
      "bitbucketOauthId",
      "githubApiEndpoint",
      "imageRegistryRegion",
      "imagePullThroughCache",
      "migrationImage",
      "consoleImage",
    ]);
  });

  const waysOut: [what: string, Values][] = [
    ["load balancers face it", {}],
    ["the networks hold some of it", { ...closed, egressCidrBlocks: "10.0.0.0/8,140.82.112.0/20" }],
    ["there is a proxy", { ...closed, httpsProxy: "http://proxy.example.internal:3128" }],
  ];
  for (const [what, way] of waysOut) {
    it(`takes all that needs the internet where ${what}`, () => {
      expect(refusals({ ...all, config: { ...all.config, ...way } })).to.equal("");
    });
  }

  it("refuses a mail service of the internet where tasks can't call it themselves, whatever the proxy: that takes no mail", () => {
    const mail = { smtpServer: "smtp.sendgrid.net:587", smtpSender: "p@example.com" };
    expect(refusals({ config: { ...mail, ...closed, httpsProxy: "http://proxy.example.internal:3128" } })).to.match(
      /^smtpServer: the API sends mail through smtp\.sendgrid\.net, but tasks may call private networks only.*\n.*out: where there is NAT/,
    );
    expect(refusals({ config: mail })).to.equal("");
  });

  it("has one remedy for a secret in clear whose name isn't taken anyway", () => {
    const config = { apiExtraEnvironment: { PULUMI_LICENSE_KEY: licenceOfTests, AWS_SECRET_ACCESS_KEY: "x" } };
    expect(read({ config }).problems.map(({ key, fix }) => [key, fix])).to.deep.equal([
      ["apiExtraEnvironment.PULUMI_LICENSE_KEY", "pulumi config rm --path 'apiExtraEnvironment.PULUMI_LICENSE_KEY'"],
      [
        "apiExtraEnvironment.AWS_SECRET_ACCESS_KEY",
        "pulumi config rm --path 'apiExtraEnvironment.AWS_SECRET_ACCESS_KEY'",
      ],
    ]);
  });

  it("takes sign-in by a git server inside where tasks can't call the internet", () => {
    const config = { ...closed, githubOauthId: "i", githubOauthEndpoint: "https://github.example.internal" };
    expect(refusals({ config, secrets: { githubOauthSecret: "s" } })).to.equal("");
  });

  it("refuses a secret that is stored in clear, without showing it", () => {
    const message = refusals({ config: { metricsSecret: "clear-text-canary" } });
    expect(message).to.match(/metricsSecret: stored in clear text; it must be encrypted/);
    expect(message).to.not.include("clear-text-canary");
  });

  describe("of a program", () => {
    it("is refused with every problem at once, before anything is made", async () => {
      const registered: string[] = [];
      const message = await refusal({
        config: {
          ...{ smtpServer: "smtp.example.com:25", apiCpu: 256, apiMemory: 8192 },
          ...{ execEnabled: true, readOnlyRootFilesystem: true, "aws:region": "us-east-1" },
        },
        resource: (type) => void registered.push(type),
      });
      expect(message).to.match(/stack test, has 4 problems/);
      expect(registered.filter((type) => type.startsWith("aws:"))).to.deep.equal([]);
    });

    it("is refused together with an infrastructure layer that isn't deployed", async () => {
      const trial = { config: { imageTag: "latest" }, upstream: { contractVersion: undefined } };
      expect(await refusal(trial)).to.match(
        /has 2 problems:\n +infrastructureStack: .*no outputs yet\n.*pulumi up.*infrastructure\/\n +imageTag: found "latest"/s,
      );
    });
  });

  it("takes hosts from domain and subdomain", async () => {
    const { outputs } = await deploy({ config: { domain: "example.com", subdomain: "pulumi" } });
    expect(outputs["api"]).to.deep.include({ domain: "api.pulumi.example.com" });
    expect(outputs["console"]).to.deep.include({ domain: "app.pulumi.example.com" });
  });
});
