import type { Administrator } from "./administrator";

/**
 * What a rotation of a generated password does, in this order: the current one is kept beside itself, another version is configured,
 * infrastructure and application are deployed, and the kept one goes.
 */
export type Step = "keep" | "raise" | "deploy" | "roll" | "discard";

/** How far a rotation is, from what is there: a command that was killed leaves no other trace. */
export interface Progress {
  /** Version that the configuration names; 0 where `databasePassword` is the password. */
  configured: number;
  /** Version of the password that the state holds; 0 where Pulumi didn't make it. */
  deployed: number;
  /** The state has the password before that as well: the deployment that replaced it hasn't ended. */
  isUnfinished: boolean;
  /** Some service signs in with it. Of the database's administrator, none does where `databaseUserSecretArn` is set. */
  isRead: boolean;
  /** Some service starts its tasks with a former version of the secret. */
  isBehind: boolean;
  /** The second password of the database's administrator; undefined where nothing can be kept. */
  kept: Administrator["kept"] | undefined;
}

/** @throws Error where the configuration is older than what is deployed: it would make a former password again, and undo whatever came since. */
export function refuseFormerVersion(
  key: string,
  { configured, deployed }: Pick<Progress, "configured" | "deployed">,
): void {
  if (configured < deployed) {
    const found = configured === 0 ? "databasePassword is set" : `${key} is ${configured}`;
    throw new Error(
      `${found} in this checkout, but version ${deployed} of the password is deployed, so nothing was changed. Pull first what was ` +
        `committed since; where nobody rotated: make deploy.`,
    );
  }
}

/**
 * @param key the setting with the version.
 * @throws Error where the next rotation was begun before the last one has ended: tasks may run with the password that is kept, which
 * another change would not keep.
 */
export function planRotation(
  key: string,
  { configured, deployed, isUnfinished, isBehind, kept }: Omit<Progress, "isRead">,
): Step[] {
  const isRaised = configured !== deployed;
  if (kept === "older" && isRaised) {
    throw new Error(
      `${key} is ${configured}, but the rotation to ${deployed} hasn't ended: the former password is still valid, and tasks may run with ` +
        `it. Nothing was changed. End that one first: ${
          deployed === 0
            ? "put databasePassword back"
            : `cd infrastructure && pulumi config set ${key} ${deployed} && cd ..`
        }, then this again.`,
    );
  }
  const isBegun = isRaised || isUnfinished || isBehind || kept === "older";
  const steps: [Step, boolean][] = [
    ["keep", kept === "none"],
    ["raise", !isBegun],
    ["deploy", true],
    ["roll", true],
    ["discard", kept !== undefined],
  ];
  return steps.flatMap(([step, isDue]) => (isDue ? [step] : []));
}
