import type { Route, SecurityGroup, VpcEndpoint } from "@aws-sdk/client-ec2";
import { awsError, subnetIds } from "@selfhosted/common/testing";
import { expect } from "chai";
import { type Answers, checkOf, closed, everywhere, lookUp, type Result, withRoutes } from "../../account";

const region = "eu-central-1";
const settings = { endpointsEnabled: true };

const endpoint = (service: string, values: VpcEndpoint = {}): VpcEndpoint => ({
  VpcEndpointId: `vpce-${service}`,
  ServiceName: `com.amazonaws.${region}.${service}`,
  VpcEndpointType: "Interface",
  State: "Available",
  PrivateDnsEnabled: true,
  ...values,
});
const gateway = (...RouteTableIds: string[]): VpcEndpoint =>
  endpoint("s3", { VpcEndpointType: "Gateway", RouteTableIds });
const withEndpoints = (...VpcEndpoints: VpcEndpoint[]): Answers => ({
  "ec2:DescribeVpcEndpoints": () => ({ VpcEndpoints }),
});
const withGroup = (cidr: string, port = 443): Answers => ({
  "ec2:DescribeSecurityGroups": () => ({
    SecurityGroups: [
      {
        GroupId: "sg-1",
        IpPermissions: [{ IpProtocol: "tcp", FromPort: port, ToPort: port, IpRanges: [{ CidrIp: cidr }] }],
      } satisfies SecurityGroup,
    ],
  }),
});
const services = ({ account }: Result): string[] | undefined => account?.endpoints.map(({ service }) => service);
const silent = endpoint("kms", { PrivateDnsEnabled: false });
const ownTags = ["project=pulumi", "layer=infrastructure", "stack=prod"].map((tag) => {
  const [Key, Value] = tag.split("=");
  return { Key, Value };
});

