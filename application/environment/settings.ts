import type * as pulumi from "@pulumi/pulumi";
import { type Container, hostAndPort, type Setting, webUrl } from "@selfhosted/common";
import { proxyUrl } from "../config/features";
import { type ApplicationConfig, settings } from "../config/settings";
import type { ContainerVariables } from "./variables";

interface Row {
  /** Name of the variable. */
  name: string;
  key: keyof ApplicationConfig;
  setting: Setting<unknown>;
}

/** The variables of a container that are settings as they are: the rows `env` of the tables in config/. */
export function settingVariables(container: Container): Pick<ContainerVariables, "plain" | "secret"> {
  const rows = rowsOf(container);
  return {
    plain: table(
      rows.filter(({ setting }) => !setting.secret),
      plainText,
    ),
    // Settings that are secret are outputs.
    secret: table(
      rows.filter(({ setting }) => setting.secret),
      (value) => value as pulumi.Output<string> | undefined,
    ),
  };
}

/** The setting that a variable of a container comes from; undefined where there is none. */
export function settingOf(container: Container, variable: string): string | undefined {
  return rowsOf(container).find(({ name }) => name === variable)?.key;
}

/** The addresses (`host:port` or URLs) that a container gets by its settings, and calls. */
export function addressesOf(container: Container, config: ApplicationConfig): string[] {
  return rowsOf(container)
    .filter(({ setting: { shape } }) => shape === webUrl || shape === hostAndPort || shape === proxyUrl)
    .flatMap(({ key }) => plainText(config[key]) ?? []);
}

function rowsOf(container: Container): Row[] {
  return Object.entries<Setting<unknown>>(settings).flatMap(([key, setting]) => {
    const name = setting.env?.[container];
    return name === undefined ? [] : [{ name, key: key as keyof ApplicationConfig, setting }];
  });
}

function table<T>(
  rows: Row[],
  value: (found: unknown) => T | undefined,
): Record<string, (sources: { config: ApplicationConfig }) => T | undefined> {
  return Object.fromEntries(rows.map(({ name, key }) => [name, ({ config }) => value(config[key])]));
}

/** A setting as a variable: a flag is set only where it is on, since the product takes the mere presence of some for yes. */
function plainText(value: unknown): string | undefined {
  return typeof value === "string" ? value : typeof value === "number" || value === true ? String(value) : undefined;
}
