import { ConfigOf, Rule, Settings } from "@selfhosted/common";

/**
 * The rule that settings say something only where a feature is on; a setting without effect is a mistake worth telling.
 *
 * @param keys the settings that belong to the feature. Default: all others of the table.
 */
export function onlyWith<S extends Settings>(
  settings: S,
  feature: keyof S & string,
  keys: (keyof S & string)[] = Object.keys(settings).filter((key) => key !== feature),
): Rule<ConfigOf<S>> {
  return (config) =>
    config[feature]
      ? []
      : keys
          .filter((key) => config[key] !== settings[key]?.default)
          .map((key) => ({ key, reason: `has no effect without ${feature}`, fix: `pulumi config rm ${key}` }));
}