describe("The look-up of VPC endpoints", () => {
  it("leaves the groups of others' endpoints unchecked where the caller may not see them", async () => {
    const found = await lookUp({
      config: settings,
      aws: {
        ...withEndpoints(endpoint("kms", { Groups: [{ GroupId: "sg-1" }] })),
        "ec2:DescribeSecurityGroups": () => {
          throw awsError("UnauthorizedOperation", "not authorized to perform: ec2:DescribeSecurityGroups");
        },
      },
    });
    expect([found.errors, found.warnings]).to.deep.equal([[], []]);
    expect(services(found)).to.not.include("kms");
    expect(checkOf("VPC endpoints", found).skipped).to.match(/^the security groups of the endpoints can't be read/);
  });

  it("finds none to make beside NAT, and those of others no concern", async () => {
    const found = await lookUp({ aws: withEndpoints(silent) });
    expect([found.errors, found.warnings, services(found)]).to.deep.equal([[], [], []]);
  });

  it("needs the installation's name only where the VPC has an endpoint", async () => {
    const config = { ...settings, name: "Not A Name" };
    const without = await lookUp({ config, aws: withEndpoints() });
    expect(checkOf("VPC endpoints", without).detail).to.equal("0 of others serve the VPC, 6 to make");
    const others = await lookUp({ config, aws: withEndpoints(silent) });
    expect(checkOf("VPC endpoints", others).skipped).to.equal("a setting that it needs isn't valid");
  });

  it("warns of endpoints elsewhere that nothing asks for, and refuses trust in the installation's own account", async () => {
    const elsewhere = { endpointsElsewhere: "kms" };
    expect((await lookUp({ config: elsewhere })).warnings.join()).to.match(
      /^endpointsElsewhere: has no effect: .* \| pulumi config rm endpointsElsewhere$/,
    );
    expect((await lookUp({ config: { ...settings, ...elsewhere } })).warnings).to.deep.equal([]);
    const { errors } = await lookUp({
      config: { ...settings, endpointsTrustedAccountIds: "111122223333,444455556666" },
    });
    expect(errors).to.deep.equal([
      "endpointsTrustedAccountIds: found 111122223333, the installation's own account, which the endpoints serve anyway",
    ]);
  });

  it("finds which to make, each in a subnet of every zone", async () => {
    const { account } = await lookUp({ config: { ...settings, endpointsExtraServices: "email-smtp" } });
    const kms = account?.endpoints.find(({ service }) => service === "kms");
    expect(kms).to.deep.equal({
      service: "kms",
      serviceName: `com.amazonaws.${region}.kms`,
      type: "Interface",
      subnetIds: [...subnetIds.private].reverse(),
      takesPolicy: true,
    });
    expect(
      account?.endpoints.map(({ service, type, takesPolicy }) => [service, type, takesPolicy]),
    ).to.deep.include.members([
      ["s3", "Gateway", true],
      ["email-smtp", "Interface", false],
    ]);
  });

  it("finds them where AWS ignores filters and gives no details, as GovCloud did", async () => {
    const ServiceNames = ["s3", "ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "sqs"].map(
      (service) => `com.amazonaws.us-gov-west-1.${service}`,
    );
    const aws = { "ec2:DescribeVpcEndpointServices": () => ({ ServiceNames, ServiceDetails: [] }) };
    const { account } = await lookUp({ config: settings, partition: "aws-us-gov", aws });
    expect(account?.endpoints).to.have.length(6);
    expect(account?.endpoints.find(({ service }) => service === "kms")?.subnetIds).to.have.members(subnetIds.private);
  });

  it("refuses services that the region doesn't have, at the setting that asks for them", async () => {
    const without = (missing: string): Answers => ({
      "ec2:DescribeVpcEndpointServices": ({ Filters }) => ({
        ServiceNames: (Filters as { Values: string[] }[])[0]?.Values.filter((name) => !name.endsWith(missing)),
      }),
    });
    const extra = { ...settings, endpointsExtraServices: "sts,ssm" };
    expect((await lookUp({ config: extra, aws: without(".sts") })).errors).to.deep.equal([
      "endpointsExtraServices: AWS has no VPC endpoints for sts in eu-central-1 | pulumi config set endpointsExtraServices ssm",
    ]);
    expect((await lookUp({ config: settings, aws: without(".kms") })).errors).to.deep.equal([
      "endpointsEnabled: AWS has no VPC endpoints for kms in eu-central-1 | where the subnets reach it in another way: " +
        "pulumi config set endpointsElsewhere kms",
    ]);
  });

  it("leaves those that the VPC has alone, and makes the stack's own again", async () => {
    const others = await lookUp({ config: settings, aws: withEndpoints(endpoint("kms"), gateway("rtb-private")) });
    expect(services(others)).to.deep.equal(["ecr.api", "ecr.dkr", "logs", "secretsmanager"]);
    expect(checkOf("VPC endpoints", others).detail).to.equal("2 of others serve the VPC, 4 to make");
    const own = await lookUp({
      config: settings,
      aws: withEndpoints(endpoint("kms", { Tags: ownTags }), { ...silent, VpcEndpointId: "vpce-other" }),
    });
    expect([own.errors, own.warnings, services(own)?.length]).to.deep.equal([[], [], 6]);
  });

  it("counts those that AWS is deleting for nothing", async () => {
    const found = await lookUp({ config: settings, aws: withEndpoints({ ...silent, State: "Deleting" }) });
    expect(services(found)).to.have.length(6);
  });

  const faults: [string, VpcEndpoint[], RegExp][] = [
    [
      "a gateway that they don't use",
      [gateway("rtb-other")],
      /vpce-s3 for s3 is not attached to rtb-private \| aws ec2 modify-vpc-endpoint --vpc-endpoint-id vpce-s3 --add-route-table-ids rtb-private; or/,
    ],
    [
      "one that AWS couldn't make",
      [{ ...silent, State: "Failed" }],
      /vpce-kms for kms is in state Failed; allowed: available \| aws ec2 delete-vpc-endpoints/,
    ],
    ["one that the usual name doesn't reach", [silent], /vpce-kms for kms has private DNS off.*--private-dns-enabled/],
    [
      "several for a service",
      [silent, silent],
      /vpc-0123456789abcdef0 has several endpoints for kms, and none of them is this stack's/,
    ],
  ];
  for (const [what, endpoints, sentence] of faults) {
    it(`refuses those of others that don't serve subnets without a route out, and warns beside NAT: ${what}`, async () => {
      const aws = withEndpoints(...endpoints);
      expect((await lookUp({ config: settings, aws: { ...closed, ...aws } })).errors.join()).to.match(sentence);
      const withNat = await lookUp({ config: settings, aws });
      expect([withNat.errors, withNat.warnings.length]).to.deep.equal([[], 1]);
      expect(withNat.warnings[0]).to.contain("calls leave by the default route");
    });
  }

  it("warns of those of others whose groups don't admit the tasks: they aren't ours to change", async () => {
    const aws = withEndpoints(endpoint("kms", { Groups: [{ GroupId: "sg-1" }] }));
    expect((await lookUp({ config: settings, aws: { ...aws, ...withGroup("10.0.0.0/16") } })).warnings).to.deep.equal(
      [],
    );
    for (const groups of [withGroup("10.0.11.0/24"), withGroup("10.0.0.0/16", 80), withGroup("192.168.0.0/16")]) {
      const { errors, warnings } = await lookUp({ config: settings, aws: { ...aws, ...groups } });
      expect(errors).to.deep.equal([]);
      expect(warnings[0]).to.match(/vpce-kms for .*kms: no rule of sg-1 admits 10\.0.*--group-id sg-1 .*--cidr 10\.0/);
    }
  });

  it("refuses private subnets without a route out for IPv4, and no endpoints in its place", async () => {
    const ipv6: Route[] = [{ DestinationIpv6CidrBlock: "::/0", EgressOnlyInternetGatewayId: "eigw-1" }];
    for (const aws of [closed, withRoutes({ "rtb-private": ipv6 })]) {
      expect((await lookUp({ aws })).errors.join()).to.match(
        /endpointsEnabled: found false, but subnet-1\w+, .* have no route out of vpc-\w+, which lacks endpoints for s3, ecr\.api, ecr\.dkr, kms, logs, secretsmanager \| pulumi config set endpointsEnabled true/,
      );
    }
  });

  it("sees a default route that a virtual private gateway propagates", async () => {
    const propagated: Route = { ...everywhere, GatewayId: "vgw-1", Origin: "EnableVgwRoutePropagation" };
    const { errors, account } = await lookUp({ aws: withRoutes({ "rtb-private": [propagated] }) });
    expect([errors, account?.network.closedSubnetIds]).to.deep.equal([[], []]);
  });

  it("accepts what the printed fix says of subnets that reach AWS in a way that they don't show", async () => {
    for (const [config, endpoints, made] of [
      [{ ...settings, endpointsExtraServices: "sts" }, [silent], 6],
      [settings, [silent, silent], 5],
      [{}, [], 0],
    ] as const) {
      const aws = { ...closed, ...withEndpoints(...endpoints) };
      const { errors } = await lookUp({ config, aws });
      const [, endpointsElsewhere] = /endpointsElsewhere (\S+)$/.exec(errors.join()) ?? [];
      expect(endpointsElsewhere).to.match(/kms/);
      const accepted = await lookUp({ config: { ...config, endpointsElsewhere }, aws });
      expect([accepted.errors, services(accepted)?.length]).to.deep.equal([[], made]);
    }
  });
});
