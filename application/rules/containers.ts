import { managedNames } from "../environment/managed-names";
import type { ConfigRule } from ".";

const extraNames: ConfigRule = ({ config }) =>
  (["api", "console", "migration"] as const).flatMap((container) => {
    const plain = `${container}ExtraEnvironment` as const;
    const secret = `${container}ExtraSecrets` as const;
    const managed = [plain, secret].flatMap((key) =>
      Object.keys(config[key])
        .filter((name) => managedNames[container].has(name))
        .map((name) => ({
          key: `${key}.${name}`,
          reason: `the installer manages ${name} of this container; use the setting that stands for it`,
          fix: `pulumi config rm --path '${key}.${name}'`,
        })),
    );
    const twice = Object.keys(config[plain])
      .filter((name) => name in config[secret])
      .map((name) => ({
        key: `${plain}.${name}`,
        reason: `${name} is in ${secret} too; a variable has one value`,
        fix: `pulumi config rm --path '${plain}.${name}'`,
      }));
    return [...managed, ...twice];
  });

const execNeedsWriting: ConfigRule = ({ config }) =>
  config.execEnabled && config.readOnlyRootFilesystem
    ? [
        {
          key: "execEnabled",
          reason: "found true with readOnlyRootFilesystem; the agent of ECS Exec writes to the container's file system",
          fix: "pulumi config set readOnlyRootFilesystem false",
        },
      ]
    : [];

const logRouter: ConfigRule = ({ config }) => {
  const options = Object.keys(config.logRouterOptions);
  if (config.logRouterImage && !options.includes("Name")) {
    return [
      {
        key: "logRouterOptions",
        reason: "lacks Name, the Fluent Bit output that logRouterImage shall write to",
        fix: "pulumi config set --path logRouterOptions.Name http",
      },
    ];
  }
  return !config.logRouterImage && options.length > 0
    ? [
        {
          key: "logRouterOptions",
          reason: "set without logRouterImage, and means nothing alone",
          fix: "pulumi config rm logRouterOptions",
        },
      ]
    : [];
};

/** Rules about what goes into the containers. */
export const containerRules: ConfigRule[] = [extraNames, execNeedsWriting, logRouter];
