import type { IpPermission, SecurityGroup, VpcEndpoint } from "@aws-sdk/client-ec2";
import {
  type AwsClients,
  type Check,
  type ConfigProblem,
  contains,
  lookUpIfAllowed,
  problemIf,
} from "@selfhosted/common";

/** Only warns: where the caller may not see the groups, that is left unchecked. */
export function lookUpGroups(ec2: AwsClients["ec2"], endpoints: VpcEndpoint[], networks: string[]): Promise<Check> {
  return lookUpIfAllowed(
    { name: "groups of endpoints", key: "endpointsEnabled", what: "the security groups of the endpoints" },
    async () => ({ problems: await closedGroups(ec2, endpoints, networks) }),
  );
}

/** The interfaces whose groups admit no private subnet by its addresses. The installation never changes them. */
async function closedGroups(
  ec2: AwsClients["ec2"],
  endpoints: VpcEndpoint[],
  networks: string[],
): Promise<ConfigProblem[]> {
  const interfaces = endpoints.filter(({ Groups: groups = [] }) => groups.length > 0);
  const ids = [...new Set(interfaces.flatMap(({ Groups: groups = [] }) => groups.map(({ GroupId }) => GroupId ?? "")))];
  if (ids.length === 0) {
    return [];
  }
  const { SecurityGroups: groups = [] } = await ec2.describeSecurityGroups({
    Filters: [{ Name: "group-id", Values: ids }],
  });
  return interfaces.flatMap(({ VpcEndpointId: id = "", ServiceName: service = "", Groups: own = [] }) => {
    const names = own.map(({ GroupId = "" }) => GroupId);
    const mine = groups.filter(({ GroupId = "" }) => names.includes(GroupId));
    const refused = networks.filter((network) => !mine.some((group) => admits(group, network)));
    const admit = refused.map(
      (network) =>
        `aws ec2 authorize-security-group-ingress --group-id ${names[0]} --protocol tcp --port 443 --cidr ${network}`,
    );
    return problemIf(refused.length > 0, {
      key: "endpointsEnabled",
      reason: `${id} for ${service}: no rule of ${names.join(", ")} admits ${refused.join(", ")} on port 443`,
      fix: admit.join(" && "),
      severity: "warning",
    });
  });
}

function admits({ IpPermissions: rules = [] }: SecurityGroup, network: string): boolean {
  return rules
    .filter(isHttps)
    .some(
      ({ IpRanges: ranges = [], PrefixListIds: lists = [] }) =>
        lists.length > 0 || ranges.some(({ CidrIp: range }) => range !== undefined && contains(range, network)),
    );
}

function isHttps({ IpProtocol: protocol, FromPort: from = 0, ToPort: to = 0 }: IpPermission): boolean {
  return protocol === "-1" || (protocol === "tcp" && from <= 443 && to >= 443);
}
