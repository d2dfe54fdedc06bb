import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import * as aws from "@pulumi/aws";
import * as random from "@pulumi/random";
import { type InputsOf, type ResourceClass, tokenOf, type Values } from "@selfhosted/common/testing";
import { everythingOn } from "../configurations";
import { type Outcome, runLayer } from "../layer";

/** The configurations whose resources are kept on record. */
export const recordedConfigurations: Record<string, Values> = { default: {}, "everything-on": everythingOn };

/** A resource on record. */
export interface Entry {
  urn: string;
  /** Of a stateful resource, the inputs whose change would replace it. */
  identity?: Values;
}

/** Resources with a state that can't be made anew, and the inputs that AWS can't change in place. */
const stateful = new Map([
  inputsOf(aws.backup.Vault, "name", "kmsKeyArn"),
  inputsOf(aws.cloudwatch.LogGroup, "name"),
  inputsOf(aws.ec2.SecurityGroup, "name", "description", "vpcId"),
  inputsOf(aws.iam.Role, "name", "path"),
  inputsOf(aws.kms.Grant, "name", "keyId", "granteePrincipal", "operations"),
  inputsOf(aws.kms.Key, "customerMasterKeySpec", "keyUsage", "multiRegion"),
  inputsOf(aws.opensearch.Domain, "domainName"),
  inputsOf(
    aws.rds.Cluster,
    ...(["clusterIdentifier", "databaseName", "dbSubnetGroupName", "engine", "engineMode"] as const),
    ...(["kmsKeyId", "masterUsername", "port", "storageEncrypted"] as const),
  ),
  inputsOf(aws.rds.ClusterInstance, "clusterIdentifier", "dbSubnetGroupName", "engine", "identifier"),
  inputsOf(aws.rds.ClusterParameterGroup, "name", "family", "description"),
  inputsOf(aws.rds.SubnetGroup, "name"),
  inputsOf(aws.s3.Bucket, "bucket", "objectLockEnabled"),
  inputsOf(aws.secretsmanager.Secret, "name", "namePrefix"),
  inputsOf(aws.sns.Topic, "name"),
  inputsOf(random.RandomId, "byteLength", "keepers", "prefix"),
  inputsOf(
    random.RandomPassword,
    ...(["keepers", "length", "lower", "minLower", "minNumeric", "minSpecial", "minUpper", "numeric"] as const),
    ...(["overrideSpecial", "special", "upper"] as const),
  ),
]);

function inputsOf<Args>(
  type: ResourceClass<Args>,
  ...inputs: (keyof InputsOf<Args> & string)[]
): [type: string, inputs: string[]] {
  return [tokenOf(type), inputs];
}

/** The resources of a run, as they go on record. */
export function graphOf({ resources }: Outcome): Entry[] {
  return resources
    .map(({ urn, type, inputs }) => {
      const identity = stateful.get(type)?.map((input) => [input, inputs[input] ?? null] as const);
      return { urn, ...(identity && { identity: Object.fromEntries(identity) }) };
    })
    .sort((a, b) => (a.urn < b.urn ? -1 : 1));
}

export function recordedGraph(name: string): Entry[] {
  return JSON.parse(readFileSync(fileOf(name), "utf8")) as Entry[];
}

/** What an update from the recorded resources to those of a run would do to the stateful ones. */
export function losses(recorded: Entry[], now: Outcome): string[] {
  const entries = graphOf(now);
  return recorded.flatMap(({ urn, identity }) => {
    if (identity === undefined) {
      return [];
    }
    const successor = now.resources.find((each) => each.urn === urn || formerUrns(each, now).includes(urn));
    const found = entries.find((entry) => entry.urn === successor?.urn)?.identity;
    if (found === undefined) {
      return [`${urn} would be deleted: it was renamed or removed without an alias`];
    }
    return Object.keys(identity)
      .filter((input) => !successor?.ignoreChanges.includes(input))
      .filter((input) => JSON.stringify(found[input]) !== JSON.stringify(identity[input]))
      .map((input) => `${urn} would be replaced: ${input} changed`);
  });
}

/**
 * The URNs by which a resource may be known from before: by its own aliases, and by those of its parent, which the SDK hands
 * down for one generation.
 */
function formerUrns(resource: Outcome["resources"][number], now: Outcome): string[] {
  const withName = (name: string): string => [...resource.urn.split("::").slice(0, -1), name].join("::");
  const parent = now.resources.find(({ urn }) => urn === resource.parent);
  // As Pulumi does: the parent's former name takes the place of its name in that of the child.
  const inherited = parent?.aliases.map((former) => former + resource.name.slice(parent.name.length)) ?? [];
  return [...resource.aliases, ...inherited].map((name) => (name.startsWith("urn:") ? name : withName(name)));
}

/** Puts the resources of today on record: `npm run record`, once the tests say that nothing is lost. */
async function record(): Promise<void> {
  for (const [name, config] of Object.entries(recordedConfigurations)) {
    writeFileSync(fileOf(name), `${JSON.stringify(graphOf(await runLayer({ config })), undefined, 2)}\n`);
  }
}

function fileOf(name: string): string {
  return path.join(__dirname, `${name}.json`);
}

if (require.main === module) {
  void record();
}
