import { subnetIds } from "@selfhosted/common/testing";
import { itRefuses } from "./problems";

describe("A configuration of the network with a mistake", () => {
  itRefuses([
    ["no VPC", { vpcId: undefined }, /vpcId: not set; required: the id of a VPC/],
    ["a VPC that is none", { vpcId: "main" }, /vpcId: found "main"; allowed: the id of a VPC/],
    [
      "one public subnet",
      { publicSubnetIds: subnetIds.public.slice(0, 1) },
      /publicSubnetIds: found one subnet; allowed: two/,
    ],
    [
      "one private subnet",
      { privateSubnetIds: subnetIds.private.slice(0, 1) },
      /privateSubnetIds: found .* 2 or more differ/,
    ],
    [
      "one isolated subnet",
      { isolatedSubnetIds: subnetIds.isolated.slice(0, 1) },
      /isolatedSubnetIds: found .* 2 or more/,
    ],
    [
      "a subnet of two kinds",
      { isolatedSubnetIds: [subnetIds.private[0], ...subnetIds.isolated] },
      /isolatedSubnetIds: subnet-1000000000000000a is also in privateSubnetIds; a subnet is of one kind/,
    ],
    [
      "all subnets of two kinds, which is one mistake",
      { isolatedSubnetIds: subnetIds.private },
      /^isolatedSubnetIds: subnet-1\w+a, subnet-1\w+b, subnet-1\w+c are also in privateSubnetIds; a subnet is of one kind$/,
    ],
    [
      "a firewall before no public subnets",
      { publicSubnetIds: undefined, publicSubnetsBehindFirewall: true },
      /publicSubnetsBehindFirewall: has no effect without publicSubnetIds/,
    ],
    ["a VPC id that lost a letter", { vpcId: "vpc-0123456789abcdef" }, /^vpcId: found .*; allowed: the id of a VPC/],
  ]);
});
