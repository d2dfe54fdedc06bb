import { type Location, pattern, physicalName, type Shape } from "@selfhosted/common";
import { shown } from "../shown";

/** What a user may say of the place for Pulumi's state, as given. */
export interface Given {
  /** Name of the bucket. */
  bucket?: string | undefined;
  /** Alias of the key. */
  keyAlias?: string | undefined;
  /** ARNs of roles or users, with spaces between them. */
  deployers?: string | undefined;
}

/** The same, checked. */
export interface Asked {
  bucket: string | undefined;
  keyAlias: string;
  deployers: string[];
}

/** Where Pulumi keeps the state of environments, and who works with it. */
export interface Place {
  location: Location;
  bucket: string;
  keyAlias: string;
  /** ARNs of roles and users that the policies of key and bucket name. */
  deployers: string[];
}

const defaultAlias = "alias/pulumi-state";

/** Without dots, which S3's own certificates don't cover: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName = pattern(
  /^(?!xn--|sthree-|amzn-s3-demo-)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  "3 to 63 small letters, digits and hyphens, with no hyphen at either end",
);
/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html */
const aliasName = pattern(
  /^alias\/(?!aws\/)[A-Za-z0-9/_-]{1,250}$/,
  `an alias of your own, such as ${defaultAlias}`,
  (text) => `alias/${text}`,
);
const principalArn = pattern(
  /^arn:[\w-]+:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/,
  "the ARN of a role or user, such as arn:aws:iam::111122223333:role/deployer; between several, a space",
);

/** @throws Error that lists everything that is missing or wrong. */
export function requireAsked(given: Given): Asked {
  const { bucket = "", keyAlias = "", deployers = "" } = given;
  const arns = deployers.split(/\s+/).filter((each) => each !== "");
  const problems = [
    ...problemsOf("STATE_BUCKET", bucket, bucketName),
    ...problemsOf("STATE_KEY", keyAlias, aliasName),
    ...arns.flatMap((each) => problemsOf("DEPLOYER_ROLE_ARN", each, principalArn)),
  ];
  if (problems.length > 0) {
    throw new Error(problems.join("\n"));
  }
  return { bucket: bucket || undefined, keyAlias: keyAlias || defaultAlias, deployers: arns };
}

function problemsOf(variable: string, value: string, shape: Shape): string[] {
  const fault = value === "" ? undefined : shape.fault(value);
  const meant = fault?.meant === undefined ? "" : ` Did you mean ${fault.meant}?`;
  return fault === undefined ? [] : [`${variable} is ${shown(value)}. Allowed: ${shape.allowed}.${meant}`];
}

/** With the names that the user left open. One place serves all environments of an account and region. */
export function placeOf({ bucket, keyAlias, deployers }: Asked, location: Location, caller: string | undefined): Place {
  const { accountId, region } = location;
  return {
    location,
    bucket: bucket ?? physicalName("bucket", `pulumi-state-${accountId}-${region}`),
    keyAlias,
    deployers: [...new Set([...(caller === undefined ? [] : [caller]), ...deployers])],
  };
}

/** What `pulumi login` takes. */
export function backendUrl({ bucket, location }: Place): string {
  return `s3://${bucket}?region=${location.region}`;
}

/** What `pulumi stack init --secrets-provider` takes. */
export function secretsProvider({ keyAlias, location }: Place): string {
  return `awskms://${keyAlias}?region=${location.region}`;
}
