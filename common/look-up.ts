import { alwaysIn, type AwsClients } from "./aws";
import type { ConfigProblem } from "./config/problem";
import { ifKnown, isNotKnown } from "./config/rule";
import { surroundingsOf, type Surroundings } from "./partition";

/** What a look at the account saw. */
export interface Seen<T = unknown> {
  /** For a person, where nothing is wrong; empty where there is nothing to check. */
  evidence: string;
  problems?: ConfigProblem[];
  /** Why it could not be checked here; nobody is stopped by it. */
  skipped?: string;
  /** What the program goes on with; undefined where it isn't fit. */
  value?: T;
}

/** A look at the account, by its name. Nothing was seen where what it needs isn't known; that has a problem of its own. */
export type Check<T = unknown> = Seen<T> & { name: string; problems: ConfigProblem[] };

/**
 * Looks at one thing in the account, for a program before it makes anything and for `make preflight`. What AWS refuses to answer is
 * a problem of the setting that names the thing.
 *
 * @param key the setting.
 * @param what the thing, as AWS calls it, such as `VPC vpc-0a1b2c3d`. Read only when AWS refuses; where it isn't known, the name counts.
 */
export async function lookUp<T>(
  name: string,
  key: string,
  what: () => string,
  look: () => Promise<Seen<T>>,
): Promise<Check<T>> {
  try {
    const seen = await look();
    return { ...seen, name, problems: seen.problems ?? [] };
  } catch (error) {
    return isNotKnown(error)
      ? { name, evidence: "", problems: [], skipped: "a setting that it needs isn't valid" }
      : { name, evidence: "", problems: [{ key, ...explainAws(error, ifKnown(what) ?? name) }] };
  }
}

/**
 * Looks at what AWS can refuse or limit later, but the program doesn't need to know: where the caller may not ask for it, it is left
 * unchecked. Otherwise as `lookUp`.
 */
export async function lookUpIfAllowed<T>(
  name: string,
  key: string,
  what: () => string,
  look: () => Promise<Seen<T>>,
): Promise<Check<T>> {
  return lookUp(name, key, what, async () => {
    try {
      return await look();
    } catch (error) {
      if (isDenied(error)) {
        return { evidence: "", skipped: explainAws(error, ifKnown(what) ?? name).reason };
      }
      throw error;
    }
  });
}

/** Whether AWS refused a question because the caller may not ask it. */
export function isDenied(error: unknown): boolean {
  return (
    error instanceof Error && /AccessDenied|UnauthorizedOperation|AuthorizationError|NotAuthorized/.test(error.name)
  );
}

/** What a look-up asks AWS with. */
export interface LookUpArgs {
  /** Name of the Pulumi stack. */
  stack: string;
  aws: AwsClients;
}

/** One look-up of a layer. */
export interface LookUp<Inputs> {
  name: string;
  /** The setting that a refusal of AWS belongs to. */
  key: string;
  /** The thing, as AWS calls it. */
  what: (inputs: Inputs) => string;
  /** Returns nothing where the configuration asks for no such thing. */
  look: (inputs: Inputs, args: LookUpArgs) => Promise<Seen | undefined>;
}

/**
 * Does all look-ups at once. Those that the configuration doesn't ask for leave nothing; those that the caller may not do are skipped,
 * since the program can do without their answers.
 */
export async function lookUpAll<Inputs>(
  lookUps: readonly LookUp<Inputs>[],
  inputs: Inputs,
  args: LookUpArgs,
): Promise<Check[]> {
  const nothing: Seen = { evidence: "" };
  const checks = await Promise.all(
    lookUps.map(({ name, key, what, look }) =>
      lookUpIfAllowed(
        name,
        key,
        () => what(inputs),
        async () => (await look(inputs, args)) ?? nothing,
      ),
    ),
  );
  return checks.filter(({ evidence, problems, skipped }) => evidence || skipped || problems.length > 0);
}

/**
 * The credentials are of the installation's account. Where they are not, nothing that is configured exists for them, so no other
 * look-up is worth its answer.
 *
 * @param key the setting that the installation's account comes from.
 * @returns where the installation is.
 */
export function lookUpCaller(
  key: string,
  installation: () => { accountId: string; region: string },
  { sts }: Pick<AwsClients, "sts">,
): Promise<Check<Surroundings>> {
  return lookUp(
    "account",
    key,
    () => "the account of the credentials",
    async () => {
      const identity = await sts.getCallerIdentity({});
      const [account, caller] = [alwaysIn(identity, "Account"), alwaysIn(identity, "Arn")];
      const { accountId, region } = installation();
      return account === accountId
        ? { evidence: `${caller}, in ${region}`, value: surroundingsOf(identity, region) }
        : {
            evidence: "",
            problems: [
              {
                key,
                reason: `the installation belongs to account ${accountId}, but the credentials are those of ${caller}`,
                fix: `use credentials of account ${accountId}: by AWS_PROFILE, or the usual AWS_… variables`,
              },
            ],
          };
    },
  );
}

/** A question that is asked once, however often its answer is needed. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}

/** What an error of the SDK, or of Node, says. */
interface AwsFailure {
  name: string;
  message: string;
  /** Of HTTP. */
  status?: number;
  /** The name that isn't known. */
  host?: string;
}

