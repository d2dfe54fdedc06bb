import { type ConfigProblem, isNotKnown } from "../config/rule";

/** What is known of an error of the SDK or of Node. */
interface AwsFailure {
  name: string;
  message: string;
  /** Of HTTP. */
  status?: number;
  /** The host name that can't be resolved. */
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
const deniedNames = /AccessDenied|UnauthorizedOperation|AuthorizationError|NotAuthorized/;
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
    applies: inText(/ExpiredToken|(token|session)\b.* (is|has) expired/i),
    because: () => "the credentials have expired",
    fix: () => "renew them (`aws sso login` for AWS_PROFILE, or new AWS_… variables)",
  },
  // As services word it: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
  {
    applies: inText(/RequestTimeTooSkewed|RequestInTheFuture|Signature (expired|not yet current)/),
    because: () => "AWS accepts nothing that this machine signs, as its clock is wrong",
    fix: () => "set the clock (`sudo timedatectl set-ntp true`, or your system's settings)",
  },
  {
    applies: inText(invalidCredentials),
    because: () => "the credentials aren't valid",
    fix: () =>
      "set credentials of the account (AWS_PROFILE, or the usual AWS_… variables; `aws sso login` renews a session), and check the " +
      "clock and that the account has the region turned on",
  },
  {
    applies: (failure) =>
      inText(deniedNames)(failure) || inText(/Forbidden|not authorized/)(failure) || failure.status === 403,
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

/** Whether AWS refused a call because the caller isn't allowed to make it. */
export function isDenied(error: unknown): boolean {
  return error instanceof Error && deniedNames.test(error.name);
}

/**
 * An error of AWS, or of the connection to it, in plain words.
 *
 * @param what the thing that was to be read, as AWS calls it, such as `VPC vpc-0a1b2c3d`: the reason begins with it.
 * @returns a fix only where the error itself shows one.
 * @throws the error where it says that a value isn't known (`partlyKnown`), which `lookUp` handles.
 */
export function explainAws(error: unknown, what: string): Pick<ConfigProblem, "reason" | "fix"> {
  if (isNotKnown(error)) {
    throw error;
  }
  const failure = failureOf(error);
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

/** How the SDK names an answer without a body. */
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

function failureOf(error: unknown): AwsFailure {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return failureOf(error.errors[0]);
  }
  if (!(error instanceof Error)) {
    return { name: "", message: String(error) };
  }
  const { $metadata, hostname } = error as { $metadata?: { httpStatusCode?: number }; hostname?: string };
  const [message = ""] = error.message.split("\n");
  return { name: error.name, message: message || error.name, status: $metadata?.httpStatusCode, host: hostname };
}
