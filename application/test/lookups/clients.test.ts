import type { AwsAnswers, Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { detail, problems, skipped, type Trial } from "./account";

/** A VPC whose private subnets leave through two NAT gateways. */
const vpc: Partial<AwsAnswers> = {
  "ec2:DescribeRouteTables": () => ({
    RouteTables: [
      {
        Associations: [{ SubnetId: "subnet-private-a" }],
        Routes: [{ DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: "nat-a" }],
      },
      { Associations: [{ Main: true }], Routes: [{ DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: "nat-b" }] },
    ],
  }),
  "ec2:DescribeNatGateways": (input) => natGateways(input),
};

/** Both are there. As AWS does it, a question by a filter leaves out what isn't. */
function natGateways({ Filter }: Values): Values {
  const [{ Values: ids }] = Filter as [{ Values: string[] }];
  return {
    NatGateways: ids
      .filter((id) => ["nat-a", "nat-b"].includes(id))
      .map((id) => ({
        NatGatewayId: id,
        ConnectivityType: "public",
        NatGatewayAddresses: [{ PublicIp: id === "nat-a" ? "198.51.100.1" : "198.51.100.2" }],
      })),
  };
}

function through(...routes: object[]): Partial<AwsAnswers> {
  const Routes = routes.map((route) => ({ DestinationCidrBlock: "0.0.0.0/0", ...route }));
  return { ...vpc, "ec2:DescribeRouteTables": () => ({ RouteTables: [{ Associations: [{ Main: true }], Routes }] }) };
}

describe("an allow list", () => {
  const limited: Trial = { config: { allowedCidrBlocks: ["203.0.113.0/24"] }, aws: vpc };

  it("that shuts the console's own calls out is refused, with the whole list to set", async () => {
    expect(await problems(limited)).to.deep.equal([
      "error allowedCidrBlocks: lacks 198.51.100.1, 198.51.100.2, of the NAT gateways: the console's own calls to the API come from " +
        "there, and nobody could sign in → pulumi config set allowedCidrBlocks 203.0.113.0/24,198.51.100.1/32,198.51.100.2/32; or, where " +
        "the API's name leads to it inside of the VPC, name that address, be it the public URL: pulumi config set " +
        "consoleInternalApiEndpoint https://api.pulumi.example.com",
    ]);
  });

  it("may hold the NAT gateways one by one, in a network, or in a prefix list", async () => {
    const config = { allowedCidrBlocks: ["198.51.100.1/32", "198.51.100.2/32"] };
    expect(await problems({ config, aws: vpc })).to.deep.equal([]);
    expect(await detail({ config, aws: vpc }, "clients")).to.match(/^hold 198\.51\.100\.1, 198\.51\.100\.2/);
    expect(await problems({ config: { allowedCidrBlocks: ["198.51.100.0/24"] }, aws: vpc })).to.deep.equal([]);
    const aws = {
      ...vpc,
      "ec2:DescribeManagedPrefixLists": () => ({
        PrefixLists: [{ PrefixListId: "pl-00000001", AddressFamily: "IPv4", MaxEntries: 5 }],
      }),
      "ec2:GetManagedPrefixListEntries": () => ({ Entries: [{ Cidr: "198.51.100.0/28" }] }),
    };
    expect(await problems({ config: { allowedPrefixListIds: ["pl-00000001"] }, aws })).to.deep.equal([]);
  });

  it("is compared with the NAT gateways of halves of the internet, which go before those of the whole", async () => {
    const halves = ["0.0.0.0/1", "128.0.0.0/1"].map((DestinationCidrBlock) => ({
      DestinationCidrBlock,
      NatGatewayId: "nat-b",
    }));
    expect((await problems({ ...limited, aws: through(...halves) }))[0]).to.match(/lacks 198\.51\.100\.2,/);
    const both = through({ NatGatewayId: "nat-a" }, ...halves);
    expect((await problems({ ...limited, aws: both }))[0]).to.match(/lacks 198\.51\.100\.2,/);
  });

  it("is compared with the routes of all pages", async () => {
    const pages: Partial<AwsAnswers> = {
      ...vpc,
      "ec2:DescribeRouteTables": ({ NextToken }) =>
        NextToken === undefined
          ? { RouteTables: [], NextToken: "2" }
          : (vpc["ec2:DescribeRouteTables"]?.({}, "eu-central-1") ?? {}),
    };
    expect((await problems({ ...limited, aws: pages }))[0]).to.match(/lacks 198\.51\.100\.1, 198\.51\.100\.2/);
  });

  it("needs no NAT gateway where the console's calls don't leave the VPC", async () => {
    expect(await problems({ ...limited, config: { ...limited.config, internal: true } })).to.deep.equal([]);
    const consoleInternalApiEndpoint = "https://api.internal.example.com";
    expect(await problems({ ...limited, config: { ...limited.config, consoleInternalApiEndpoint } })).to.deep.equal([]);
    expect(await problems({ aws: vpc }), "everyone").to.deep.equal([]);
  });

  it("can't be checked where the route to the internet isn't a NAT gateway of the VPC, and that is said", async () => {
    const reason = (trial: Trial) => skipped(trial, "clients");
    expect(await reason({ ...limited, aws: through({ TransitGatewayId: "tgw-1" }) })).to.match(/through tgw-1,/);
    const list = { DestinationCidrBlock: undefined, DestinationPrefixListId: "pl-9" };
    const routes: [string, object[]][] = [
      ["core-network-1", [{ CoreNetworkArn: "core-network-1" }]],
      ["cagw-1", [{ CarrierGatewayId: "cagw-1" }]],
      ["tgw-1", [{ ...list, TransitGatewayId: "tgw-1" }]],
      ["another gateway", [{ OdbNetworkArn: "odb-1" }]],
      ["nat-gone", [{ NatGatewayId: "nat-gone" }]],
    ];
    for (const [target, route] of routes) {
      expect(await problems({ ...limited, aws: through(...route) }), target).to.deep.equal([]);
      expect(await reason({ ...limited, aws: through(...route) }), target).to.include(`through ${target},`);
    }
    const s3 = { ...list, GatewayId: "vpce-s3" };
    expect(await reason({ ...limited, aws: through(s3) }), "a gateway endpoint").to.equal(undefined);
    const httpsProxy = "http://proxy.example.com:3128";
    expect(await reason({ ...limited, config: { ...limited.config, httpsProxy } })).to.match(/through the proxy/);
  });
});

describe("prefix lists of clients", () => {
  const lists = (...found: object[]): Partial<AwsAnswers> => ({
    ...vpc,
    "ec2:DescribeManagedPrefixLists": () => ({ PrefixLists: found }),
    "ec2:GetManagedPrefixListEntries": () => ({ Entries: [{ Cidr: "198.51.100.0/24" }] }),
  });
  const list = (changes: object): object => ({
    PrefixListId: "pl-00000001",
    PrefixListName: "offices",
    AddressFamily: "IPv4",
    MaxEntries: 20,
    ...changes,
  });
  const config = { allowedPrefixListIds: ["pl-00000001"] };

  it("exist", async () => {
    expect(await detail({ config, aws: lists(list({})) }, "prefix lists")).to.equal("pl-00000001 (offices, 20 rules)");
    const both = { allowedPrefixListIds: ["pl-0123456789abcdef0", "pl-00000000000000000"] };
    expect(await problems({ config: both }), "one of two").to.deep.equal([
      "error allowedPrefixListIds: prefix list pl-00000000000000000 doesn't exist in this account and region → undefined",
    ]);
    for (const invalid of ["dualStack", "allowedCidrBlocks"] as const) {
      expect(await problems({ config: both, invalid: [invalid] }), `whatever ${invalid} is`).to.have.length(1);
    }
  });

  it("count with their most entries, or with AWS's own weight, beside the networks", async () => {
    const blocks = { ...config, allowedCidrBlocks: Array.from({ length: 41 }, (_, i) => `10.0.${i}.0/24`) };
    const aws = lists(list({}));
    expect((await problems({ config: blocks, aws }))[0]).to.match(
      /^warning allowedPrefixListIds: pl-00000001, .* and the IPv4 networks .* count as 61 rules/,
    );
    const cloudFront = { PrefixListName: "com.amazonaws.global.cloudfront.origin-facing", MaxEntries: undefined };
    expect(await problems({ config, aws: lists(list(cloudFront)) })).to.deep.equal([]);
    const two = lists(list(cloudFront), list({ PrefixListId: "pl-00000002", MaxEntries: 6 }));
    expect((await problems({ config, aws: two }))[0]).to.match(/count as 61/);
  });

  it("of IPv6 networks need load balancers that answer there", async () => {
    const aws = lists(list({ AddressFamily: "IPv6" }));
    expect((await problems({ config, aws }))[0]).to.match(
      /^error allowedPrefixListIds: pl-00000001 hold IPv6.*dualStack true$/,
    );
    expect(await problems({ config: { ...config, dualStack: true }, aws })).to.deep.equal([]);
  });

  it("of IPv4 alone leave out the clients that take the IPv6 address", async () => {
    const both = { ...config, dualStack: true };
    expect((await problems({ config: both, aws: lists(list({})) }))[0]).to.match(
      /^error dualStack: found true, but only IPv4/,
    );
    const blocks = { ...both, allowedCidrBlocks: ["2001:db8::/32"] };
    expect(await problems({ config: blocks, aws: lists(list({})) })).to.deep.equal([]);
  });
});

describe("a console of internet-facing load balancers", () => {
  const endpointsOnly = through(
    { DestinationCidrBlock: "10.0.0.0/16", GatewayId: "local" },
    { DestinationCidrBlock: "192.168.0.0/16", TransitGatewayId: "tgw-1" },
    { DestinationCidrBlock: undefined, DestinationPrefixListId: "pl-s3", GatewayId: "vpce-1" },
  );

  it("needs a route to the API out of the private subnets", async () => {
    const [found = "", ...more] = await problems({ aws: endpointsOnly });
    expect(more).to.deep.equal([]);
    expect(found).to.match(
      /^error internal: .*subnet-private-a.* have no route there\. The console couldn't ask the API.* → pulumi config set internal true; .*consoleInternalApiEndpoint/,
    );
  });

  it("has one by a default route, a route to some of the internet, a proxy, or another name of the API", async () => {
    const trials: Trial[] = [
      { aws: vpc },
      { aws: through({ DestinationCidrBlock: "3.0.0.0/8", TransitGatewayId: "tgw-1" }) },
      { config: { httpsProxy: "http://proxy.example.internal:3128" }, aws: endpointsOnly },
      { config: { consoleInternalApiEndpoint: "https://api.pulumi.example.com" }, aws: endpointsOnly },
      { config: { internal: true }, aws: endpointsOnly },
    ];
    expect(await Promise.all(trials.map(problems))).to.deep.equal(trials.map(() => []));
  });
});
