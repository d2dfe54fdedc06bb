import { allPages, type AwsClients, unlessError } from "@selfhosted/common";
import { type Creation, type Found, type Inputs, isNameOf, isTagged, type Kind } from "./kind";

const named = { again: "it is put again under its name" };

/** What runs the services. */
export const services: Record<string, Kind> = {
  "appautoscaling/policy": { again: "a policy is put again under its name" },
  "appautoscaling/target": { again: "a target is registered again" },
  "cloudwatch/compositeAlarm": named,
  "cloudwatch/dashboard": named,
  "cloudwatch/eventRule": named,
  "cloudwatch/eventTarget": { again: "a target is put again under its id" },
  "cloudwatch/logGroup": {
    async find({ name = "" }, { logs }, creation) {
      const { logGroups = [] } = await logs.describeLogGroups({ logGroupNamePrefix: name });
      const found = logGroups.find(({ logGroupName }) => logGroupName === name);
      const { tags } = found ? await logs.listTagsForResource({ resourceArn: found.logGroupArn }) : {};
      return found && { id: name, isOwn: isTagged(tags, creation) };
    },
  },
  "cloudwatch/logMetricFilter": named,
  "cloudwatch/metricAlarm": named,
  "cloudwatch/logResourcePolicy": { again: "a policy is put again under its name" },
  "ecs/cluster": {
    async find({ name: id = "" }, { ecs }, creation) {
      const { clusters = [] } = await ecs.describeClusters({ clusters: [id], include: ["TAGS"] });
      const found = clusters.find(({ status }) => status !== "INACTIVE");
      return found && { id, isOwn: isTagged(found.tags, creation) };
    },
  },
  "ecs/clusterCapacityProviders": { again: "a setting of its cluster, which is put again" },
  "ecs/service": {
    async find({ name = "", cluster = "" }, { ecs }, creation) {
      const request = ecs.describeServices({ cluster, services: [name], include: ["TAGS"] });
      const { services = [] } = (await unlessError(/^ClusterNotFoundException$/, request)) ?? {};
      const found = services.find(({ status }) => status !== "INACTIVE");
      return found && { id: `${cluster.split("/").at(-1)}/${name}`, isOwn: isTagged(found.tags, creation) };
    },
  },
  "ecs/taskDefinition": {
    async find({ family: taskDefinition = "" }, { ecs }, creation) {
      // ECS has no error of its own for a family without a revision.
      const request = ecs.describeTaskDefinition({ taskDefinition, include: ["TAGS"] });
      const { taskDefinition: found, tags } = (await unlessError(/^ClientException$/, request)) ?? {};
      return found?.taskDefinitionArn === undefined || found.status !== "ACTIVE"
        ? undefined
        : { id: found.taskDefinitionArn, isOwn: isTagged(tags, creation) };
    },
  },
  "iam/role": {
    async find({ name: RoleName = "" }, { iam }, creation) {
      const found = (await unlessError(/^NoSuchEntity/, iam.getRole({ RoleName })))?.Role;
      return found && { id: RoleName, isOwn: isTagged(found.Tags, creation) };
    },
  },
  "iam/rolePolicy": {
    async find({ role: RoleName = "" }, { iam }, creation) {
      // A role has no room for more of them than one page takes.
      const { PolicyNames = [] } =
        (await unlessError(/^NoSuchEntity/, iam.listRolePolicies({ RoleName, MaxItems: 1000 }))) ?? {};
      return PolicyNames.filter((name) => isNameOf(name, creation)).map((name) => ({
        id: `${RoleName}:${name}`,
        isOwn: true,
      }));
    },
  },
  "iam/rolePolicyAttachment": { again: "a policy is attached again" },
};

