import type { InstanceTypeDetails } from "@aws-sdk/client-opensearch";
import {
  allPages,
  type AwsClients,
  type Check,
  type ConfigProblem,
  lookUpIfAllowed,
  nothingToCheck,
  problemIf,
  resultOf,
  setCommand,
  unlessError,
} from "@selfhosted/common";
import type { Config } from "../../config";
import { isEncryptable } from "../../config/search";
import type { Domain, TypeKey } from "./domain";

/** The SDK knows fewer types than AWS has. */
export type Offered = Omit<InstanceTypeDetails, "InstanceType"> & { InstanceType?: string };

const roles: Record<TypeKey, string> = { searchInstanceType: "data", searchMasterType: "master" };

/** The types that AWS offers for the version. A domain that exists may run one that AWS no longer offers. */
export function lookUpOffers(
  config: Config,
  search: AwsClients["search"],
  domain: () => Promise<Domain | undefined>,
  region: string,
): Promise<Check<Offered[]>> {
  const key = "searchEngineVersion";
  return lookUpIfAllowed({ name: "search version", key, what: "the instance types of OpenSearch" }, async () => {
    const version = config[key];
    const existing = await domain();
    const value = await unlessError(/ValidationException/, typesFor(search, version));
    if (value !== undefined) {
      return { detail: version, value };
    }
    const reason = `AWS doesn't offer ${version} in ${region}`;
    return existing?.version === version
      ? { skipped: `${reason} any more` }
      : { problems: [{ key, reason, fix: "`aws opensearch list-versions` lists those that it has" }] };
  });
}

function typesFor(search: AwsClients["search"], EngineVersion: string): Promise<Offered[]> {
  return allPages(async (NextToken) => {
    const page = await search.listInstanceTypeDetails({ EngineVersion, NextToken });
    return { items: page.InstanceTypeDetails as Offered[] | undefined, next: page.NextToken };
  });
}

/** The region offers the type of these nodes. What it found is the type, where the nodes are new or change. */
export function lookUpType(
  key: TypeKey,
  config: Config,
  domain: () => Promise<Domain | undefined>,
  offers: Promise<Check<Offered[]>>,
  region: string,
): Promise<Check<string>> {
  return lookUpIfAllowed(
    { name: `search ${roles[key]} nodes`, key, what: "the instance types of OpenSearch" },
    async () => {
      if (key === "searchMasterType" && config.searchMasterCount === "0") {
        return nothingToCheck;
      }
      const type = config[key];
      const existing = await domain();
      if (existing?.version === config.searchEngineVersion && existing.types[key] === type) {
        return { detail: `${type}, as it is` };
      }
      const problems = typeProblems(key, config, await resultOf(offers), region);
      return { detail: type, problems, value: problems.length === 0 ? type : undefined };
    },
  );
}

/** In the order in which they take the place of a family that a region lacks. */
const families = ["m7g", "r7g", "m6g", "r6g", "m8g", "r8g"];

/** A type that the region doesn't offer for its nodes, or not with the encryption and the sign-in that the domain is made with. */
function typeProblems(key: TypeKey, config: Config, offered: Offered[], region: string): ConfigProblem[] {
  const type = config[key];
  const types = offered
    .filter(
      ({ EncryptionEnabled, AdvancedSecurityEnabled }) =>
        EncryptionEnabled !== false && AdvancedSecurityEnabled !== false,
    )
    .filter(({ InstanceRole: has }) => hasRole(has, roles[key]))
    .map(({ InstanceType: each }) => String(each));
  // Of those that can't be encrypted, a rule says so.
  if (types.includes(type) || !isEncryptable(type)) {
    return [];
  }
  const reason =
    `AWS doesn't offer ${type} for ${config.searchEngineVersion} in ${region}, ` +
    `as a ${roles[key]} node, encrypted and with passwords`;
  const instead = substitutes(type).find((each) => types.includes(each));
  return [
    instead === undefined
      ? { key, reason: `${reason}; it has ${types.join(", ") || "nothing"}` }
      : { key, reason: `${reason}; it has ${instead}`, fix: setCommand(key, instead) },
  ];
}

/** AWS's models give the roles no fixed spelling. Where it names none, the type is taken for both. */
function hasRole(has: string[] = [], role: string): boolean {
  return has.length === 0 || has.some((each) => each.toLowerCase() === role);
}

/** Types of the same size, those of the same kind first. */
function substitutes(type: string): string[] {
  const [family = "", size = ""] = type.split(".");
  const likeness = (each: string): number => (each[0] === family[0] ? 0 : 1);
  return [...families]
    .sort((a, b) => likeness(a) - likeness(b))
    .flatMap((each) => [`${each}.${size}.search`, `${each}.large.search`]);
}

/** The domain's zones have the type. AWS names the zones of a type only when asked for that type, and for zones. */
export function lookUpTypeZones(
  key: TypeKey,
  config: Config,
  search: AwsClients["search"],
  types: Promise<Check<string>>,
  region: string,
  wanted: () => Promise<string[]>,
): Promise<Check> {
  return lookUpIfAllowed(
    { name: `zones of search ${roles[key]} nodes`, key, what: "the zones of the instance types" },
    async () => {
      const { value: type } = await types;
      if (type === undefined) {
        return nothingToCheck;
      }
      const zones = await wanted();
      const request = { EngineVersion: config.searchEngineVersion, InstanceType: type, RetrieveAZs: true };
      const { InstanceTypeDetails: details = [] } = await search.listInstanceTypeDetails(request);
      const offered: Offered | undefined = details.find((each: Offered) => each.InstanceType === type);
      // AWS doesn't document whether it gives names or ids; with ids nothing is known.
      const has = (offered?.AvailabilityZones ?? []).filter((zone) => zone.startsWith(region));
      if (has.length === 0) {
        return { skipped: `AWS names no zones for ${type}` };
      }
      const lacking = zones.filter((zone) => !has.includes(zone));
      const reason = `AWS has ${type} in ${has.join(", ")}, but the domain also lies in ${lacking.join(", ")}`;
      return { detail: zones.join(", "), problems: problemIf(lacking.length > 0, { key, reason }) };
    },
  );
}
