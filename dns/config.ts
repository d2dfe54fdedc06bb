import {
  type ApplicationOutputs,
  applyRules,
  choice,
  type ConfigOf,
  type ConfigProblem,
  exactlyOne,
  flag,
  type Found,
  ifKnown,
  list,
  notWith,
  ofConfig,
  parseArn,
  parseConfig,
  pattern,
  projectOf,
  type RawConfig,
  regionOfInstallation,
  resourceOverridesSetting,
  roleArn,
  type Rule,
  sameRegion,
  setCommand,
  type Settings,
  stackOf,
  text,
  zoneId,
} from "@selfhosted/common";

/** The settings of the dns layer. Host names and load balancers are not among them: they are outputs of the application layer. */
export const settings = {
  zoneId: text({
    description: "Id of the hosted zone that holds the host names. Either this or zoneName.",
    example: "Z0123456789ABCDEFGHIJ",
    shape: zoneId,
    optional: true,
    change: "The records move to that zone; the names answer again when resolvers have forgotten the old ones.",
  }),
  zoneName: text({
    description: "Name of the hosted zone that holds the host names. Either this or zoneId.",
    example: "example.com",
    shape: pattern(
      /^([a-z0-9_]([a-z0-9_-]*[a-z0-9])?\.)+[a-z0-9-]+\.?$/i,
      "the name of a Route 53 hosted zone, such as example.com",
    ),
    optional: true,
  }),
  zoneType: choice(["public", "private"], {
    description:
      "Which zone zoneName means, where a public and a private one share the name. Default: private where the load balancers " +
      "are internal, otherwise public.",
    example: "private",
    optional: true,
  }),
  zoneVpcIds: list({
    description:
      "More VPCs whose users look the host names up in the private zone; in the zone's account, each in the installation's " +
      "region unless one is given as vpc-id:region. The zone's owner associates the installation's own VPC.",
    example: "vpc-0a1b2c3d,vpc-4e5f6071:eu-west-1",
    shape: pattern(
      /^vpc-[0-9a-f]{8,17}(:[a-z]{2}(-[a-z]+)+-\d)?$/,
      "VPC ids, such as vpc-0a1b2c3d or vpc-0a1b2c3d:eu-west-1",
    ),
    default: [],
  }),
  assumeRoleArn: text({
    description:
      "Role to act as, where the zone belongs to another account. It needs the right to read and change the zone.",
    example: "arn:aws:iam::111122223333:role/dns",
    shape: roleArn,
    optional: true,
  }),
  bareDomain: flag({
    description:
      "Also point the domain itself, without api. or app., to the console. The application layer's certificate must cover it.",
  }),
  overwriteRecords: flag({
    description:
      "Take over records of these names that exist already. They then point to this installation, and are deleted with it.",
  }),
  healthChecks: flag({
    description:
      "Route 53 health checks that call the API and the console from the internet every 30 seconds. The load balancers must " +
      "admit the ranges of Route 53's checkers (prefix list route53-healthchecks).",
  }),
  queryLogGroupArn: text({
    description:
      "Log group of CloudWatch that gets the queries for names of the zone, which is public. In us-east-1 and the zone's account: " +
      "Route 53 writes to no other. A resource policy of CloudWatch Logs must admit route53.amazonaws.com.",
    example: "arn:aws:logs:us-east-1:111122223333:log-group:/aws/route53/example.com",
    shape: pattern(
      /^arn:[\w-]+:logs:us-east-1:\d{12}:log-group:[\w./#-]{1,512}$/,
      "the ARN of a log group in us-east-1, without `:*` at its end",
      (text) => text.replace(/:\*$/, ""),
    ),
    optional: true,
  }),
  applicationStack: text({
    description: "Full name of the application layer's stack. Default: the stack with this one's name.",
    example: "organization/selfhosted-application/prod",
    shape: stackOf(projectOf("application")),
    optional: true,
  }),
  "aws:region": regionOfInstallation,
  resourceOverrides: resourceOverridesSetting('{"records-api-a":{"allowOverwrite":true}}'),
};

export type Config = ConfigOf<typeof settings>;

/** The settings by the title of their table in the README. */
export const groups: Record<string, Settings> = { "Zone and records": settings };

/** Settings of the layer and outputs of the application layer, which a rule or look-up reads: both as far as they are known. */
export interface Reads<Setting extends keyof Config, Output extends keyof ApplicationOutputs> {
  config: Pick<Config, Setting>;
  upstream: Pick<ApplicationOutputs, Output>;
}

/** All of them. */
export type Inputs = Reads<keyof Config, keyof ApplicationOutputs>;

/** Route 53 calls from the internet only. */
const checksFromOutside: Rule<Reads<"healthChecks", "internal">> = ({ config, upstream: { internal } }) => {
  const reason = "the load balancers are internal, and Route 53 checks from the internet";
  return config.healthChecks && internal && { key: "healthChecks", reason, fix: setCommand("healthChecks", false) };
};

/** Each VPC is associated once, whichever way it is written. */
const differentVpcs: Rule<Reads<"zoneVpcIds", "vpcId">> = ({
  config: { zoneVpcIds: entries },
  upstream: { vpcId: own },
}) => {
  const ids = entries.map((entry) => entry.split(":")[0] ?? entry);
  const wrong = (reason: string, keep: (id: string, index: number) => boolean): ConfigProblem => {
    const kept = entries.filter((_, index) => keep(ids[index] ?? "", index)).join(",");
    return { key: "zoneVpcIds", reason, fix: kept ? setCommand("zoneVpcIds", kept) : "pulumi config rm zoneVpcIds" };
  };
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  return [
    ids.includes(own) &&
      wrong(`found ${own}, the installation's own VPC, which the zone's owner associates`, (id) => id !== own),
    twice !== undefined && wrong(`found ${twice} more than once`, (id, index) => ids.indexOf(id) === index),
  ];
};

/** Credentials of one partition aren't valid in another. */
const roleInPartition: Rule<Reads<"assumeRoleArn", "certificateArn">> = ({
  config: { assumeRoleArn },
  upstream: { certificateArn },
}) => {
  const [found, expected] = [assumeRoleArn, certificateArn].map((arn) => arn && parseArn(arn)?.partition);
  const reason = `found a role of the partition ${found}, but the installation is in ${expected}`;
  return assumeRoleArn !== undefined && found !== expected && { key: "assumeRoleArn", reason };
};

/** Route 53 writes to log groups of the zone's own account: https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateQueryLoggingConfig.html */
const logsOfZonesAccount: Rule<Reads<"queryLogGroupArn" | "assumeRoleArn", "installation">> = ({
  config,
  upstream,
}) => {
  const found = parseArn(config.queryLogGroupArn ?? "")?.account;
  const expected = parseArn(config.assumeRoleArn ?? "")?.account ?? upstream.installation.accountId;
  const reason = `found a log group of account ${found}, but the zone is in ${expected}`;
  return config.queryLogGroupArn !== undefined && found !== expected && { key: "queryLogGroupArn", reason };
};

const rules: Rule<Inputs>[] = [
  ...ofConfig<Config>(
    exactlyOne("zoneName", "zoneId", "the records need a hosted zone"),
    notWith("zoneType", "zoneId", "already says which zone"),
  ),
  sameRegion("application"),
  checksFromOutside,
  differentVpcs,
  roleInPartition,
  logsOfZonesAccount,
];

/**
 * Reads the layer's configuration and applies its rules.
 *
 * @param upstream outputs of the application layer, or what it will give; `partlyKnown` where it isn't deployed.
 */
export function readConfig(
  found: Found,
  upstream: ApplicationOutputs,
): { inputs: Inputs; raw: RawConfig; problems: ConfigProblem[] } {
  const { config, raw, problems } = parseConfig(settings, projectOf("dns"), found);
  const inputs = { config, upstream };
  return { inputs, raw, problems: [...problems, ...applyRules(rules, inputs, raw)] };
}

/**
 * Full name of the application layer's stack.
 *
 * @param stack of this layer.
 * @returns undefined where the setting that names it isn't valid.
 */
export function applicationStack(found: Found, organization: string, stack: string): string | undefined {
  const { config } = parseConfig(settings, projectOf("dns"), found);
  const named = ifKnown(() => ({ name: config.applicationStack }));
  return named && (named.name ?? `${organization}/${projectOf("application")}/${stack}`);
}
