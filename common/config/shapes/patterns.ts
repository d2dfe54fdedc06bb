import { isIP } from "node:net";
import { nearest } from "../guess";
import { looksSecret } from "../secrets";
import { canonicalNetwork } from "./network";
import { checkedBy, cited, pattern, type Shape } from "./shape";

/** Shapes that several settings share. */

const label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

/** A host name of at least two labels, in lower case. */
export const hostName = pattern(
  new RegExp(`^(?=.{1,240}$)(${label}\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`),
  "a domain in lower case, such as example.com",
);

/** Labels that go in front of a domain. */
export const subdomain = pattern(
  new RegExp(`^(?=.{1,120}$)${label}(\\.${label})*$`),
  "one or more labels in lower case, such as pulumi",
);

export const accountId = pattern(/^\d{12}$/, "the 12 digits of an AWS account", (text) => text.replace(/[- ]/g, ""));

const compass = ["central", "north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest"];

/** The name of a region: continent or country, perhaps a government's, then a direction. Whether it exists, only AWS knows. */
export const regionName = pattern(
  new RegExp(`^[a-z]{2,4}(-[a-z]{2,4})?-(${compass.join("|")})-\\d$`),
  "a region such as eu-central-1",
  // A zone of it, or a misspelt direction.
  (text) =>
    text.replace(/(?<=-\d)[a-z]$/, "").replace(/(?<=-)[a-z]+(?=-\d$)/, (word) => nearest(word, compass) ?? word),
);

