import type * as pulumi from "@pulumi/pulumi";
import type { Container, Setting } from "@selfhosted/common";
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

/** The settings that are addresses (`host:port` or URLs) for a container to call. */
const addressSettings = [
  "httpProxy",
  "httpsProxy",
  "smtpServer",
  "consoleInternalApiEndpoint",
  "otelEndpoint",
  "githubOauthEndpoint",
  "githubApiEndpoint",
  "gitlabOauthEndpoint",
  "gitlabApiEndpoint",
] as const;
export type AddressSetting = (typeof addressSettings)[number];
export type AddressConfig = Pick<ApplicationConfig, AddressSetting>;

/** The addresses that a container gets by its settings. */
export function addressesOf(container: Container, config: AddressConfig): string[] {
  const keys = rowsOf(container).map(({ key }) => key);
  return addressSettings.filter((key) => keys.includes(key)).flatMap((key) => config[key] ?? []);
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
