import type { EC2, Route, SecurityGroup, VpcEndpoint } from "@aws-sdk/client-ec2";
import type { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { IAM } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { checkEndpoints } from "../lib/prerequisites/endpoints";
import { checkSubnetsStay } from "../lib/prerequisites/load-balancers";
import { checkNetwork, checkPlacement, type NetworkConfig } from "../lib/prerequisites/network";
import { roleInStateFindings, searchAccessFindings } from "../lib/prerequisites/search-access";
import type { Finding } from "../lib/report";
import { makeRoleIfMissing, waitForOpenSearch } from "../lib/search-role";

const region = "eu-central-1";
const texts = (findings: Finding[], verdict: Finding["verdict"]): string[] =>
  findings.filter((each) => each.verdict === verdict).map(({ evidence, remedy = "" }) => `${evidence} | ${remedy}`);

/** EC2 with a network; the number in a subnet's id is its kind, the letter its zone. */
interface Found {
  routes?: Partial<Record<"public" | "private" | "isolated", Route[]>>;
  endpoints?: VpcEndpoint[];
  groups?: SecurityGroup[];
  withoutIpv6?: string[];
}

const ids = {
  publicSubnetIds: ["subnet-0a", "subnet-0b"],
  privateSubnetIds: ["subnet-1a", "subnet-1b"],
  isolatedSubnetIds: ["subnet-2a", "subnet-2b"],
};
const config: NetworkConfig = { vpcId: "vpc-1", ...ids, publicSubnetsBehindFirewall: false };
const everywhere = { DestinationCidrBlock: "0.0.0.0/0" };

function ec2({ routes = {}, endpoints = [], groups = [], withoutIpv6 = [] }: Found = {}): EC2 {
  const all = { public: ids.publicSubnetIds, private: ids.privateSubnetIds, isolated: ids.isolatedSubnetIds };
  const usual: Record<string, Route[]> = {
    public: [
      { ...everywhere, GatewayId: "igw-1" },
      { DestinationIpv6CidrBlock: "::/0", GatewayId: "igw-1" },
    ],
    private: [{ ...everywhere, NatGatewayId: "nat-1" }],
    isolated: [],
  };
  const local = { DestinationCidrBlock: "10.0.0.0/16", GatewayId: "local" };
  const fake = {
    describeVpcs: () => Promise.resolve({ Vpcs: [{ VpcId: "vpc-1" }] }),
    describeVpcAttribute: () =>
      Promise.resolve({ EnableDnsSupport: { Value: true }, EnableDnsHostnames: { Value: true } }),
    describeSubnets: () =>
      Promise.resolve({
        // Not in the order of configuration, as AWS gives them.
        Subnets: Object.values(all)
          .flat()
          .reverse()
          .map((SubnetId) => ({
            SubnetId,
            VpcId: "vpc-1",
            AvailabilityZone: `${region}${SubnetId.slice(-1)}`,
            CidrBlock: `10.0.${SubnetId.charCodeAt(8)}.0/24`,
            Ipv6CidrBlockAssociationSet: withoutIpv6.includes(SubnetId) ? [] : [{ Ipv6CidrBlock: "2001:db8::/64" }],
          })),
      }),
    describeRouteTables: () =>
      Promise.resolve({
        RouteTables: Object.entries(all).map(([kind, subnets]) => ({
          RouteTableId: `rtb-${kind}`,
          Associations: subnets.map((SubnetId) => ({ SubnetId })),
          Routes: [local, ...(routes[kind as keyof typeof routes] ?? usual[kind] ?? [])],
        })),
      }),
    describeVpcEndpoints: () => Promise.resolve({ VpcEndpoints: endpoints }),
    describeSecurityGroups: () => Promise.resolve({ SecurityGroups: groups }),
  };
  return fake as unknown as EC2;
}

describe("preflight: network", () => {
  it("is fit, with its subnets in the order of configuration", async () => {
    const { findings, network } = await checkNetwork(ec2(), config);
    expect(texts(findings, "fail")).to.deep.equal([]);
    expect(network?.outputs.publicSubnetIds).to.deep.equal(ids.publicSubnetIds);
  });

  it("has its public subnets behind a firewall only where that is said", async () => {
    const firewalled = ec2({ routes: { public: [{ ...everywhere, GatewayId: "vpce-1" }] } });
    const refused = await checkNetwork(firewalled, config);
    expect(refused.network).to.equal(undefined);
    expect(texts(refused.findings, "fail")[0]).to.match(
      /subnet-0a has its default route through vpce-1.*publicSubnetsBehindFirewall true/,
    );
    const accepted = await checkNetwork(firewalled, { ...config, publicSubnetsBehindFirewall: true });
    expect(texts(accepted.findings, "fail")).to.deep.equal([]);
  });

  it("has no default route to a target that is gone", async () => {
    const State = "blackhole" as const;
    const dead = ec2({
      routes: {
        public: [{ ...everywhere, GatewayId: "igw-1", State }],
        private: [{ ...everywhere, NatGatewayId: "nat-1", State }],
      },
    });
    const refused = texts((await checkNetwork(dead, config)).findings, "fail").join("\n");
    expect(refused).to.match(/publicSubnetIds: the route of subnet-0a to 0\.0\.0\.0\/0 is in state blackhole/);
    expect(refused).to.match(
      /privateSubnetIds: the route of subnet-1b .*aws ec2 replace-route --route-table-id rtb-private/,
    );
    const elsewhere = { DestinationCidrBlock: "172.16.0.0/12", VpcPeeringConnectionId: "pcx-1", State } as const;
    const used = { ...everywhere, NatGatewayId: "nat-1", State: "active" } as const;
    const fit = await checkNetwork(ec2({ routes: { private: [used, elsewhere] } }), config);
    expect(texts(fit.findings, "fail")).to.deep.equal([]);
  });

  it("gives load balancers IPv6 where they are to have it, before anything is deployed", async () => {
    const { network } = await checkNetwork(ec2({ withoutIpv6: ["subnet-0b"] }), config);
    if (network === undefined) {
      throw new Error("expected a fit network");
    }
    expect(texts(checkPlacement({ internal: false, dualStack: false }, network), "fail")).to.deep.equal([]);
    expect(texts(checkPlacement({ internal: false, dualStack: true }, network), "fail")[0]).to.match(
      /in eu-central-1b no public subnet has an IPv6 network.*in application\/: .*pulumi config rm dualStack/,
    );
  });
});

describe("preflight: deployed load balancers", () => {
  const elb = (subnets: string[], isProtected: boolean): ElasticLoadBalancingV2 => {
    const fake = {
      describeLoadBalancers: () =>
        Promise.resolve({ LoadBalancers: [{ AvailabilityZones: subnets.map((SubnetId) => ({ SubnetId })) }] }),
      describeLoadBalancerAttributes: () =>
        Promise.resolve({ Attributes: [{ Key: "deletion_protection.enabled", Value: String(isProtected) }] }),
    };
    return fake as unknown as ElasticLoadBalancingV2;
  };
  const check = (isProtected: boolean, wanted: string[]): Promise<Finding[]> =>
    checkSubnetsStay(elb(["subnet-0a", "subnet-0b"], isProtected), ["arn"], wanted);

  it("may get more subnets", async () => {
    expect(await check(true, ["subnet-0a", "subnet-0b", "subnet-0c"])).to.deep.equal([]);
  });

  it("aren't replaced unawares by losing one, and not at all where they are protected", async () => {
    expect(texts(await check(false, ["subnet-0a", "subnet-0c"]), "warn")[0]).to.match(
      /would lose subnet-0b, which replaces them: an outage of minutes/,
    );
    expect(texts(await check(true, ["subnet-0a", "subnet-0c"]), "fail")[0]).to.match(
      /stops it half-way.*loadBalancerDeletionProtection false in application\/ first/,
    );
  });
});

describe("preflight: VPC endpoints", () => {
  const settings = {
    endpointsEnabled: true,
    endpointsElsewhere: [] as string[],
    endpointsExtraServices: [],
    privateSubnetIds: ids.privateSubnetIds,
  };
  const tags = { project: "pulumi", layer: "infrastructure", stack: "prod" };
  const check = async (found: Found, change: Partial<typeof settings> = {}): Promise<Finding[]> => {
    const account = ec2(found);
    const { network } = await checkNetwork(account, config);
    return network ? checkEndpoints(account, { ...settings, ...change }, { region, network, tags }) : [];
  };
  const kms = (values: VpcEndpoint = {}): VpcEndpoint => ({
    VpcEndpointId: "vpce-kms",
    ServiceName: `com.amazonaws.${region}.kms`,
    VpcEndpointType: "Interface",
    State: "Available",
    PrivateDnsEnabled: true,
    Groups: [{ GroupId: "sg-1" }],
    ...values,
  });
  const group = (cidr: string, port = 443): SecurityGroup => ({
    GroupId: "sg-1",
    IpPermissions: [{ IpProtocol: "tcp", FromPort: port, ToPort: port, IpRanges: [{ CidrIp: cidr }] }],
  });

  const closed = { private: [] };
  const admitting = [group("10.0.0.0/16")];

  it("aren't looked at where there is NAT and none are to be made", async () => {
    const lone = [kms({ PrivateDnsEnabled: false })];
    expect(await check({ endpoints: lone }, { endpointsEnabled: false })).to.deep.equal([]);
  });

  it("aren't looked at for services that are reached in another way, as the printed fix says", async () => {
    const found = { endpoints: [kms({ PrivateDnsEnabled: false })], groups: admitting, routes: closed };
    const [refused = ""] = texts(await check(found), "fail");
    const [, endpointsElsewhere = ""] = /endpointsElsewhere (\S+)/.exec(refused) ?? [];
    const accepted = await check(found, { endpointsElsewhere: endpointsElsewhere.split(",") });
    expect(accepted.map(({ verdict, evidence }) => [verdict, evidence])).to.deep.equal([
      ["ok", "0 of others serve the VPC, 5 to make"],
    ]);
  });

  it("of others that serve the VPC are left alone", async () => {
    const found = await check({ endpoints: [kms()], groups: [group("10.0.0.0/16")] });
    expect(found.map(({ verdict }) => verdict)).to.deep.equal(["ok"]);
    expect(found[0]?.evidence).to.equal("1 of others serve the VPC, 5 to make");
  });

  it("of others must answer to the service's usual name where there is no way out, and be ready", async () => {
    const silent = { endpoints: [kms({ PrivateDnsEnabled: false })], groups: admitting, routes: closed };
    expect(texts(await check(silent), "fail")[0]).to.match(
      /vpce-kms for kms has private DNS off.*--private-dns-enabled/,
    );
    const failed = { endpoints: [kms({ State: "Failed" })], groups: admitting, routes: closed };
    expect(texts(await check(failed), "fail")[0]).to.match(/vpce-kms for kms is in state Failed; allowed: available/);
  });

  it("of others that don't serve the subnets are a warning where calls leave by NAT", async () => {
    const gateway = kms({
      VpcEndpointId: "vpce-s3",
      ServiceName: `com.amazonaws.${region}.s3`,
      VpcEndpointType: "Gateway",
      RouteTableIds: ["rtb-other"],
      Groups: [],
    });
    const found = await check({ endpoints: [kms({ PrivateDnsEnabled: false }), gateway], groups: admitting });
    expect(texts(found, "fail")).to.deep.equal([]);
    expect(texts(found, "warn").join("\n")).to.match(
      /vpce-s3 for s3 is not attached to rtb-private; calls leave .*\n.*vpce-kms for kms has private DNS off/,
    );
  });

  it("that AWS is deleting count for nothing", async () => {
    const found = await check({ endpoints: [kms({ State: "Deleting" })], routes: closed });
    expect(found.map(({ evidence }) => evidence)).to.deep.equal(["0 of others serve the VPC, 6 to make"]);
  });

  it("of others whose groups don't admit the tasks are a warning: they aren't ours to change", async () => {
    for (const groups of [[group("10.0.97.0/24")], [group("10.0.0.0/16", 80)], [group("192.168.0.0/16")]]) {
      const found = await check({ endpoints: [kms()], groups });
      expect(texts(found, "fail")).to.deep.equal([]);
      expect(texts(found, "warn")[0]).to.match(
        /vpce-kms for .*kms: no rule of sg-1 admits .*authorize-security-group-ingress/,
      );
    }
  });

  it("of this stack are its own affair", async () => {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const own = kms({ VpcEndpointId: "vpce-own", Tags });
    const found = await check({ endpoints: [own, kms({ PrivateDnsEnabled: false })] });
    expect(texts(found, "fail")).to.deep.equal([]);
  });

  it("must be there where private subnets have no way out", async () => {
    const found = await check({ routes: { private: [] } }, { endpointsEnabled: false });
    expect(texts(found, "fail")[0]).to.match(/lacks endpoints for s3, ecr\.api.*endpointsEnabled true/);
  });
});

describe("preflight: search", () => {
  const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `policy-${index}`);

  it("says that the account's role is still to be made, and by what", () => {
    expect(texts(searchAccessFindings(true, [], "own"), "warn")).to.deep.equal([]);
    expect(texts(searchAccessFindings(false, [], "own"), "warn")[0]).to.match(
      /lacks AWSServiceRoleForAmazonOpenSearchService.*make deploy.*create-service-linked-role --aws-service-name opensearchservice\.amazonaws\.com/,
    );
  });

  it("finds room for one more log resource policy, of which a region has ten", () => {
    expect(texts(searchAccessFindings(true, names(9), "own"), "fail")).to.deep.equal([]);
    expect(texts(searchAccessFindings(true, [...names(9), "own"], "own"), "fail")).to.deep.equal([]);
    expect(texts(searchAccessFindings(true, names(10), "own"), "fail")[0]).to.match(/10 other log resource policies/);
  });
});

