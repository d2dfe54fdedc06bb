import { type ConfigProblem, parseArn, problemIf, type Rule } from "@selfhosted/common";

const partitions: [RegExp, string][] = [
  [/^cn-/, "aws-cn"],
  [/^us-gov-/, "aws-us-gov"],
  [/^eusc-/, "aws-eusc"],
  [/^us-iso-/, "aws-iso"],
  [/^us-isob-/, "aws-iso-b"],
  [/^eu-isoe-/, "aws-iso-e"],
  [/^us-isof-/, "aws-iso-f"],
  [/^[a-z]{2}-(central|north|south|east|west)[a-z]*-\d$/, "aws"],
];

/** The partition of a region by its name, before AWS can be asked; undefined where the name doesn't say. */
export function partitionOf(region: string): string | undefined {
  return partitions.find(([names]) => names.test(region))?.[1];
}

/**
 * What is wrong with the region or partition of an ARN.
 *
 * @param region where it has to be; for an ARN without a region, such as a policy's, only the partition counts.
 */
export function misplaced(key: string, arn: string, region: string): ConfigProblem[] {
  const found = parseArn(arn);
  if (found === undefined) {
    return [];
  }
  if (found.region !== "" && found.region !== region) {
    return [{ key, reason: `found ${arn}, which is in ${found.region}; allowed: one in ${region}` }];
  }
  const partition = partitionOf(region) ?? found.partition;
  return problemIf(found.partition !== partition, {
    key,
    reason: `found ${arn}; ${region} is in the partition ${partition}, where ARNs begin with arn:${partition}:`,
  });
}

/** A setting whose ARNs must be in the installation's region, or at least in its partition. */
export function inRegion<K extends string>(
  key: K,
): Rule<{ "aws:region": string } & Record<K, string | readonly string[] | undefined>> {
  return (config) => [config[key] ?? []].flat().flatMap((arn) => misplaced(key, arn, config["aws:region"]));
}
