import { Outcome, Values } from "@selfhosted/common/testing";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { everythingOn } from "./configurations";
import { runLayer } from "./layer";

/** The configurations whose resources are kept on record. */
export const recordedConfigurations: Record<string, Values> = { default: {}, "everything-on": everythingOn };

/** A resource on record. */
export interface Entry {
  urn: string;
  /** Of a stateful resource, the inputs whose change would replace it. */
  identity?: Values;
}

/** Resources with a state that can't be made anew, and the inputs that AWS can't change in place. */
const stateful: Record<string, string[]> = {
  "aws:backup/vault:Vault": ["name", "kmsKeyArn"],
  "aws:cloudwatch/logGroup:LogGroup": ["name"],
  "aws:ec2/securityGroup:SecurityGroup": ["name", "description", "vpcId"],
  "aws:iam/role:Role": ["name", "path"],
  "aws:kms/grant:Grant": ["name", "keyId", "granteePrincipal", "operations"],
  "aws:kms/key:Key": ["customerMasterKeySpec", "keyUsage", "multiRegion"],
  "aws:opensearch/domain:Domain": ["domainName"],
  "aws:rds/cluster:Cluster": [
    "clusterIdentifier",
    "databaseName",
    "dbSubnetGroupName",
    "engine",
    "engineMode",
    "kmsKeyId",
    "masterUsername",
    "port",
    "storageEncrypted",
  ],
  "aws:rds/clusterInstance:ClusterInstance": ["clusterIdentifier", "dbSubnetGroupName", "engine", "identifier"],
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": ["name", "family", "description"],
  "aws:rds/subnetGroup:SubnetGroup": ["name"],
  "aws:s3/bucket:Bucket": ["bucket", "objectLockEnabled"],
  "aws:secretsmanager/secret:Secret": ["name", "namePrefix"],
  "aws:sns/topic:Topic": ["name"],
  "random:index/randomId:RandomId": ["byteLength", "keepers", "prefix"],
  "random:index/randomPassword:RandomPassword": [
    "keepers",
    "length",
    "lower",
    "minLower",
    "minNumeric",
    "minSpecial",
    "minUpper",
    "numeric",
    "overrideSpecial",
    "special",
    "upper",
  ],
};

/** The resources of a run, as they go on record. */
export function graphOf({ resources }: Outcome): Entry[] {
  return resources
    .map(({ urn, type, inputs }) => {
      const identity = stateful[type]?.map((input) => [input, inputs[input] ?? null] as const);
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
  return path.join(__dirname, "recorded", `${name}.json`);
}

if (require.main === module) {
  void record();
}
