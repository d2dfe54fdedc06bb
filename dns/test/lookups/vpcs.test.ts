import { type AwsAnswers, awsError } from "@selfhosted/common/testing";
import { expect } from "chai";
import { problems } from "../installation";

describe("more VPCs of a private zone", () => {
  const config = { zoneVpcIds: "vpc-0a1b2c3d,vpc-4e5f6071:eu-west-1" };
  const above = { internal: true };
  const ec2 = (known: Record<string, string>): Partial<AwsAnswers> => ({
    "ec2:DescribeVpcs": ({ VpcIds }, region) => {
      const [id = ""] = VpcIds as string[];
      if (known[id] !== region) {
        throw awsError("InvalidVpcID.NotFound", `The vpc ID '${id}' does not exist`);
      }
      return { Vpcs: [{ VpcId: id }] };
    },
  });
  const both = ec2({ "vpc-0a1b2c3d": "eu-central-1", "vpc-4e5f6071": "eu-west-1" });

  it("exist, each in its region", async () => {
    expect(await problems({ config, above, aws: both })).to.deep.equal([]);
    expect(await problems({ config, above, aws: ec2({ "vpc-0a1b2c3d": "eu-central-1" }) })).to.deep.equal([
      "error zoneVpcIds: VPC vpc-4e5f6071 of eu-west-1 doesn't exist in this account and region → undefined",
    ]);
    const denied = {
      "ec2:DescribeVpcs": () => {
        throw awsError("UnauthorizedOperation", "You are not authorized to perform this operation.");
      },
    };
    expect(await problems({ config, above, aws: denied }), "not allowed to ask").to.deep.equal([]);
  });
});
