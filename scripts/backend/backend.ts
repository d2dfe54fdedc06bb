import { type AwsClients, locationOf } from "@selfhosted/common";
import { type Demand, unmet } from "../demand";
import { createBucket, describeBucket, type FoundBucket, newBucket } from "./bucket";
import { bucketDemands } from "./bucket-demands";
import { principalOf } from "./deployers";
import { createKey, describeKey, type FoundKey, keyDemands, unusable } from "./key";
import { type Asked, type Place, placeOf } from "./place";

/** What is there of the place for Pulumi's state. */
export interface Found {
  key: FoundKey | undefined;
  bucket: FoundBucket | "foreign" | undefined;
}

/** What has to be done for it. */
export interface Plan {
  place: Place;
  key: FoundKey | undefined;
  bucket: FoundBucket | undefined;
  /** What will be done, a line each; none where all is as it should be. */
  steps: string[];
}

type Clients = Pick<AwsClients, "iam" | "kms" | "s3" | "sts">;

export async function findBackend(aws: Clients, asked: Asked, region: string): Promise<{ place: Place; found: Found }> {
  const identity = await aws.sts.getCallerIdentity({});
  const caller = await principalOf(identity.Arn ?? "", aws.iam);
  const place = placeOf(asked, locationOf(identity, region), caller);
  const [key, bucket] = await Promise.all([describeKey(aws.kms, place), describeBucket(aws.s3, place)]);
  return { place, found: { key, bucket } };
}

/** @throws Error that lists all that makes what is there unfit, with the fix of each. */
export function planBackend(place: Place, { key, bucket }: Found): Plan {
  const faults = [
    ...keyFaults(place, key).map((each) => ({ what: `KMS key ${place.keyAlias}`, ...each })),
    ...bucketFaults(place, { key, bucket }).map((each) => ({ what: `S3 bucket ${place.bucket}`, ...each })),
  ];
  if (bucket === "foreign" || faults.length > 0) {
    throw new Error(
      [
        "Nothing was changed. What is there under these names can't hold Pulumi's state as it is:",
        ...faults.flatMap(({ what, fault, fix }) => [`  ${what}: ${fault}`, `    fix: ${fix}`]),
      ].join("\n"),
    );
  }
  const steps = [
    ...stepsOf(`KMS key ${place.keyAlias}`, key, keyDemands, place),
    ...(key !== undefined && !key.isNamed ? [`give the KMS key ${key.arn} the alias ${place.keyAlias}`] : []),
    ...stepsOf(`S3 bucket ${place.bucket}`, bucket, bucketDemands, { ...place, keyArn: key?.arn }),
  ];
  return { place, key, bucket, steps };
}

interface Fault {
  fault: string;
  fix: string;
}

function keyFaults(place: Place, key: FoundKey | undefined): Fault[] {
  if (key === undefined) {
    return [];
  }
  const faults = [unusable(key) ?? []].flat();
  return key.isOwn ? faults : [...faults, ...unmet(keyDemands, place, key).map((each) => explained(each, place, key))];
}

function bucketFaults(place: Place, { key, bucket }: Found): Fault[] {
  if (bucket === undefined) {
    return [];
  }
  const another = "take another name: STATE_BUCKET=…";
  if (bucket === "foreign") {
    const fault = "it belongs to another account, or the credentials don't allow s3:ListBucket";
    return [{ fault, fix: `allow that, or ${another}` }];
  }
  const { region } = place.location;
  if (bucket.region !== region) {
    const fault = `it is in ${bucket.region}, not in ${region}`;
    return [{ fault, fix: `AWS_REGION=${bucket.region}, or ${another}` }];
  }
  const wanted = { ...place, keyArn: key?.arn };
  return bucket.isOwn ? [] : unmet(bucketDemands, wanted, bucket).map((each) => explained(each, wanted, bucket));
}

function explained<C, W, F>({ fault, command }: Demand<C, W, F>, wanted: W, found: F): Fault {
  return { fault, fix: command(wanted, found) };
}

function stepsOf<C, W, F extends object>(
  what: string,
  found: F | undefined,
  demands: Demand<C, W, F>[],
  wanted: W,
): string[] {
  const names = (some: Demand<C, W, F>[]): string => some.map(({ name }) => name).join(", ");
  if (found === undefined) {
    return [`make the ${what}: ${names(demands)}`];
  }
  const missing = unmet(demands, wanted, found);
  return missing.length === 0 ? [] : [`complete the ${what}: ${names(missing)}`];
}

/** Does what is planned. Killed in the middle, the next run does the rest. */
export async function carryOut({ kms, s3 }: Clients, { place, ...found }: Plan): Promise<void> {
  const key = found.key ?? (await createKey(kms, place));
  for (const { meet } of unmet(keyDemands, place, key)) {
    await meet(kms, place, key);
  }
  if (!key.isNamed) {
    await kms.createAlias({ AliasName: place.keyAlias, TargetKeyId: key.arn });
  }
  if (found.bucket === undefined) {
    await createBucket(s3, place);
  }
  const bucket = found.bucket ?? newBucket(place.location.region);
  const wanted = { ...place, keyArn: key.arn };
  for (const { meet } of unmet(bucketDemands, wanted, bucket)) {
    await meet(s3, wanted, bucket);
  }
}
