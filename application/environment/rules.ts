import { type Container, isSecretName, looksSecret, type Rule } from "@selfhosted/common";
import type { ApplicationConfig } from "../config";
import { refusedName } from "./refused-names";

/** Switches and numbers, such as ALLOW_CREDENTIALS=true or MAX_TOKEN=5. */
const harmless = /^(true|false|yes|no|on|off|\d+(\.\d+)?)$/i;

type PlainKey = `${Container}ExtraEnvironment` | "logRouterOptions";
type SecretKey = `${Container}ExtraSecrets` | "logRouterSecrets";

/**
 * Values in clear that must be encrypted. The values themselves are never shown.
 *
 * @param isRefused names that another rule refuses.
 */
export function noSecrets(
  plain: PlainKey,
  secret: SecretKey,
  isRefused = (_name: string) => false,
): Rule<ApplicationConfig> {
  return (config) =>
    Object.entries(config[plain])
      .filter(([name]) => !isRefused(name))
      .filter(([name, value]) => value !== "" && ((isSecretName(name) && !harmless.test(value)) || looksSecret(value)))
      .map(([name]) => ({
        key: `${plain}.${name}`,
        reason: "holds a secret in clear, readable in the task definition and in the configuration",
        fix: `pulumi config rm --path '${plain}.${name}' && pulumi config set --secret --path '${secret}.${name}'`,
      }));
}

/** A name with more than one value. */
interface RepeatedName {
  /** As it is in clear. */
  name: string;
  /** As it is in clear before that. */
  before?: string;
  /** As it is among the secrets. */
  hidden?: string;
}

/**
 * One value for each name.
 *
 * @param same a form that all spellings of a name have in common. Default: it has one.
 * @param surplus the path of the value to remove. Default: that of the later one in clear.
 */
export function oneValue(
  plain: PlainKey,
  secret: SecretKey,
  same = (name: string) => name,
  surplus = ({ name }: RepeatedName) => `${plain}.${name}`,
): Rule<ApplicationConfig> {
  return (config) => {
    const names = Object.keys(config[plain]);
    const secrets = Object.keys(config[secret]);
    return names.map((name, index) => {
      const before = names.slice(0, index).find((each) => same(each) === same(name));
      const hidden = secrets.find((each) => same(each) === same(name));
      return before === undefined && hidden === undefined
        ? undefined
        : {
            key: `${plain}.${name}`,
            reason: `is set ${before === undefined ? `in ${secret} too` : `as ${before} too`}; a name has one value`,
            fix: `pulumi config rm --path '${surplus({ name, before, hidden })}'`,
          };
    });
  };
}

/** None of the names that the installer manages in a container, or forbids. */
function allowedNames(container: Container, keys: (PlainKey | SecretKey)[]): Rule<ApplicationConfig> {
  return (config) =>
    keys.flatMap((key) =>
      Object.keys(config[key]).map((name) => {
        const reason = refusedName(container, name);
        return reason ? { key: `${key}.${name}`, reason, fix: `pulumi config rm --path '${key}.${name}'` } : undefined;
      }),
    );
}

/** Rules over the variables that users add to the containers. */
export const environmentRules = (["api", "console", "migration"] as const).flatMap(
  (container): Rule<ApplicationConfig>[] => {
    const [plain, secret] = [`${container}ExtraEnvironment`, `${container}ExtraSecrets`] as const;
    return [
      oneValue(plain, secret),
      allowedNames(container, [plain, secret]),
      noSecrets(plain, secret, (name) => refusedName(container, name) !== undefined),
    ];
  },
);
