import type { Parameter } from "@aws-sdk/client-rds";
import {
  allPages,
  type AwsClients,
  type Check,
  type ConfigProblem,
  lookUpIfAllowed,
  nearest,
  nothingToCheck,
  setCommand,
} from "@selfhosted/common";
import type { Config } from "../../config";
import { managedParameters } from "../../config/database";
import { parameterFamily } from "../../database/parameters";

/** AWS knows the parameters, lets them be changed, and takes their values. */
export function lookUpParameters(config: Config, { rds }: AwsClients): Promise<Check> {
  return lookUpIfAllowed(
    { name: "database parameters", key: "databaseParameters", what: "the parameters of Aurora MySQL" },
    async () => {
      // Of those with a reason of their own to stay as they are, a rule says so.
      const wanted = Object.entries(config.databaseParameters).filter(([name]) => !(name in managedParameters));
      if (wanted.length === 0) {
        return nothingToCheck;
      }
      const known = await allPages(async (Marker) => {
        const request = { DBParameterGroupFamily: parameterFamily, Marker };
        const { EngineDefaults: page = {} } = await rds.describeEngineDefaultClusterParameters(request);
        return { items: page.Parameters, next: page.Marker };
      });
      return {
        detail: wanted.map(([name]) => name).join(", "),
        problems: wanted.flatMap(([name, value]) => parameterProblem(name, value, known) ?? []),
      };
    },
  );
}

function parameterProblem(name: string, value: string, known: Parameter[]): ConfigProblem | undefined {
  const key = "databaseParameters";
  const remove = `pulumi config rm --path ${key}.${name}`;
  // What isn't a number, a word or a formula may hold a secret; without a value, Pulumi asks for it.
  const isPlain = /^[\w.,:{}()/*+-]*$/.test(value);
  const set = (parameter: string): string => {
    const path = `--path ${key}.${parameter}`;
    return isPlain ? setCommand(path, value) : `pulumi config set ${path}`;
  };
  const found = known.find(({ ParameterName }) => ParameterName === name);
  if (found === undefined) {
    const meant = nearest(
      name,
      known.flatMap(({ ParameterName }) => ParameterName ?? []),
    );
    const reason = `${parameterFamily} has no parameter ${name}${meant ? `; it has ${meant}` : ""}`;
    return { key, reason, fix: meant ? `${remove} && ${set(meant)}` : remove };
  }
  if (found.IsModifiable === false) {
    return { key, reason: `${name} is a parameter that AWS doesn't let anybody change`, fix: remove };
  }
  return allows(found, value)
    ? undefined
    : {
        key,
        reason: `${name} has ${isPlain ? `the value ${JSON.stringify(value)}` : "a value (not shown)"}; allowed: ${found.AllowedValues}`,
        fix: remove,
      };
}

/** Whether a value is among those that AWS allows, such as `0,1` or `1-31536000`. What AWS writes in another way is taken for allowed. */
function allows({ AllowedValues: allowed, DataType: type }: Parameter, value: string): boolean {
  if (allowed === undefined || allowed === "" || value.includes("{")) {
    return true;
  }
  const parts = allowed.split(",").map((part) => part.trim());
  const ranges = parts.map((part) => /^(-?[\d.]+)-(-?[\d.]+)$/.exec(part)?.slice(1).map(Number));
  const isNumeric = type === "integer" || type === "float";
  if (isNumeric && !parts.every((part, index) => ranges[index] !== undefined || /^-?[\d.]+$/.test(part))) {
    return true;
  }
  const fits = (item: string): boolean =>
    parts.some((part, index) => {
      const [least, most] = ranges[index] ?? [];
      const number = item === "" ? NaN : Number(item);
      return least !== undefined && most !== undefined
        ? least <= number && number <= most
        : part.toLowerCase() === item.toLowerCase();
    });
  return fits(value) || (!isNumeric && value.split(",").every((item) => fits(item.trim())));
}
