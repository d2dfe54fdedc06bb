import { readdirSync } from "node:fs";
import { join } from "node:path";
import { awsClients, type Layer } from "@selfhosted/common";
import { dependencies as shared } from "../../../common/package.json";
import { layers } from "../../layers";
import { dependencies as own } from "../../package.json";
import { repository } from "../../repository";
import { type Piece, reached } from "./reached";

/**
 * What somebody else than the deployer may run, by its sources: the commands that make what an installation needs before it is deployed,
 * the part of `make restore` that reads and writes what buckets hold, and that of `make rotate` which runs SQL and takes labels off secrets.
 */
const apart = {
  backend: ["scripts/backend", "scripts/commands/backend.ts"],
  images: ["scripts/images", "scripts/commands/images.ts"],
  restore: ["scripts/restore/objects"],
  rotate: ["scripts/aws/data-api.ts", "scripts/rotation/retire.ts"],
};
/** Mocks ask AWS nothing; and the secret of another installer, which `make adopt` reads where the caller may, no policy of ours can name. */
const leftOut = ["common/testing", "scripts/adoption/password.ts"];

const namesApart = Object.keys(apart) as (keyof typeof apart)[];

/** Whose permissions are written down: the layers', and those of the commands beside them. */
export type Part = Layer | "scripts" | keyof typeof apart;
export const parts: readonly Part[] = [...layers, "scripts", ...namesApart];

/** What a part of the project asks of AWS, whatever is switched on. */
export interface Used {
  /** Such as `rds.Cluster`. */
  resources: string[];
  /** Such as `ec2.getVpc`. */
  dataSources: string[];
  /** Operations of the SDK, such as `ecs:RunTask`. */
  calls: string[];
}

/** Reads it from the sources: no run of a program has all options on. */
export function usedBy(part: Part): Used {
  const pieces = piecesOf(part);
  // Commands make no resources themselves: what they reach of a layer's, Pulumi makes with the permissions of the layer.
  const isProgram = ({ file, imports }: Piece): boolean =>
    layers.some((layer) => layer === part) && !isOfLayer(file, part) && imports.includes('@pulumi/aws"');
  const programs = pieces.filter(isProgram);
  return {
    resources: found(programs, /\b(?:new|class \w+ extends) aws\.(\w+\.\w+)[( ]/g),
    dataSources: found(programs, /\baws\.((?:\w+\.)?get\w+?)(?:Output)?\(/g),
    calls: [...new Set(pieces.flatMap(({ imports, text }) => callsIn(imports + text)))].sort(),
  };
}

function piecesOf(part: Part): Piece[] {
  const name = namesApart.find((each) => each === part);
  return name === undefined ? reached([part], [...Object.values(apart).flat(), ...leftOut]) : reached(apart[name]);
}

/** Whether a source is part of a layer other than this. */
function isOfLayer(file: string, part: Part): boolean {
  return layers.some((layer) => layer !== part && file.startsWith(`${layer}/`));
}

function found(pieces: Piece[], pattern: RegExp): string[] {
  return [...new Set(pieces.flatMap(({ text }) => [...text.matchAll(pattern)].map(([, name = ""]) => name)))].sort();
}

const packagePrefix = "@aws-sdk/client-";

/** Names that IAM has for the services of the SDK's packages, where they differ. */
const prefixes: Record<string, string> = {
  "application-auto-scaling": "application-autoscaling",
  "cloudwatch-logs": "logs",
  "elastic-load-balancing-v2": "elasticloadbalancing",
  opensearch: "es",
  "route-53": "route53",
  "secrets-manager": "secretsmanager",
  "service-quotas": "servicequotas",
};

/** What a waiter of the SDK asks again and again. */
const waiters: Record<string, string> = { DBClusterSnapshotAvailable: "DescribeDBClusterSnapshots" };

/** By service, such as `ecs`: its operations by the method of the SDK's client, such as `runTask`. */
const operations = lazily(() => {
  const packages = Object.keys({ ...shared, ...own }).filter((name) => name.startsWith(packagePrefix));
  return new Map(packages.map((name) => [serviceOf(name), operationsOf(name)]));
});

function operationsOf(name: string): Map<string, string> {
  const files = readdirSync(join(repository, "node_modules", name, "dist-types", "commands"));
  const all = files.flatMap((file) => /^(\w+)Command\.d\.ts$/.exec(file)?.[1] ?? []);
  return new Map(all.map((operation) => [uncapitalised(operation), operation]));
}

/** By the names that clients have in the code, such as `elb`: the services that they call. */
const clientServices = lazily(() => {
  const clients = Object.entries({ ...awsClients({ region: "eu-central-1" }) });
  return new Map(
    clients.map(([name, { config }]) => [name, serviceOf(config.serviceId.toLowerCase().replace(/ /g, "-"))]),
  );
});

/** The service of a package of the SDK, as IAM calls it. */
function serviceOf(packageName: string): string {
  const name = packageName.replace(packagePrefix, "");
  return prefixes[name] ?? name;
}

/**
 * What a source calls: on a client that is named as in `AwsClients` (`rds.…`, `clients.rds.…`) the operations of its
 * service, otherwise those of the services whose packages the source imports; in a source with `AwsClients`, also an operation that
 * no two services have.
 */
export function callsIn(text: string): string[] {
  // In a source with the provider's package, `aws.` are its data sources and resources.
  const source = / \* as aws from "@pulumi\/aws"/.test(text) ? text.replace(/\baws\.\w+\.\w+\(/g, "(") : text;
  const imported = [...source.matchAll(/ from "(@aws-sdk\/client-[\w-]+)"/g)].map(([, name = ""]) => serviceOf(name));
  const named = [...source.matchAll(/\b(?:new (\w+)Command\(|paginate(\w+)\(|waitUntil(\w+)\()/g)].flatMap(
    ([text, command, paginator, waiter = ""]) => {
      const operation = command ?? paginator ?? waiters[waiter];
      if (operation === undefined) {
        throw new Error(`scripts/docs/permissions/programs.ts doesn't know what ${text}…) asks.`);
      }
      return operationsNamed(uncapitalised(operation), imported);
    },
  );
  const methods = [...source.matchAll(/(\w*)\)?\s*\.(\w+)\(/g)].flatMap(([, client = "", method = ""]) => {
    const service = clientServices().get(client);
    if (service !== undefined) {
      return operationsNamed(method, [service]);
    }
    const found = operationsNamed(method, [...operations().keys()]);
    return /\bAwsClients\b/.test(source) && found.length === 1 ? found : operationsNamed(method, imported);
  });
  return [...named, ...methods];
}

function operationsNamed(method: string, services: string[]): string[] {
  return services.flatMap((service) => {
    const operation = operations().get(service)?.get(method);
    return operation === undefined ? [] : [`${service}:${operation}`];
  });
}

function uncapitalised(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
