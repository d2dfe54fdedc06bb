import type { Layer } from "@selfhosted/common";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { awsClients } from "../aws-clients";
import { layers } from "../pulumi";
import { dependencies } from "../../package.json";
import { repository } from "../repository";

/** Whose permissions are written down: the layers', and those of the commands beside them. */
export type Part = Layer | "scripts";
export const parts: readonly Part[] = [...layers, "scripts"];

/** What a part of the project asks of AWS, whatever is switched on. */
export interface Used {
  /** Such as `rds.Cluster`. */
  resources: string[];
  /** Such as `ec2.getVpc`. */
  dataSources: string[];
  /** Operations of the SDK, such as `ecs:RunTask`. */
  calls: string[];
}

/** Folders whose code runs as part of it. */
const folders: Record<Part, string[]> = {
  infrastructure: ["infrastructure", "common"],
  application: ["application", "common"],
  dns: ["dns", "common"],
  scripts: ["scripts"],
};

/** Reads it from the sources: no run of a program has all options on. */
export function usedBy(part: Part): Used {
  const sources = folders[part]
    .flatMap((folder) => filesIn(join(repository, folder)))
    .map((file) => readFileSync(file, "utf8"));
  return {
    resources: found(sources, /\bnew aws\.(\w+\.\w+)\(/g),
    dataSources: found(sources, /\baws\.((?:\w+\.)?get\w+?)(?:Output)?\(/g),
    calls: [...new Set(sources.filter((source) => /@aws-sdk|aws-clients/.test(source)).flatMap(callsIn))].sort(),
  };
}

/** Sources of a folder, without tests, the sandbox, and this list. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return ["node_modules", "sandbox", "test", "testing", "deployer"].includes(entry.name) ? [] : filesIn(path);
    }
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}

function found(sources: string[], pattern: RegExp): string[] {
  return [...new Set(sources.flatMap((source) => [...source.matchAll(pattern)].map(([, name = ""]) => name)))].sort();
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
};

/** What a waiter of the SDK asks again and again. */
const waiters: Record<string, string> = { DBClusterSnapshotAvailable: "DescribeDBClusterSnapshots" };

/** By service, such as `ecs`: its operations by the method of the SDK's client, such as `runTask`. */
const operations = lazily(() => {
  const packages = Object.keys(dependencies).filter((name) => name.startsWith(packagePrefix));
  return new Map(packages.map((name) => [serviceOf(name), operationsOf(name)]));
});

function operationsOf(name: string): Map<string, string> {
  const files = readdirSync(join(repository, "node_modules", name, "dist-types", "commands"));
  const all = files.flatMap((file) => /^(\w+)Command\.d\.ts$/.exec(file)?.[1] ?? []);
  return new Map(all.map((operation) => [uncapitalised(operation), operation]));
}

/** By the names that clients have in the code, such as `elb`: the services that they call. */
const shared = lazily(() => {
  const clients = Object.entries({ ...awsClients("eu-central-1") });
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
 * service, otherwise those of the services whose packages the source imports.
 */
export function callsIn(source: string): string[] {
  const imported = [...source.matchAll(/ from "(@aws-sdk\/client-[\w-]+)"/g)].map(([, name = ""]) => serviceOf(name));
  const named = [...source.matchAll(/\b(?:new (\w+)Command\(|paginate(\w+)\(|waitUntil(\w+)\()/g)].flatMap(
    ([text, command, paginator, waiter = ""]) => {
      const operation = command ?? paginator ?? waiters[waiter];
      if (operation === undefined) {
        throw new Error(`scripts/lib/deployer/programs.ts doesn't know what ${text}…) asks.`);
      }
      return operationsNamed(uncapitalised(operation), imported);
    },
  );
  const methods = [...source.matchAll(/(\w*)\)?\s*\.(\w+)\(/g)].flatMap(([, client = "", method = ""]) => {
    const service = shared().get(client);
    return operationsNamed(method, service === undefined ? imported : [service]);
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
