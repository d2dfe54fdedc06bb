import { createRequire } from "node:module";
import type { environmentAgents } from "./agents";
import { hasConnectionSettings } from "./proxy";

// The SDK warns in every deployment that its versions of 2027 need Node 22. Which Node this project takes, its package.json says.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

// A client is loaded when it is first used: some take a tenth of a second.
const load = createRequire(__filename) as <T>(name: string) => T;

const services = {
  acm: () => load<typeof import("@aws-sdk/client-acm")>("@aws-sdk/client-acm").ACM,
  backup: () => load<typeof import("@aws-sdk/client-backup")>("@aws-sdk/client-backup").Backup,
  dynamodb: () => load<typeof import("@aws-sdk/client-dynamodb")>("@aws-sdk/client-dynamodb").DynamoDB,
  ec2: () => load<typeof import("@aws-sdk/client-ec2")>("@aws-sdk/client-ec2").EC2,
  ecr: () => load<typeof import("@aws-sdk/client-ecr")>("@aws-sdk/client-ecr").ECR,
  ecs: () => load<typeof import("@aws-sdk/client-ecs")>("@aws-sdk/client-ecs").ECS,
  elb: () =>
    load<typeof import("@aws-sdk/client-elastic-load-balancing-v2")>("@aws-sdk/client-elastic-load-balancing-v2")
      .ElasticLoadBalancingV2,
  iam: () => load<typeof import("@aws-sdk/client-iam")>("@aws-sdk/client-iam").IAM,
  kms: () => load<typeof import("@aws-sdk/client-kms")>("@aws-sdk/client-kms").KMS,
  logs: () => load<typeof import("@aws-sdk/client-cloudwatch-logs")>("@aws-sdk/client-cloudwatch-logs").CloudWatchLogs,
  quotas: () => load<typeof import("@aws-sdk/client-service-quotas")>("@aws-sdk/client-service-quotas").ServiceQuotas,
  rds: () => load<typeof import("@aws-sdk/client-rds")>("@aws-sdk/client-rds").RDS,
  rdsData: () => load<typeof import("@aws-sdk/client-rds-data")>("@aws-sdk/client-rds-data").RDSData,
  route53: () => load<typeof import("@aws-sdk/client-route-53")>("@aws-sdk/client-route-53").Route53,
  s3: () => load<typeof import("@aws-sdk/client-s3")>("@aws-sdk/client-s3").S3,
  search: () => load<typeof import("@aws-sdk/client-opensearch")>("@aws-sdk/client-opensearch").OpenSearch,
  secrets: () =>
    load<typeof import("@aws-sdk/client-secrets-manager")>("@aws-sdk/client-secrets-manager").SecretsManager,
  sns: () => load<typeof import("@aws-sdk/client-sns")>("@aws-sdk/client-sns").SNS,
  sts: () => load<typeof import("@aws-sdk/client-sts")>("@aws-sdk/client-sts").STS,
};

type Services = typeof services;

/**
 * Clients of the AWS services that hold an installation, in one region. They honour `AWS_ENDPOINT_URL` and, as Pulumi's provider does,
 * HTTPS_PROXY, HTTP_PROXY, NO_PROXY and AWS_CA_BUNDLE.
 */
export type AwsClients = { readonly [K in keyof Services]: InstanceType<ReturnType<Services[K]>> };

interface ClientArgs {
  region: string;
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** For S3 or what speaks like it: where it is, the profile to ask with, and how its buckets are named. */
  endpoint?: string;
  profile?: string;
  forcePathStyle?: boolean;
  followRegionRedirects?: boolean;
}

/** Answers calls in place of AWS, by their operation such as `DescribeVpcs`. */
export type Answer = (service: keyof AwsClients, operation: string, input: object, region: string) => Promise<object>;

let answer: Answer | undefined;
const answers = new WeakMap<AwsClients, Answer>();

/** For tests: answers all clients that are made from now on; undefined sends them to AWS again. */
export function answerCalls(by: Answer | undefined): void {
  answer = by;
}

/**
 * Clients for a region, with the caller's credentials unless others are given.
 *
 * @param by answers in place of AWS.
 */
export function awsClients(args: ClientArgs, by = answer): AwsClients {
  const clients = {};
  for (const [name, service] of Object.entries(services) as [keyof Services, Service][]) {
    let made: object | undefined;
    const make = (): object => (by === undefined ? client(name, service(), args) : answered(name, service, args, by));
    Object.defineProperty(clients, name, { enumerable: true, get: () => (made ??= make()) });
  }
  if (by !== undefined) {
    answers.set(clients as AwsClients, by);
  }
  return clients as AwsClients;
}

type Service = () => new (config: object) => object;

function client(name: keyof Services, Client: ReturnType<Service>, args: ClientArgs): object {
  // An endpoint other than AWS's own has no host name for each bucket.
  const s3 = name === "s3" && process.env["AWS_ENDPOINT_URL"] !== undefined ? { forcePathStyle: true } : {};
  return new Client({ ...s3, ...args, ...attempts(), ...connection() });
}

/**
 * The look-ups send up to forty requests at once: where AWS throttles them, the SDK's three attempts are used up within a
 * second. The environment's number counts.
 */
function attempts(): object {
  return process.env["AWS_MAX_ATTEMPTS"] === undefined ? { maxAttempts: 10 } : {};
}

function connection(): object {
  const agents = (): { environmentAgents: typeof environmentAgents } => load("./agents");
  return hasConnectionSettings(process.env) ? { requestHandler: agents().environmentAgents(process.env) } : {};
}

/** A client whose calls are answered here. The SDK is loaded only for what asks whether this is one of its clients: paginators. */
function answered(name: keyof Services, service: Service, { region }: ClientArgs, by: Answer): object {
  const call = (operation: string, input: object): Promise<object> => by(name, operation, input, region);
  const send = (command: { input: object }): Promise<object> =>
    call(command.constructor.name.replace(/Command$/, ""), command.input);
  return new Proxy(
    {},
    {
      get: (_target, method) =>
        typeof method === "symbol" || method === "then"
          ? undefined
          : method === "send"
            ? send
            : (input: object = {}) => call(method[0]?.toUpperCase() + method.slice(1), input),
      getPrototypeOf: () => service().prototype as object,
    },
  );
}

/** Clients with the credentials of a role; the same clients where there is none. */
export async function assumingRole(clients: AwsClients, region: string, roleArn?: string): Promise<AwsClients> {
  if (roleArn === undefined) {
    return clients;
  }
  const { Credentials: given } = await clients.sts.assumeRole({ RoleArn: roleArn, RoleSessionName: "selfhosted-dns" });
  if (!given?.AccessKeyId || !given.SecretAccessKey) {
    throw new Error(`AWS gave no credentials for the role ${roleArn}.`);
  }
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = given;
  return awsClients({ region, credentials: { accessKeyId, secretAccessKey, sessionToken } }, answers.get(clients));
}
