import { refusedName } from "../environment/refused-names";
import { routerPorts } from "../log-router";
import type { ConfigRule } from "./rule";

const extraNames: ConfigRule = ({ config }) =>
  (["api", "console", "migration"] as const).flatMap((container) => {
    const plain = `${container}ExtraEnvironment` as const;
    const secret = `${container}ExtraSecrets` as const;
    const refused = [plain, secret].flatMap((key) =>
      Object.keys(config[key]).flatMap((name) => {
        const reason = refusedName(container, name);
        return reason ? [{ key: `${key}.${name}`, reason, fix: `pulumi config rm --path '${key}.${name}'` }] : [];
      }),
    );
    const twice = Object.keys(config[plain])
      .filter((name) => name in config[secret])
      .map((name) => ({
        key: `${plain}.${name}`,
        reason: `${name} is in ${secret} too; a variable has one value`,
        fix: `pulumi config rm --path '${plain}.${name}'`,
      }));
    return [...refused, ...twice];
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
  if (!config.logRouterImage) {
    return (["logRouterOptions", "logRouterSecrets"] as const)
      .filter((key) => Object.keys(config[key]).length > 0)
      .map((key) => ({
        key,
        reason: "set without logRouterImage, and means nothing alone",
        fix: `pulumi config rm ${key}`,
      }));
  }
  const lacksName = {
    key: "logRouterOptions",
    reason: "lacks Name, the Fluent Bit output that logRouterImage shall write to",
    fix: "pulumi config set --path logRouterOptions.Name http",
  };
  const wrongPort = {
    key: "logRouterOptions",
    reason: "found a Port that is none; allowed: a number from 1 to 65535",
    fix: "pulumi config set --path logRouterOptions.Port 443",
  };
  return [
    ...("Name" in config.logRouterOptions ? [] : [lacksName]),
    ...(routerPorts(config).every((port) => Number.isInteger(port) && port >= 1 && port <= 65535) ? [] : [wrongPort]),
  ];
};

/** Rules about what goes into the containers. */
export const containerRules: ConfigRule[] = [extraNames, execNeedsWriting, logRouter];
