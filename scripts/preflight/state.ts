import { layers } from "@selfhosted/common/layer";
import type { Environment } from "../environment";
import { describeInterrupted, interruptedOf, isAtWork, isUnreadable } from "../recovery/interrupted";
import type { CheckResult } from "../report";
import type { Stacks } from "../stacks";

const area = "state";

/** The stacks are there, and nothing works on them or was interrupted there. */
export function checkState({ name: env }: Pick<Environment, "name">, stacks: Stacks): CheckResult[] {
  const interrupted = interruptedOf(stacks).map((found): CheckResult => {
    const isBusy = isAtWork(found);
    return {
      ...{ area, name: `stack of ${found.layer}`, verdict: "fail" },
      detail: describeInterrupted(found).join("; "),
      fix: `${isBusy ? "wait until it has ended, or end it; then" : "when nothing works on it any more"}: make recover ENV=${env}`,
    };
  });
  const missing = layers.filter((layer) => isMissing(stacks, layer));
  const absent: CheckResult = {
    ...{ area, name: "stacks", verdict: "fail" },
    detail: `there is no stack ${env} in ${missing.map((layer) => `${layer}/`).join(", ")}`,
    fix: `log in to where the stacks are kept (pulumi login …); or, to make and configure them: make init ENV=${env}`,
  };
  const unread = layers.flatMap((layer) => ("unread" in stacks[layer].locks ? stacks[layer].locks.unread : []));
  const findings = [...interrupted, ...(missing.length > 0 ? [absent] : [])];
  const fine: CheckResult = {
    area,
    name: "stacks",
    verdict: "ok",
    detail: "nothing works on them, and nothing was interrupted",
  };
  return [
    ...(findings.length > 0 ? findings : unread.length === 0 ? [fine] : []),
    ...[...new Set(unread)].map((detail): CheckResult => ({ area, name: "locks", verdict: "skip", detail })),
  ];
}

/** A layer without a stack. One of which nothing can be read is there. */
function isMissing(stacks: Stacks, layer: (typeof layers)[number]): boolean {
  return stacks[layer].configuration === undefined && !isUnreadable(stacks[layer]);
}

/** Why Pulumi can't read a stack, by what it says, and what to do about it. The first that applies is the cause. */
const causes: { says: RegExp; name: string; because: string; fix: string }[] = [
  {
    says: /passphrase must be set/,
    name: "passphrase",
    because: "the stacks' secrets are encrypted with a passphrase, and none is set",
    fix: "export PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE with the name of a file",
  },
  {
    says: /incorrect passphrase/,
    name: "passphrase",
    because: "the passphrase isn't the one with which the stacks' secrets are encrypted",
    fix: "export the right one as PULUMI_CONFIG_PASSPHRASE",
  },
  {
    says: /PULUMI_ACCESS_TOKEN must be set|not logged in|invalid access token|Unauthorized: No credentials/i,
    name: "login",
    because: "Pulumi isn't logged in to where the stacks are kept",
    fix: "pulumi login 's3://…', as `make backend` prints it; for Pulumi Cloud, export PULUMI_ACCESS_TOKEN",
  },
  {
    says: /NoSuchBucket/,
    name: "state bucket",
    because: "the bucket for Pulumi's state doesn't exist",
    fix: "log in to the right one (pulumi login 's3://…'), or make it: make backend",
  },
  {
    says: /unable to open state directory/,
    name: "state folder",
    because: "the folder for Pulumi's state doesn't exist",
    fix: "log in to the right one: pulumi login file://…",
  },
  {
    says: /KMSInvalidState|DisabledException|pending deletion/i,
    name: "state key",
    because: "the key with which the stacks' secrets are encrypted is disabled or waits for its deletion",
    fix: "aws kms cancel-key-deletion --key-id …, then aws kms enable-key --key-id …: without it nobody reads the secrets again",
  },
  {
    says: /operation error KMS.*NotFoundException/s,
    name: "state key",
    because: "the key with which the stacks' secrets are encrypted isn't in this account and region",
    fix: "use credentials of the account that has it; encryptedkey and secretsprovider in Pulumi.….yaml name it",
  },
  {
    says: /ExpiredToken|get credentials|no EC2 IMDS role|InvalidAccessKeyId|SignatureDoesNotMatch/,
    name: "credentials for the state",
    because: "there are no valid AWS credentials to read the state with",
    fix: "set AWS_PROFILE, or the usual AWS_… variables; `aws sso login` renews a session",
  },
  {
    says: /AccessDenied|Forbidden|StatusCode: 403/,
    name: "access to the state",
    because: "the credentials don't allow to read the state, or to use its key",
    fix: "DEPLOYER_ROLE_ARN=… make backend lets a role in; scripts/permissions/README.md says what it needs",
  },
  {
    says: /no such host|connection refused|i\/o timeout|TLS handshake|network is unreachable/,
    name: "backend",
    because: "where the state is kept can't be reached from here",
    fix: "check the network, HTTPS_PROXY and NO_PROXY, and the address: pulumi whoami --verbose",
  },
];

/** Pulumi can't read the stacks: nothing else can be checked then. */
export function unreadState(said: string): CheckResult {
  const cause = causes.find(({ says }) => says.test(said));
  const lines = said.trim().split("\n");
  const last = lines.at(-1)?.replace(/^error: /, "") ?? "";
  const { name, because, fix } = cause ?? {
    name: "backend",
    because: "the stacks can't be read",
    fix: "pulumi whoami --verbose says where they are looked for; DEBUG=1 where this comes from",
  };
  return { area, name, verdict: "fail", detail: `${because}: ${last}`, fix };
}
