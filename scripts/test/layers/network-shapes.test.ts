import { type Outcome, partitions, type Values, vpcId } from "@selfhosted/common/testing";
import { expect } from "chai";
import { runLayer } from "../../../infrastructure/test/layer";
import { application } from "../support/all-layers";

const { region } = partitions.aws;

/** Subnets of each kind by the letters of their zones, in the order of configuration; capitals have IPv6. */
interface Shape {
  public: string;
  private: string;
}

const kinds = ["public", "private", "isolated"] as const;

/** The id of a kind's subnet in a place of the configuration. */
const subnetId = (kind: (typeof kinds)[number], index: number): string => `subnet-${kinds.indexOf(kind)}000000${index}`;

/** The infrastructure layer in a network of this shape. */
function infrastructure(shape: Shape): Promise<Outcome> {
  const letters = { ...shape, isolated: "ab" };
  const ids = (kind: (typeof kinds)[number]): string[] => [...letters[kind]].map((_, index) => subnetId(kind, index));
  const routes = {
    public: [
      { DestinationCidrBlock: "0.0.0.0/0", GatewayId: "igw-1" },
      { DestinationIpv6CidrBlock: "::/0", GatewayId: "igw-1" },
    ],
    private: [{ DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: "nat-1" }],
    isolated: [],
  };
  return runLayer({
    config: {
      publicSubnetIds: shape.public ? ids("public") : undefined,
      privateSubnetIds: ids("private"),
      isolatedSubnetIds: ids("isolated"),
    },
    aws: {
      "ec2:DescribeSubnets": () => ({
        Subnets: kinds.flatMap((kind) =>
          [...letters[kind]].map((letter, index) => ({
            SubnetId: subnetId(kind, index),
            VpcId: vpcId,
            AvailabilityZone: `${region}${letter.toLowerCase()}`,
            CidrBlock: "10.0.0.0/24",
            AvailableIpAddressCount: 250,
            Ipv6CidrBlockAssociationSet:
              letter === letter.toUpperCase()
                ? [{ Ipv6CidrBlock: "2001:db8::/64", Ipv6CidrBlockState: { State: "associated" } }]
                : [],
          })),
        ),
      }),
      "ec2:DescribeRouteTables": () => ({
        RouteTables: kinds.map((kind) => ({
          RouteTableId: `rtb-${kind}`,
          Associations: ids(kind).map((SubnetId) => ({ SubnetId, Main: false })),
          Routes: routes[kind],
        })),
      }),
    },
  });
}

/** Where load balancers, the tasks behind them and those of the other kinds stand: places in the lists of subnets. */
async function standing(shape: Shape, config: Values = {}): Promise<Record<string, number[]>> {
  const outcome = await application("aws", await infrastructure(shape), config);
  const places = (subnets: unknown): number[] => (subnets as string[]).map((id) => Number(id.slice(-1)));
  const services = (name: string): unknown =>
    (outcome.the("aws:ecs/service:Service", `-${name}-service`).inputs["networkConfiguration"] as Values)["subnets"];
  const balancers = outcome.ofType("aws:lb/loadBalancer:LoadBalancer").map(({ inputs }) => places(inputs["subnets"]));
  expect(balancers[0]).to.deep.equal(balancers[1]);
  expect(services("api")).to.deep.equal(services("console"));
  expect(services("api-jobs")).to.deep.equal(outcome.the("pulumi-nodejs:dynamic:Resource").inputs["subnetIds"]);
  return { balancers: balancers[0] ?? [], tasks: places(services("api")), others: places(services("api-jobs")) };
}

const shapes: [what: string, Shape, Values, Record<string, number[]>][] = [
  ["three zones of each kind", { public: "abc", private: "abc" }, {}, { balancers: [0, 1, 2], tasks: [0, 1, 2] }],
  ["two zones", { public: "ab", private: "ab" }, {}, { balancers: [0, 1], tasks: [0, 1] }],
  ["four zones", { public: "abcd", private: "abcd" }, {}, { balancers: [0, 1, 2, 3], tasks: [0, 1, 2, 3] }],
  ["two public subnets in a zone", { public: "aba", private: "abc" }, {}, { balancers: [0, 1], tasks: [0, 1] }],
  ["more private zones than public", { public: "ab", private: "abc" }, {}, { balancers: [0, 1], tasks: [0, 1] }],
  ["more public zones than private", { public: "abc", private: "ab" }, {}, { balancers: [0, 1, 2], tasks: [0, 1] }],
  ["the same zones in another order", { public: "ba", private: "cab" }, {}, { balancers: [0, 1], tasks: [1, 2] }],
  ["two private subnets in a zone", { public: "ab", private: "aabb" }, {}, { balancers: [0, 1], tasks: [0, 1, 2, 3] }],
  [
    "load balancers inside, two subnets in a zone",
    { public: "", private: "aab" },
    { internal: true },
    { balancers: [0, 2], tasks: [0, 1, 2] },
  ],
  [
    "IPv6 in the second subnet of a zone only",
    { public: "aAB", private: "ab" },
    { dualStack: true },
    { balancers: [1, 2], tasks: [0, 1] },
  ],
  ["IPv6 that nobody uses", { public: "aAB", private: "ab" }, {}, { balancers: [0, 2], tasks: [0, 1] }],
];

describe("load balancers and tasks", function () {
  this.timeout(60_000);

  for (const [what, shape, config, expected] of shapes) {
    it(`stand one per zone, and in zones of their load balancer: ${what}`, async () => {
      const others = [...shape.private].map((_, index) => index);
      expect(await standing(shape, config)).to.deep.equal({ others, ...expected });
    });
  }

  it("stay where they are when subnets of another zone come after the others", async () => {
    const before = await standing({ public: "ab", private: "ab" });
    const after = await standing({ public: "aba" + "c", private: "ab" + "bc" });
    expect(after["balancers"]?.slice(0, 2)).to.deep.equal(before["balancers"]);
    expect(after["balancers"]).to.deep.equal([0, 1, 3]);
  });

  const refusals: [what: string, Shape, Values, RegExp][] = [
    [
      "IPv6 in one zone only",
      { public: "Abb", private: "ab" },
      { dualStack: true },
      /has 1 problem:[^]*dualStack: found true, but in eu-central-1b no public subnet has an IPv6 network with a route to the internet: subnet-00000001, subnet-00000002/,
    ],
    [
      "no IPv6 inside",
      { public: "AB", private: "ab" },
      { dualStack: true, internal: true, allowedCidrBlocks: ["10.0.0.0/8", "fd00::/8"] },
      /has 1 problem:[^]*dualStack: found true, but in eu-central-1a, eu-central-1b no private subnet has an IPv6 network: /,
    ],
    ["no public subnets", { public: "", private: "ab" }, {}, /has 1 problem:[^]*internal: found false/],
  ];
  for (const [what, shape, config, sentence] of refusals) {
    it(`are refused before anything is made: ${what}`, async () => {
      const data = await infrastructure(shape);
      const refused = await application("aws", data, config).then(
        () => "deployed",
        (error: Error) => error.message,
      );
      expect(refused).to.match(sentence);
    });
  }
});