describe("the account's role for OpenSearch", () => {
  /** IAM that lists a new role only when it is asked for the so many-th time after it was made. */
  const account = (answersUntilListed = 1): { iam: IAM; made: string[] } => {
    const made: string[] = [];
    let answers = 0;
    const fake = {
      listRoles: ({ PathPrefix = "" }) => {
        const isListed = made.includes(PathPrefix) && ++answers >= answersUntilListed;
        return Promise.resolve({ Roles: isListed ? [{ Path: PathPrefix }] : [] });
      },
      createServiceLinkedRole: ({ AWSServiceName = "" }) => {
        made.push(`/aws-service-role/${AWSServiceName}/`);
        return Promise.resolve({});
      },
    };
    return { iam: fake as unknown as IAM, made };
  };
  const patience = (): { waited: number[]; said: string[] } & Parameters<typeof waitForOpenSearch>[0] => {
    const [waited, said]: [number[], string[]] = [[], []];
    return { waited, said, pause: (time) => Promise.resolve(waited.push(time)), say: (line) => void said.push(line) };
  };

  it("is made by a deployment where it is missing, and only there", async () => {
    const { iam, made } = account();
    expect(await makeRoleIfMissing({ iam }, patience())).to.equal(true);
    expect(await makeRoleIfMissing({ iam }, patience())).to.equal(false);
    expect(made).to.deep.equal(["/aws-service-role/opensearchservice.amazonaws.com/"]);
  });

  it("is waited for until IAM lists it, as the layer refuses without it, but not longer than a minute", async () => {
    const late = patience();
    expect(await makeRoleIfMissing({ iam: account(3).iam }, late)).to.equal(true);
    expect(late.waited).to.deep.equal([2_000, 2_000]);
    const never = patience();
    const failure = await makeRoleIfMissing({ iam: account(Infinity).iam }, never).catch(String);
    expect(failure).to.match(/doesn't list AWSServiceRoleForAmazonOpenSearchService .*Run `make deploy` again/);
    expect(never.waited.reduce((sum, time) => sum + time)).to.equal(60_000);
  });

  it("gets five minutes to become known, with a sign of life every 30 seconds", async () => {
    const { waited, said, ...rest } = patience();
    await waitForOpenSearch(rest);
    expect(waited).to.deep.equal(Array(10).fill(30_000));
    expect(said.slice(1)).to.have.length(10).and.include("  270 seconds left");
  });

  it("is taken out of the state of an old stack before an update tries to delete it", () => {
    const urn = "urn:pulumi:prod::selfhosted-infrastructure::infrastructure:Search$aws:iam/serviceLinkedRole::role";
    const role = { urn, type: "aws:iam/serviceLinkedRole:ServiceLinkedRole" };
    const domain = { urn: "urn:domain", type: "aws:opensearch/domain:Domain" };
    expect(roleInStateFindings([domain], "prod")).to.deep.equal([]);
    expect(roleInStateFindings([role, domain], "prod")[0]).to.include({
      verdict: "fail",
      remedy: `in infrastructure/: pulumi state delete '${urn}' --stack prod`,
    });
    // Pulumi deletes nothing from the state that something depends on.
    const [needed] = roleInStateFindings([role, { ...domain, dependencies: [urn] }], "prod");
    expect(needed?.verdict).to.equal("warn");
    expect(needed?.remedy).to.match(/^run the update.*; then in infrastructure\/: pulumi state delete/);
  });
});
