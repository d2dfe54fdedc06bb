import { choice, ConfigOf, ConfigProblem, flag, list, Rule, text } from "@selfhosted/common";

/** The settings of the dns layer. Host names and load balancers are not among them: the application layer tells them. */
export const settings = {
  zoneId: text({
    description: "Id of the hosted zone that holds the host names. Either this or zoneName.",
    example: "Z0123456789ABCDEFGHIJ",
    pattern: /^[A-Z0-9]{1,32}$/,
    allowed: "the id of a Route 53 hosted zone, such as Z0123456789ABCDEFGHIJ",
    optional: true,
  }),
  zoneName: text({
    description: "Name of the hosted zone that holds the host names. Either this or zoneId.",
    example: "example.com",
    pattern: /^([a-z0-9_]([a-z0-9_-]*[a-z0-9])?\.)+[a-z0-9-]+\.?$/i,
    allowed: "the name of a Route 53 hosted zone, such as example.com",
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
    pattern: /^vpc-[0-9a-f]{8,17}(:[a-z0-9-]+)?$/,
    allowed: "VPC ids, such as vpc-0a1b2c3d or vpc-0a1b2c3d:eu-west-1",
    default: [],
  }),
  assumeRoleArn: text({
    description:
      "Role to act as, where the zone belongs to another account. It needs the right to read and change the zone.",
    example: "arn:aws:iam::111122223333:role/dns",
    pattern: /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/,
    allowed: "the ARN of an IAM role",
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
  applicationStack: text({
    description:
      "Full name of the application layer's stack. Default: {organization}/selfhosted-application/{stack of this layer}.",
    example: "acme/selfhosted-application/prod",
    pattern: /^[^/]+\/[^/]+\/[^/]+$/,
    allowed: "{organization}/{project}/{stack}",
    optional: true,
  }),
};

export type Config = ConfigOf<typeof settings>;

/** Rules over several settings. */
export const rules: Rule<Config>[] = [exactlyOneZone, typeOnlyByName];

function exactlyOneZone({ zoneId, zoneName }: Config): ConfigProblem[] {
  if (zoneId === undefined && zoneName === undefined) {
    return [{ key: "zoneName", reason: "neither zoneName nor zoneId is set; the records need a hosted zone" }];
  }
  if (zoneId !== undefined && zoneName !== undefined) {
    const reason = `both zoneId (${zoneId}) and zoneName (${zoneName}) are set; one of them says which zone`;
    return [{ key: "zoneName", reason, fix: "pulumi config rm zoneName" }];
  }
  return [];
}

function typeOnlyByName({ zoneId, zoneType }: Config): ConfigProblem[] {
  return zoneId !== undefined && zoneType !== undefined
    ? [
        {
          key: "zoneType",
          reason: "set together with zoneId, which already says which zone",
          fix: "pulumi config rm zoneType",
        },
      ]
    : [];
}