export const zoneId = pattern(
  /^[A-Z0-9]{1,32}$/,
  "the id of a Route 53 hosted zone, such as Z0123456789ABCDEFGHIJ",
  (text) => text.replace(/^\/?hostedzone\//, ""),
);

/** A host of S3, behind a bucket's name or in front of it. */
const s3Host = "s3([.-][\\w-]+)*\\.amazonaws\\.com(\\.cn)?";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const bucketName = pattern(
  new RegExp(
    `^(?!xn--|sthree-|amzn-s3-demo-|\\d+\\.\\d+\\.\\d+\\.\\d+$|.*\\.\\.|.*(-s3alias|--ol-s3|\\.mrap|--x-s3|--table-s3|${s3Host})$)` +
      "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
  ),
  "the name of an S3 bucket",
  (text) => text.replace(new RegExp(`^arn:[\\w-]+:s3:::|^${s3Host}/|\\.${s3Host}$`), ""),
);

const keyArnText = "arn:[\\w-]+:kms:[\\w-]+:\\d{12}:key\\/[\\w-]+";

export const kmsKeyArn = pattern(new RegExp(`^${keyArnText}$`), "the ARN of a KMS key");

export const kmsKey = pattern(
  new RegExp(
    `^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32}|alias/[\\w/-]+|arn:[\\w-]+:kms:[\\w-]+:\\d{12}:alias/[\\w/-]+|${keyArnText})$`,
  ),
  "the id, alias (alias/…) or ARN of a KMS key",
  (text) => (/^(key\/|[0-9a-f-]+$)/.test(text) ? text.replace(/^key\//, "") : `alias/${text}`),
);

export const policyArn = pattern(/^arn:[\w-]+:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/, "the ARN of an IAM policy");

export const roleArn = pattern(/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/, "the ARN of an IAM role");

export const topicArn = pattern(/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/, "the ARN of an SNS topic");

export const secretArn = pattern(
  /^arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@-]+-\w{6}$/,
  "the whole ARN of a secret, with the six characters at its end",
);

/** The full name of a stack of a project. */
export function stackOf(project: string): Shape {
  return pattern(
    new RegExp(`^[\\w.-]+/${project}/[\\w.-]+$`),
    `organization/${project}/stack, such as organization/${project}/prod`,
    (text) => text.replace(/\/[^/]*\//, `/${project}/`),
  );
}

const atom = "[\\w!#$%&'*+/=?^`{|}~-]+";

/** An address without a display name: https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2, but for quoted names. */
export const emailAddress = pattern(
  new RegExp(`^${atom}(\\.${atom})*@(${label}\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`, "i"),
  "an e-mail address such as pulumi@example.com",
  // With a display name, `mailto:`, or what separates it from a next one.
  (text) =>
    text
      .replace(/^[^<>]*<([^<>]*)>[^<>]*$/, "$1")
      .replace(/^mailto:/i, "")
      .replace(/[,;]$/, ""),
);

/** The name of an environment variable. */
export const variableName = pattern(/^[A-Za-z_][A-Za-z0-9_]*$/, "the name of a variable");

/**
 * The days that CloudWatch Logs can keep logs, from 30 on:
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
export const logRetentions = [
  "30",
  "60",
  "90",
  "120",
  "150",
  "180",
  "365",
  "400",
  "545",
  "731",
  "1096",
  "1827",
  "2192",
  "2557",
  "2922",
  "3288",
  "3653",
] as const;

/** A port that exists. */
export const port = checkedBy("a port from 1 to 65535", (text) =>
  /^\d{1,5}$/.test(text) && isPort(text) ? undefined : "is no port",
);

/** `http://` or `https://`, host, and perhaps port and path; without user and password. */
export const webUrl = checkedBy("a URL such as https://host.example.com, without user and password", (text) => {
  const [, scheme, host = "", portText] =
    /^(https?):\/\/([^/:?#\s]+|\[[0-9a-fA-F:]+\])(?::(\d*))?(\/[^\s@]*)?$/.exec(text) ?? [];
  if (/:\/\/([^/]*|\S*:\S*)@|^[^/\s]*@/.test(text)) {
    return "holds a user or password, which would be shown in clear";
  }
  if (looksSecret(text)) {
    return "holds a key or token, which would be shown in clear";
  }
  return scheme === undefined ? "is no URL" : (hostFlaw(host) ?? portFlaw(portText));
});

/** `host:port`. */
export const hostAndPort = checkedBy("host:port, such as smtp.example.com:587", (text) => {
  const [, host = "", portText] = /^([^/:?#\s]+|\[[0-9a-fA-F:]+\]):(\d+)$/.exec(text) ?? [];
  if (text.includes("@")) {
    return "holds a user or password, which would be shown in clear";
  }
  return portText === undefined ? "lacks a host or a port" : (hostFlaw(host) ?? portFlaw(portText));
});

function hostFlaw(host: string): string | undefined {
  const isAddress = isIP(host.replace(/^\[(.*)\]$/, "$1")) > 0;
  const looksLikeAddress = /^[\d.]+$/.test(host);
  const fits = isAddress || (!looksLikeAddress && new RegExp(`^${label}(\\.${label})*\\.?$`, "i").test(host));
  return fits ? undefined : `has ${cited(host)} in the place of its host`;
}

function portFlaw(text: string | undefined): string | undefined {
  return text === undefined || isPort(text) ? undefined : `has the port ${cited(text)}; ports go from 1 to 65535`;
}

function isPort(text: string): boolean {
  return /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 65535;
}

/** An IPv4 or IPv6 network as AWS keeps it: AWS and its provider refuse one with bits behind its prefix. */
export const network: Shape = {
  allowed: "networks such as 203.0.113.0/24",
  fault: (text) => {
    const trimmed = text.replace(/^["'\s]+|["'\s]+$/g, "");
    const [address = "", prefix] = trimmed.split("/");
    const own = hostNetwork(address);
    const meant = prefix === undefined ? own : canonicalNetwork(trimmed);
    if (meant === text) {
      return undefined;
    }
    if (own === undefined || meant === undefined) {
      return { because: "is no network" };
    }
    if (/^[0.:]+\//.test(own) ? prefix === undefined : Number(prefix) === 0) {
      return { because: "could mean one address or all of them" };
    }
    const isFirst = own.split("/")[0] === meant.split("/")[0];
    const hint = isFirst ? `AWS writes ${cited(meant)}` : `has bits behind its prefix; the network is ${cited(meant)}`;
    return { because: prefix === undefined ? `has no prefix; one address is ${cited(meant)}` : hint, meant };
  },
};

/** The network of one address, which is meant where one machine is to be admitted. */
function hostNetwork(address: string): string | undefined {
  const bits = { 4: 32, 6: 128 }[isIP(address)];
  return bits === undefined ? undefined : canonicalNetwork(`${address}/${bits}`);
}

/** A whole reference of an image that stays what it is. */
export const imageReference = checkedBy(
  "registry/repository:tag or registry/repository@sha256:…, without moving tags such as latest",
  (text) => {
    const [, repository, registryPort, tag, digest] =
      /^([a-z0-9][\w.-]*(?::(\d+))?\/[a-z0-9][\w./-]*?)(?::(\w[\w.-]*))?(@sha256:[0-9a-f]{64})?$/.exec(text) ?? [];
    if (repository === undefined) {
      return "is no reference of an image";
    }
    if (tag === undefined && digest === undefined) {
      return "has no tag and no digest";
    }
    return /^(latest|edge|stable|main|master|dev|nightly)$/.test(tag ?? "")
      ? `has the tag ${cited(tag ?? "")}, behind which the image changes`
      : portFlaw(registryPort);
  },
);