/** Why a thing can't be read, and what to do about it. */
interface Cause {
  applies: (failure: AwsFailure) => boolean;
  because: (failure: AwsFailure) => string;
  fix?: (failure: AwsFailure) => string;
}

const inText =
  (pattern: RegExp) =>
  ({ name, message }: AwsFailure): boolean =>
    pattern.test(`${name}: ${message}`);

const invalidCredentials =
  /CredentialsProvider|TokenProvider|ExpiredToken|RequestExpired|Invalid(ClientTokenId|AccessKeyId)|UnrecognizedClient|AuthFailure|Signature/;
const denied = /AccessDenied|UnauthorizedOperation|AuthorizationError|Forbidden|not authorized/;
const throttled = /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown/;

/** The first that applies is the cause. */
const causes: Cause[] = [
  {
    applies: inText(/\bE(NOTFOUND|AI_AGAIN)\b/),
    because: ({ host }) => `the name ${host ?? "of the AWS API"} isn't known here`,
    fix: () => "check the region, and this machine's DNS",
  },
  {
    applies: inText(/\bE(CONN|TIMEDOUT|HOSTUNREACH|NETUNREACH|PROTO|PIPE)|TimeoutError|timed out|socket hang up/),
    because: () => "the AWS API doesn't answer",
    fix: () => "check that this machine reaches the AWS API, through HTTPS_PROXY where it must",
  },
  {
    applies: inText(/self.signed certificate|local issuer certificate|verify the first certificate|altnames/i),
    because: () => "the certificate of the AWS API isn't trusted",
    fix: () => "where a proxy opens TLS, name the file with its certificate authority in AWS_CA_BUNDLE",
  },
  {
    applies: ({ message, status }) =>
      status === 407 || /Deserialization error|XML parse error|Unexpected token/.test(message),
    because: ({ status }) => `what answered${status ? ` with status ${status}` : ""} isn't AWS`,
    fix: () => "check HTTPS_PROXY with its user and password, and AWS_ENDPOINT_URL",
  },
  {
    applies: inText(invalidCredentials),
    because: () => "the credentials aren't valid",
    fix: () =>
      "set credentials of the account (AWS_PROFILE, or the usual AWS_… variables; `aws sso login` renews a session), and check the " +
      "clock and that the account has the region turned on",
  },
  {
    applies: (failure) => inText(denied)(failure) || failure.status === 403,
    because: () => "the credentials don't allow it",
    fix: whatToAllow,
  },
  {
    applies: ({ name }) => throttled.test(name),
    because: () => "AWS limits how often it answers",
    fix: () => "try again in a minute",
  },
  // S3 answers a question about a bucket without a body: there is a status, and nothing else.
  {
    applies: ({ status }) => status === 503,
    because: () => "AWS answered with status 503",
    fix: () => "try again in a minute",
  },
  {
    applies: (failure) => failure.status === 400 && hasNoBody(failure),
    because: () => "AWS answered with status 400",
    fix: () => "check that the credentials haven't expired, and this machine's clock",
  },
];

/** An error of AWS, or of the connection to it, in plain words. That a value isn't known is none: it is thrown again, for `lookUp`. */
export function explainAws(error: unknown, what: string): Pick<ConfigProblem, "reason" | "fix"> {
  if (isNotKnown(error)) {
    throw error;
  }
  const failure = read(error);
  const { name, message, status } = failure;
  if (/PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocation/.test(name) || status === 301) {
    return { reason: `${what} is in another region` };
  }
  const cause = causes.find(({ applies }) => applies(failure));
  if (cause !== undefined) {
    return { reason: `${what} can't be read: ${cause.because(failure)}`, fix: cause.fix?.(failure) };
  }
  if (inText(/NotFound|NoSuch|InvalidVpcID|InvalidSubnetID|does not exist/i)(failure) || status === 404) {
    return { reason: `${what} doesn't exist in this account and region` };
  }
  const because = status !== undefined && hasNoBody(failure) ? `AWS answered with status ${status}` : message;
  return { reason: `${what} can't be read: ${because}` };
}

/** The SDK's words for an answer without a body. */
function hasNoBody({ message }: AwsFailure): boolean {
  return /^(Unknown|UnknownError)$/.test(message);
}

function whatToAllow({ message }: AwsFailure): string {
  const [, action] = /perform: ([\w-]+:\w+)/.exec(message) ?? [];
  const [, policy] = /explicit deny in an? ([\w -]*policy|permissions boundary)/.exec(message) ?? [];
  const allowed = action
    ? `allow the caller ${action}`
    : "allow the caller to read it: scripts/permissions has the policies";
  return policy ? `${allowed}; an explicit deny in a ${policy} forbids it` : allowed;
}

function read(error: unknown): AwsFailure {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return read(error.errors[0]);
  }
  if (!(error instanceof Error)) {
    return { name: "", message: String(error) };
  }
  const { $metadata, hostname } = error as { $metadata?: { httpStatusCode?: number }; hostname?: string };
  const [message = ""] = error.message.split("\n");
  return { name: error.name, message: message || error.name, status: $metadata?.httpStatusCode, host: hostname };
}
