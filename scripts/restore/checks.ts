import type { DataBuckets } from "@selfhosted/common";
import { isOlder } from "../../application/operations";
import { isExpired } from "../aws/old-versions";
import { completeUntil } from "../backup/describe";
import { type CheckResult, checkResult } from "../report";
import type { Source, SourceBucket } from "./source";
import { bucketSettings } from "./unfinished";

/** The environment that is restored into, as it is configured. */
export interface Target {
  env: string;
  /** Undefined where it isn't configured, which the preflight says. */
  imageTag: string | undefined;
  /** Undefined where it can't be looked up. */
  serviceKeyArn: string | undefined;
  /** Those that objects will be copied into, as far as their names are known before: the customer's own, and what is deployed. */
  buckets: Partial<DataBuckets>;
  /** Why one of the customer's own can't be restored into. */
  unfit: Partial<DataBuckets>;
}

/** What a restoration needs besides that the environment can be deployed. What is wrong with the snapshot itself, the preflight finds too. */
export function checkSource({ snapshot, buckets }: Source, target: Target, now: Date): CheckResult[] {
  const { name, takenAt = now, copyOf, release, serviceKeyArn, stack } = snapshot;
  const isUnit = snapshot.buckets !== undefined && serviceKeyArn !== undefined;
  const detail = isUnit
    ? `${name} of ${takenAt.toISOString().slice(0, 19)}Z, ${snapshot.purpose} of ${stack ?? "a stack without a tag"}`
    : `the tags of ${name} don't name its buckets and its service key: an earlier release took it, or somebody by hand`;
  return [
    checkResult("backup", isUnit, detail, 'restore it by hand: scripts/runbooks/backup.md, "Restore by hand"'),
    ...(copyOf === undefined
      ? []
      : [
          checkResult(
            "moment",
            false,
            `${name} is a copy of ${copyOf}: AWS keeps the moment of copying, not the one for the objects`,
            "restore from that one",
          ),
        ]),
    ...(isUnit ? [checkServiceKey(serviceKeyArn, target), ...checkRelease(release, target)] : []),
    ...buckets.flatMap((bucket) => checkBucket(bucket, target, takenAt, now)),
  ];
}

/** With any other key, nothing that the service encrypted can be read. */
function checkServiceKey(
  ofSnapshot: string,
  { env, serviceKeyArn: found = "none that can be read" }: Target,
): CheckResult {
  return checkResult(
    "service key",
    found === ofSnapshot,
    found === ofSnapshot
      ? ofSnapshot
      : `found ${found}; allowed: ${ofSnapshot}, with which the service encrypted what is in the snapshot: no other key can read it`,
    `in infrastructure/: pulumi config set serviceKeyId ${ofSnapshot} --stack ${env}`,
  );
}

function checkRelease(ofSnapshot: string | undefined, { env, imageTag }: Target): CheckResult[] {
  const name = "release";
  if (imageTag === undefined) {
    return [];
  }
  if (ofSnapshot === undefined) {
    const detail =
      `imageTag is ${imageTag}, and the snapshot doesn't say of which release its database is: a newer one migrates it for good, an ` +
      `older one is unsupported`;
    return [{ name, verdict: "warn", detail, fix: "compare it with the release that ran at that moment" }];
  }
  if (imageTag === ofSnapshot) {
    return [{ name, verdict: "ok", detail: imageTag }];
  }
  const set = `in application/: pulumi config set imageTag ${ofSnapshot} --stack ${env}`;
  if (isOlder(imageTag, ofSnapshot)) {
    const detail = `imageTag is ${imageTag}, but the database was migrated for ${ofSnapshot}, and there is no migration back`;
    return [{ name, verdict: "fail", detail, fix: set }];
  }
  const detail = `imageTag is ${imageTag}: the restored database, of ${ofSnapshot}, will be migrated to it, for good`;
  return [{ name, verdict: "warn", detail, fix: `to restore ${ofSnapshot} and upgrade later: ${set}` }];
}

function checkBucket(bucket: SourceBucket, target: Target, moment: Date, now: Date): CheckResult[] {
  const { kind, name, isVersioned, days, unread } = bucket;
  const check = `objects: ${kind}`;
  if (unread !== undefined) {
    return [{ name: check, verdict: "fail", detail: unread, fix: "without its buckets a backup can't be restored" }];
  }
  const isComplete = !isExpired(moment, days, now);
  return [
    checkResult(
      check,
      isVersioned && isComplete,
      !isVersioned
        ? `bucket ${name} isn't versioned: what was overwritten since is gone`
        : `bucket ${name} has those of that moment ${completeUntil(moment, days)}${isComplete ? "" : ": some have expired"}`,
      'take a newer backup, or restore by hand what is left: scripts/runbooks/backup.md, "Restore by hand"',
    ),
    ...checkTarget(bucket, target),
  ];
}

/** Copied onto itself, or among other objects, nothing could be told apart. */
function checkTarget({ kind, name }: SourceBucket, { env, buckets, unfit }: Target): CheckResult[] {
  const detail =
    buckets[kind] === name
      ? `bucket ${name} is that of the installation that is restored, and holds what was written since too`
      : unfit[kind];
  const { [kind]: key } = bucketSettings;
  return detail === undefined
    ? []
    : [
        checkResult(
          `objects into: ${kind}`,
          false,
          detail,
          `name an empty one or, for one of its own, in infrastructure/: pulumi config rm ${key} --stack ${env}`,
        ),
      ];
}
