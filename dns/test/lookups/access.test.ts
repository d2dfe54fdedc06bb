import { awsError } from "@selfhosted/common/testing";
import { expect } from "chai";
import { dns, problems } from "../installation";

describe("a zone in another account", () => {
  const assumeRoleArn = "arn:aws:iam::444455556666:role/dns";
  const config = { assumeRoleArn };

  it("is reached through the role, and the provider uses no other account", async () => {
    const outcome = await dns.run({ config });
    const { inputs } = outcome.the("pulumi:providers:aws");
    expect(JSON.parse(String(inputs["assumeRoles"]))).to.deep.equal([{ roleArn: assumeRoleArn }]);
    expect(JSON.parse(String(inputs["allowedAccountIds"]))).to.deep.equal(["444455556666"]);
  });

  it("needs a role that these credentials may assume", async () => {
    const aws = {
      "sts:AssumeRole": () => {
        throw awsError("AccessDenied", "User: me is not authorized to perform: sts:AssumeRole on resource: role/dns");
      },
    };
    expect((await problems({ config, aws })).join()).to.match(
      /^error assumeRoleArn: role arn:.*role\/dns can't be assumed: .* → have the role's owner name the caller in its trust policy/,
    );
  });
});

describe("credentials of another account", () => {
  it("are one problem", async () => {
    const aws = {
      "sts:GetCallerIdentity": () => ({ Account: "999988887777", Arn: "arn:aws:iam::999988887777:user/me" }),
    };
    expect((await problems({ aws })).join()).to.match(
      /^error applicationStack: the installation belongs to account 111122223333/,
    );
  });
});
