import { type AwsClients, isOwn, type Tags } from "@selfhosted/common";
import { isMadeUp } from "../../pulumi/autonaming";

/** A creation that was interrupted. */
export interface Creation {
  urn: string;
  type: string;
  /** The logical name. */
  name: string;
  /** As the provider got them; names that Pulumi makes up are in them. */
  inputs: Inputs;
  /** The tags that the stack gives to what it makes. */
  tags: Tags;
}

/** Inputs are JSON of any shape; of those that are looked up by, these are texts and numbers. */
export type Inputs = Record<string, unknown> & Partial<Record<TextInput, string>> & { port?: number };
type TextInput =
  | "bucket"
  | "cluster"
  | "clusterIdentifier"
  | "description"
  | "domainName"
  | "family"
  | "fqdn"
  | "identifier"
  | "keyId"
  | "loadBalancerArn"
  | "name"
  | "planId"
  | "role"
  | "secretId"
  | "securityGroupId"
  | "serviceName"
  | "setIdentifier"
  | "targetKeyId"
  | "type"
  | "vpcId"
  | "zoneId";

/** What AWS has in the place of an interrupted creation. */
export interface Found {
  /** As the provider imports it. */
  id: string;
  /** Whether this stack has made it: its tags say so or, where it has none, what it is. */
  isOwn: boolean;
  /** AWS is still making it. */
  isUnfinished?: boolean;
  /** When it was made, of what outlives its stack. */
  madeAt?: Date;
}

/** What becomes of an interrupted creation of a type of resource. */
export type Kind =
  /** Why it is only forgotten: AWS has no such thing, or making it again makes no second one. */
  | { again: string }
  /** Asks AWS, by what makes it the only one; several where AWS takes more than one of them. */
  | { find: (inputs: Inputs, aws: AwsClients, creation: Creation) => Promise<Found | Found[] | undefined> };

type TagList = readonly {
  Key?: string;
  Value?: string;
  key?: string;
  value?: string;
  TagKey?: string;
  TagValue?: string;
}[];

/** Whether tags, in whichever form a service has them, are those of what the stack makes. */
export function isTagged(tags: TagList | Tags | undefined, { tags: own }: Creation): boolean {
  return isOwn(
    Array.isArray(tags) ? Object.fromEntries((tags as TagList).map(pairOf)) : (tags as Tags | undefined),
    own,
  );
}

function pairOf(tag: TagList[number]): [string, string] {
  return [tag.Key ?? tag.key ?? tag.TagKey ?? "", tag.Value ?? tag.value ?? tag.TagValue ?? ""];
}

/** Whether a thing has the name of this attempt at a creation, or could have that of another one. */
export function isNameOf(name: string, { name: logicalName, inputs }: Creation): boolean {
  const { name: wanted = "" } = inputs;
  return name === wanted || (isMadeUp(wanted, logicalName) && isMadeUp(name, logicalName));
}
