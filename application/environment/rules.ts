import { ifKnown, type Container, type Rule } from "@selfhosted/common";
import type { ApplicationConfig } from "../config";
import { noSecrets } from "../config/operations";
import { settingPorts } from "../destinations";
import { egressNetworks, reachesEverything } from "../egress";
import { networksOf, tooManyRules } from "../group-rules";
import { own, type Inputs } from "../inputs";
import { routerPorts } from "../log-router";
import { refusedName } from "./refused-names";

type ExtraKey = keyof ApplicationConfig & `${Container}Extra${"Environment" | "Secrets"}`;

/** Names that the container gets from elsewhere, or must not have. */
function ownNames(container: Container, ...keys: ExtraKey[]): Rule<ApplicationConfig> {
  return (config) =>
    keys.flatMap((key) =>
      Object.keys(config[key]).flatMap((name) => {
        const reason = refusedName(container, name);
        return reason ? [{ key: `${key}.${name}`, reason, fix: `pulumi config rm --path '${key}.${name}'` }] : [];
      }),
    );
}

/** Every network at every port is a rule of its own; database, search, VPC endpoints, S3 and DynamoDB are one each, of both versions. */
const waysFitIntoGroup: Rule<Inputs> = (inputs) => {
  const { config, upstream } = inputs;
  const ports = new Set([
    443,
    ...settingPorts("api", config),
    ...routerPorts(config),
    ...config.apiEgressPorts.map(Number),
  ]);
  const services = reachesEverything(inputs) ? [] : ["s3", ...(config.auditLogsTable ? ["dynamodb"] : [])];
  const groups = ["database", ...(upstream.search ? ["search"] : []), ...(hasEndpoints(inputs) ? ["endpoints"] : [])];
  return (["IPv4", "IPv6"] as const).flatMap((version) => {
    const networks = networksOf(version, egressNetworks(inputs));
    return networks.length === 0
      ? []
      : tooManyRules(ports.size * networks.length + services.length + groups.length, {
          key: "egressCidrBlocks",
          what: `the ${version} networks, each at ${ports.size} ports, and what tasks call beside them,`,
          fix: "name larger networks that hold several of them",
        });
  });
};

/** Whether the installation has VPC endpoints; their group isn't known before it is made. */
function hasEndpoints({ upstream }: Inputs): boolean {
  return ifKnown(() => ({ id: upstream.endpointsSecurityGroupId }))?.id !== undefined;
}

/** Rules over the variables of the containers. They stand here, because the variables are those of all groups of settings. */
export const environmentRules: Rule<Inputs>[] = [
  ...own(
    ownNames("api", "apiExtraEnvironment", "apiExtraSecrets"),
    ownNames("console", "consoleExtraEnvironment", "consoleExtraSecrets"),
    ownNames("migration", "migrationExtraEnvironment", "migrationExtraSecrets"),
    noSecrets("apiExtraEnvironment", "apiExtraSecrets", (name) => refusedName("api", name) !== undefined),
    noSecrets("consoleExtraEnvironment", "consoleExtraSecrets", (name) => refusedName("console", name) !== undefined),
    noSecrets(
      "migrationExtraEnvironment",
      "migrationExtraSecrets",
      (name) => refusedName("migration", name) !== undefined,
    ),
  ),
  waysFitIntoGroup,
];