/** What leads to the services. */
export const network: Record<string, Kind> = {
  "acm/certificate": {
    async find({ domainName }, { acm }, creation) {
      const all = await allPages(async (NextToken) => {
        const { CertificateSummaryList: items, NextToken: next } = await acm.listCertificates({ NextToken });
        return { items, next };
      });
      const found = all
        .filter(({ DomainName }) => DomainName === domainName)
        .map(async ({ CertificateArn: id = "" }) => {
          const { Tags } = await acm.listTagsForCertificate({ CertificateArn: id });
          return { id, isOwn: isTagged(Tags, creation) };
        });
      // Others may have certificates of the same name.
      return (await Promise.all(found)).filter(({ isOwn }) => isOwn);
    },
  },
  "acm/certificateValidation": { again: "AWS has no such thing: it is waited for" },
  "ec2/securityGroup": {
    async find({ vpcId = "", name = "" }, { ec2 }, creation) {
      const Filters = filters({ "vpc-id": vpcId, "group-name": name });
      const [found] = (await ec2.describeSecurityGroups({ Filters })).SecurityGroups ?? [];
      return found && { id: found.GroupId ?? "", isOwn: isTagged(found.Tags, creation) };
    },
  },
  "ec2/vpcEndpoint": {
    async find({ vpcId = "", serviceName = "" }, { ec2 }, creation) {
      const Filters = filters({ "vpc-id": vpcId, "service-name": serviceName });
      const { VpcEndpoints: all = [] } = await ec2.describeVpcEndpoints({ Filters });
      return all.flatMap(({ VpcEndpointId: id = "", Tags, State = "" }) => {
        const isUnfinished = /^pending$/i.test(State);
        return /^delet/i.test(State) ? [] : [{ id, isOwn: isTagged(Tags, creation), isUnfinished }];
      });
    },
  },
  "lb/listener": {
    async find({ loadBalancerArn: LoadBalancerArn, port }, { elb }, creation) {
      const { Listeners = [] } = await elb.describeListeners({ LoadBalancerArn });
      const found = Listeners.find(({ Port }) => Port === port);
      return found && taggedBalancing(elb, found.ListenerArn, creation);
    },
  },
  "lb/loadBalancer": {
    async find({ name = "" }, { elb }, creation) {
      const request = elb.describeLoadBalancers({ Names: [name] });
      const [found] = (await unlessError(/^LoadBalancerNotFound/, request))?.LoadBalancers ?? [];
      return found && taggedBalancing(elb, found.LoadBalancerArn, creation);
    },
  },
  "lb/targetGroup": {
    async find({ name = "" }, { elb }, creation) {
      const request = elb.describeTargetGroups({ Names: [name] });
      const [found] = (await unlessError(/^TargetGroupNotFound/, request))?.TargetGroups ?? [];
      return found && taggedBalancing(elb, found.TargetGroupArn, creation);
    },
  },
  "route53/healthCheck": {
    async find({ fqdn }, { route53 }, creation) {
      const all = await allPages(async (Marker) => {
        const { HealthChecks: items, NextMarker: next } = await route53.listHealthChecks({ Marker });
        return { items, next };
      });
      const found = all
        .filter(({ HealthCheckConfig }) => HealthCheckConfig?.FullyQualifiedDomainName === fqdn)
        .map(async ({ Id: id = "" }) => {
          const tagged = await route53.listTagsForResource({ ResourceType: "healthcheck", ResourceId: id });
          return { id, isOwn: isTagged(tagged.ResourceTagSet?.Tags, creation) };
        });
      return Promise.all(found);
    },
  },
  // A zone has one at most.
  "route53/queryLog": {
    async find({ zoneId = "", cloudwatchLogGroupArn }, { route53 }) {
      const [found] = (await route53.listQueryLoggingConfigs({ HostedZoneId: zoneId })).QueryLoggingConfigs ?? [];
      return found && { id: found.Id ?? "", isOwn: found.CloudWatchLogsLogGroupArn === cloudwatchLogGroupArn };
    },
  },
  // A record has no tags: it is this stack's where it leads to what this stack would have it lead to.
  "route53/record": {
    async find({ zoneId = "", name = "", type = "", setIdentifier, aliases, records = [] }, { route53 }) {
      const StartRecordType = type as "A";
      const request = { HostedZoneId: zoneId, StartRecordName: name, StartRecordType, MaxItems: 1 };
      const [found] = (await route53.listResourceRecordSets(request)).ResourceRecordSets ?? [];
      if (found === undefined || found.Type !== type || !isSameName(found.Name, name)) {
        return undefined;
      }
      const [alias] = (aliases ?? []) as { name?: string }[];
      const values = found.ResourceRecords?.map(({ Value = "" }) => Value) ?? [];
      const isOwn = alias
        ? isSameName(found.AliasTarget?.DNSName?.replace(/^dualstack\./, ""), alias.name)
        : values.length > 0 && values.every((value) => (records as string[]).includes(value));
      return { id: [zoneId, name, type, setIdentifier].filter(Boolean).join("_"), isOwn };
    },
  },
  "route53/zoneAssociation": {
    async find({ zoneId: Id = "", vpcId, vpcRegion }, { route53 }) {
      const { VPCs = [] } = await route53.getHostedZone({ Id });
      return VPCs.some(({ VPCId }) => VPCId === vpcId)
        ? { id: [Id, vpcId, vpcRegion].filter(Boolean).join(":"), isOwn: true }
        : undefined;
    },
  },
  "vpc/securityGroupEgressRule": { find: findRule(true) },
  "vpc/securityGroupIngressRule": { find: findRule(false) },
};

function filters(wanted: Record<string, string>): { Name: string; Values: string[] }[] {
  return Object.entries(wanted).map(([Name, value]) => ({ Name, Values: [value] }));
}

/** A group has one rule of each kind, and refuses a second. */
function findRule(isEgress: boolean) {
  return async (inputs: Inputs, { ec2 }: AwsClients, creation: Creation): Promise<Found | undefined> => {
    const { cidrIpv4, cidrIpv6, prefixListId, referencedSecurityGroupId, ipProtocol, fromPort, toPort } = inputs;
    const Filters = filters({ "group-id": inputs.securityGroupId ?? "" });
    const { SecurityGroupRules: all = [] } = await ec2.describeSecurityGroupRules({ Filters });
    const found = all.find(
      (rule) =>
        rule.IsEgress === isEgress &&
        rule.IpProtocol === ipProtocol &&
        (ipProtocol === "-1" || (rule.FromPort === fromPort && rule.ToPort === toPort)) &&
        rule.CidrIpv4 === cidrIpv4 &&
        rule.CidrIpv6 === cidrIpv6 &&
        rule.PrefixListId === prefixListId &&
        rule.ReferencedGroupInfo?.GroupId === referencedSecurityGroupId,
    );
    return found && { id: found.SecurityGroupRuleId ?? "", isOwn: isTagged(found.Tags, creation) };
  };
}

async function taggedBalancing(elb: AwsClients["elb"], id = "", creation: Creation): Promise<Found> {
  const { TagDescriptions: [described] = [] } = await elb.describeTags({ ResourceArns: [id] });
  return { id, isOwn: isTagged(described?.Tags, creation) };
}

/** Route 53 writes names with a dot at the end, in small letters. */
function isSameName(one = "", other = ""): boolean {
  const [a, b] = [one, other].map((name) => name.toLowerCase().replace(/\.$/, ""));
  return a === b;
}
