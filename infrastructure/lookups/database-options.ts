import type { Parameter } from "@aws-sdk/client-rds";
import {
  allPages,
  foreignLogGroups,
  logGroupTags,
  lookUpIfAllowed,
  nearest,
  setCommand,
  type AwsClients,
  type Check,
  type ConfigProblem,
  type Tags,
} from "@selfhosted/common";
import type { Config } from "../config";
import { managedParameters } from "../config/database";
import { mostSubscriptions, subscriptionNames } from "../database-events";
import { databaseLogProblems } from "../database-logs";
import { logGroupName } from "../database-names";
import { parameterFamily } from "../database-parameters";
import { fit, isNamed, nothingToCheck } from "./check";
import type { Clusters } from "./database";

/** AWS knows the parameters, lets them be changed, and takes their values. */
export function lookUpParameters(config: Config, { rds }: AwsClients): Promise<Check> {
  return lookUpIfAllowed(
    "database parameters",
    "databaseParameters",
    () => "the parameters of Aurora MySQL",
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
        evidence: wanted.map(([name]) => name).join(", "),
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

/** No log group of an earlier database is in the way of a new one. */
export function lookUpLogGroups(
  config: Config,
  { logs }: AwsClients,
  { clusters, identifier, tags }: { clusters: Promise<Check<Clusters>>; identifier: () => string; tags: () => Tags },
): Promise<Check> {
  return lookUpIfAllowed(
    "database logs",
    "databaseLogExports",
    () => "the log groups of the database",
    async () => {
      const { own } = await fit(clusters);
      if (own !== undefined) {
        return nothingToCheck;
      }
      const names = config.databaseLogExports.map((log) => logGroupName(identifier(), log));
      const foreign = await foreignLogGroups(names, tags(), (name) => logGroupTags(logs, name));
      return { evidence: "nothing is in their way", problems: databaseLogProblems(foreign) };
    },
  );
}

/** The region has room for the database's event subscriptions. */
export function lookUpSubscriptions(config: Config, { rds }: AwsClients, events: () => string): Promise<Check> {
  return lookUpIfAllowed(
    "event subscriptions",
    "databaseEvents",
    () => "the event subscriptions of RDS",
    async () => {
      if (!config.databaseEvents) {
        return nothingToCheck;
      }
      const wanted = subscriptionNames(events(), config);
      const found = await allPages(async (Marker) => {
        const page = await rds.describeEventSubscriptions({ Marker });
        return { items: page.EventSubscriptionsList, next: page.Marker };
      });
      const others = found.filter(({ CustSubscriptionId: name = "" }) => !wanted.includes(name)).length;
      const counts = `${wanted.length} for the database, ${others} others; AWS has ${mostSubscriptions} in a region unless the quota is raised`;
      const fix =
        "raise the quota of RDS event subscriptions in Service Quotas, or: pulumi config set databaseEvents false";
      return {
        evidence: counts,
        problems:
          others + wanted.length > mostSubscriptions
            ? [{ key: "databaseEvents", reason: counts, fix, severity: "warning" }]
            : [],
      };
    },
  );
}

/** The customer's topic for the events is there, and RDS can send to it. */
export function lookUpTopic(config: Config, { sns }: AwsClients): Promise<Check> {
  const key = "databaseEventTopicArn";
  return lookUpIfAllowed(
    "event topic",
    key,
    () => `topic ${config[key]}`,
    async () => {
      const arn = config[key] ?? "";
      try {
        const { Attributes: { KmsMasterKeyId: keyId = "" } = {} } = await sns.getTopicAttributes({ TopicArn: arn });
        // Nobody can let RDS use that key: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.GrantingPermissions.html
        const isClosed = /alias\/aws\/sns$/.test(keyId);
        const reason = `topic ${arn} is encrypted with AWS's own key for SNS, which RDS can't use: no event arrives`;
        const fix = `a key of your own that admits events.rds: aws sns set-topic-attributes --topic-arn ${arn} --attribute-name KmsMasterKeyId`;
        return { evidence: arn, problems: isClosed ? [{ key, reason, fix, severity: "warning" }] : [] };
      } catch (error) {
        if (!isNamed(error, /NotFound/)) {
          throw error;
        }
        const fix = "`aws sns list-topics` lists those that there are";
        return { evidence: "", problems: [{ key, reason: `topic ${arn} doesn't exist`, fix }] };
      }
    },
  );
}
