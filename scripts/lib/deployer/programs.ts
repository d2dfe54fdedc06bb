import type { Layer } from "@selfhosted/common";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
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

/** By method of the SDK's clients, such as `runTask`: the operations of that name, such as `ecs:RunTask`. */
const operations = lazily(() => {
  const known = new Map<string, string[]>();
  for (const name of Object.keys(dependencies).filter((each) => each.startsWith("@aws-sdk/client-"))) {
    const service = name.slice("@aws-sdk/client-".length);
    for (const file of readdirSync(join(repository, "node_modules", name, "dist-types", "commands"))) {
      const operation = /^(\w+)Command\.d\.ts$/.exec(file)?.[1];
      if (operation !== undefined) {
        const method = operation.charAt(0).toLowerCase() + operation.slice(1);
        known.set(method, [...(known.get(method) ?? []), `${prefixes[service] ?? service}:${operation}`]);
      }
    }
  }
  return known;
});

function callsIn(source: string): string[] {
  const named = [...source.matchAll(/\b(?:new (\w+)Command\(|paginate(\w+)\(|waitUntil(\w+)\()/g)].map(
    ([text, command, paginator, waiter = ""]) => {
      const operation = command ?? paginator ?? waiters[waiter];
      if (operation === undefined) {
        throw new Error(`scripts/lib/deployer/programs.ts doesn't know what ${text}…) asks.`);
      }
      return operation.charAt(0).toLowerCase() + operation.slice(1);
    },
  );
  const methods = [...source.matchAll(/\.(\w+)\(/g)].map(([, method = ""]) => method);
  return [...named, ...methods].flatMap((method) => operations().get(method) ?? []);
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
