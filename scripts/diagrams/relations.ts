import type { Layer } from "@selfhosted/common/layer";
import { inventedFor, type Recorded, subnetIds, type Values } from "@selfhosted/common/testing";
import { kinds, partOf } from "./kinds";

/** One resource refers to another. */
export interface Relation {
  from: Recorded;
  to: Recorded;
}

/** What the layers make, and how it hangs together. */
export class Relations {
  /** What AWS knows. */
  readonly all: Recorded[];
  /**
   * All references, as a person draws them: what is behind a load balancer is reached through it. Keys of another layer are left out,
   * for what is encrypted with which key is a picture of its own.
   */
  readonly arrows: Relation[];
  private readonly byUrn: Map<string, Recorded>;
  private readonly byName = new Map<string, Recorded>();
  private readonly owners = new Map<Recorded, Recorded>();

  constructor(recorded: Recorded[]) {
    this.byUrn = new Map(recorded.map((each) => [each.urn, each]));
    const made = recorded.filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
    const unknown = new Set(made.map(({ type }) => type).filter((type) => !(type in kinds) && !(type in partOf)));
    if (unknown.size > 0) {
      throw new Error(`scripts/diagrams/kinds.ts doesn't say how to draw ${[...unknown].join(", ")}.`);
    }
    this.all = made.sort((one, other) => (one.urn < other.urn ? -1 : 1));
    // A part may have the ARN of what it is a part of, which is then the one meant.
    const parts = this.all.filter(({ type }) => type in partOf);
    const wholes = this.all.filter(({ type }) => !(type in partOf));
    [...parts, ...wholes].forEach((each) => namesOf(each).forEach((name) => this.byName.set(name, each)));
    this.all.forEach((each) => this.owners.set(each, this.findOwner(each)));
    this.arrows = this.findArrows();
  }

  /** Those that are no setting or part of another. */
  get drawn(): Recorded[] {
    return this.all.filter((each) => this.owner(each) === each);
  }

  /** What a resource is a setting or a part of, by `partOf`; else itself. */
  owner(resource: Recorded): Recorded {
    const owner = this.owners.get(resource) ?? resource;
    return owner === resource ? resource : this.owner(owner);
  }

  /** What a resource and its parts refer to, by ARN, id, name or host. */
  references(resource: Recorded): Recorded[] {
    // Who may speak to whom is a picture of its own.
    const parts = this.parts(resource).filter(({ type }) => !type.startsWith("aws:vpc/securityGroup"));
    const found = parts.flatMap((part) => this.referencesOf(part)).map((each) => this.owner(each));
    return [...new Set(found)].filter((each) => each !== resource);
  }

  /** The components that a resource is in, the outermost first. */
  components(resource: Recorded): Recorded[] {
    const parent = this.byUrn.get(resource.parent);
    return parent === undefined ? [] : [...this.components(parent), parent];
  }

  /** The outermost of them. */
  component(resource: Recorded): Recorded {
    return this.components(resource)[0] ?? resource;
  }

  /** The resource with its settings and parts. */
  parts(resource: Recorded): Recorded[] {
    return this.all.filter((each) => this.owner(each) === resource);
  }

  /** The resources that a value names. */
  named(value: unknown): Recorded[] {
    return [...new Set(wordsOf(value))].flatMap((word) => this.byName.get(word) ?? []);
  }

  /** Whether a resource has this name. */
  has(name: string | undefined): boolean {
    return name !== undefined && this.byName.has(name);
  }

  private findArrows(): Relation[] {
    return this.drawn.flatMap((one) =>
      this.references(one)
        .filter((other) => other.type !== "aws:kms/key:Key" || layerOf(other) === layerOf(one))
        .map((other) => {
          const isBehind = one.type === "aws:ecs/service:Service" && other.type === "aws:lb/loadBalancer:LoadBalancer";
          return isBehind ? { from: other, to: one } : { from: one, to: other };
        }),
    );
  }

  private findOwner(resource: Recorded): Recorded {
    const type = partOf[resource.type];
    if (type === undefined) {
      return resource;
    }
    const named = this.referencesOf(resource).filter((each) => each.type === type);
    const near = [...named, ...this.all].filter((each) => each.type === type && each.parent === resource.parent);
    const owner = near[0] ?? named[0];
    if (owner === undefined) {
      throw new Error(`${resource.name} belongs to no ${type}; scripts/diagrams/kinds.ts says it does.`);
    }
    return owner;
  }

  private referencesOf(resource: Recorded): Recorded[] {
    return this.named(given(resource));
  }
}

/** What a resource is given, without its own names and tags; a path in a name says what it is of. */
export function given({ inputs }: Recorded): Values {
  const own = ["alarmName", "family", "identifier", "name", "tags"];
  return Object.fromEntries(
    Object.entries(inputs).filter(
      ([key, value]) => !own.includes(key) || (key === "name" && String(value).includes("/")),
    ),
  );
}

/** The words of all texts in a value, with the JSON that is in them: each name, id and host, and the parts of each ARN. */
function wordsOf(value: unknown): string[] {
  return JSON.stringify(value).split(/[^\w.-]+/);
}

/** What other resources call a resource. */
function namesOf(resource: Recorded): string[] {
  const { id, arn, dnsName, endpoint } = inventedFor(resource);
  if (resource.type === "aws:ec2/securityGroup:SecurityGroup") {
    return [id];
  }
  const { bucket, clusterIdentifier, identifier, alarmName, name } = resource.inputs;
  // Of a part, the names are those of what it is a part of.
  const own = partOf[resource.type] === undefined ? [bucket, clusterIdentifier, identifier, alarmName, name] : [];
  const names = [id, arn.split(/[:/]/).at(-1), dnsName, endpoint, ...own];
  // What has no dash is a plain word, such as the name of an inline policy.
  return names.filter((each): each is string => typeof each === "string" && each.includes("-"));
}

/** The layer that makes a resource. */
export function layerOf({ urn }: Recorded): Layer {
  return (urn.split("::")[1] ?? "").replace("selfhosted-", "") as Layer;
}

/** Which of the customer's subnets a resource is in. */
export function subnetsOf(resource: Recorded, related: Relations): string | undefined {
  const words = new Set(related.parts(resource).flatMap(({ inputs }) => wordsOf(inputs)));
  const found = Object.entries(subnetIds).find(([, ids]) => ids.some((id) => words.has(id)));
  return found === undefined ? undefined : `${found[0]} subnets`;
}
