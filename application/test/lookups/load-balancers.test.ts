import * as aws from "@pulumi/aws";
import { type AwsAnswers, awsError } from "@selfhosted/common/testing";
import { expect } from "chai";
import { deploy, infrastructure } from "../fixtures";
import { detail, problems } from "./account";

const own = { project: "pulumi", layer: "application", stack: "test" };
const { publicSubnetIds, privateSubnetIds } = infrastructure.network;

interface Deployed {
  subnets?: string[];
  scheme?: string;
  isProtected?: boolean;
  tags?: Record<string, string>;
}

/** ELB with both load balancers of the stack. */
function elb({
  subnets = publicSubnetIds,
  scheme = "internet-facing",
  isProtected = false,
  tags = own,
}: Deployed): Partial<AwsAnswers> {
  return {
    "elb:DescribeLoadBalancers": ({ Names: [name] = [] }: { Names?: string[] }) => ({
      LoadBalancers: [
        {
          LoadBalancerArn: `arn:${name}`,
          Scheme: scheme,
          AvailabilityZones: subnets.map((SubnetId) => ({ SubnetId })),
        },
      ],
    }),
    "elb:DescribeLoadBalancerAttributes": () => ({
      Attributes: [{ Key: "deletion_protection.enabled", Value: String(isProtected) }],
    }),
    "elb:DescribeTags": () => ({
      TagDescriptions: [{ Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }],
    }),
  };
}

describe("deployed load balancers", () => {
  it("are looked up by the names that the program gives them", async () => {
    const asked: unknown[] = [];
    const answers = elb({});
    await problems({
      aws: {
        ...answers,
        "elb:DescribeLoadBalancers": (input, region) => {
          asked.push(...(input["Names"] as string[]));
          return answers["elb:DescribeLoadBalancers"]?.(input, region) ?? {};
        },
      },
    });
    const made = (await deploy()).ofType(aws.lb.LoadBalancer).map(({ inputs }) => inputs.name);
    expect(asked).to.have.members(made);
  });

  it("stay as they are, and may get more subnets", async () => {
    expect(await problems({ aws: elb({}) })).to.deep.equal([]);
    expect(await problems({ aws: elb({ subnets: publicSubnetIds.slice(0, 1) }) })).to.deep.equal([]);
    expect(await detail({ aws: elb({}) }, "load balancers")).to.equal(
      "pulumi-test-api-lb and pulumi-test-console-lb stay",
    );
  });

  it("aren't replaced unawares by losing a subnet, and not at all where they are protected", async () => {
    const subnets = [...publicSubnetIds, "subnet-gone"];
    expect((await problems({ aws: elb({ subnets }) }))[0]).to.match(
      /^warning .* would lose subnet-gone, .* they are replaced: an outage of minutes/,
    );
    expect((await problems({ aws: elb({ subnets, isProtected: true }) }))[0]).to.match(
      /^error .*; deletion protection stops that half-way → .* deploy loadBalancerDeletionProtection false first/,
    );
  });

  it("never turn from the internet to the inside while they are protected", async () => {
    const config = { internal: true };
    expect(await problems({ config, aws: elb({ isProtected: true }) })).to.deep.equal([
      "error internal: found true, but pulumi-test-api-lb and pulumi-test-console-lb face the internet; to be internal, they are " +
        "replaced: an outage of minutes, and new addresses; deletion protection stops that half-way → to keep them, pulumi config set " +
        "internal false; to replace them, deploy loadBalancerDeletionProtection false first, with everything else as it was",
    ]);
    expect((await problems({ config, aws: elb({}) }))[0]).to.match(/^warning internal: /);
    const inside = elb({ scheme: "internal", subnets: privateSubnetIds });
    expect(await problems({ config, aws: inside })).to.deep.equal([]);
  });

  it("of somebody else with the same names are named", async () => {
    expect(await problems({ aws: elb({ tags: { ...own, stack: "prod" } }) })).to.deep.equal(
      ["api", "console"].map(
        (service) =>
          `error infrastructureStack: load balancer pulumi-test-${service}-lb exists already, and is not of this stack → ` +
          "delete it, or install under another name in infrastructure/",
      ),
    );
  });
});

describe("new load balancers", () => {
  const taken = (count: number): Partial<AwsAnswers> => ({
    "elb:DescribeLoadBalancers": ({ Names }) => {
      if (Names !== undefined) {
        throw Object.assign(new Error("not found"), { name: "LoadBalancerNotFoundException" });
      }
      const others = Array.from({ length: count }, () => ({ Type: "network" }));
      return { LoadBalancers: [...others, { Type: "application" }] };
    },
  });

  it("are made where the old ones are deleted during the look-up", async () => {
    const notFound = () => {
      throw awsError("LoadBalancerNotFoundException", "One or more load balancers not found");
    };
    for (const call of ["elb:DescribeLoadBalancerAttributes", "elb:DescribeTags"]) {
      const trial = { aws: { ...elb({}), [call]: notFound } };
      expect(await problems(trial), call).to.deep.equal([]);
      expect(await detail(trial, "load balancers"), call).to.equal("2 new ones");
    }
  });

  it("are made where the quota can't be read", async () => {
    const aws = {
      ...taken(49),
      "elb:DescribeAccountLimits": () => {
        throw awsError("AccessDenied", "not authorized to perform: elasticloadbalancing:DescribeAccountLimits");
      },
    };
    expect(await problems({ aws })).to.deep.equal([]);
  });

  it("fit into what the account may have in the region", async () => {
    expect(await problems({ aws: taken(48) })).to.deep.equal([]);
    expect((await problems({ aws: taken(49) }))[0]).to.match(
      /^error infrastructureStack: 2 network load balancers are needed .*, and 49 of the 50 .* → .*--quota-code L-69A177A2 --desired-value 51/,
    );
  });
});

describe("a domain that begins like the hosts", () => {
  // Any certificate would be compared with the hosts.
  const config = { domain: "api.pulumi.example.com", certificateArn: undefined };

  it("is warned of before the first deployment, and never again", async () => {
    expect(await problems({ config })).to.deep.equal([
      "warning domain: found api.pulumi.example.com: users will find the API at api.api.pulumi.example.com, and a later change is " +
        "costly → unless that is meant, pulumi config set domain pulumi.example.com",
    ]);
    expect(await problems({ config, aws: elb({}) })).to.deep.equal([]);
  });
});
