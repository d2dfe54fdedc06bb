import { expect } from "chai";
import { arn, callerLocation, globalArn, type Location, servicePrincipal, viaServices } from "../partition";
import { accountId, fakeClients, foreignNames } from "../testing";

describe("partition", () => {
  const china: Location = {
    accountId: "111122223333",
    region: "cn-north-1",
    partition: "aws-cn",
    dnsSuffix: "amazonaws.com.cn",
  };

  it("writes ARNs of the partition it runs in", () => {
    expect(arn(china, "logs", "log-group:a")).to.equal("arn:aws-cn:logs:cn-north-1:111122223333:log-group:a");
    expect(globalArn("aws-us-gov", "s3", "bucket")).to.equal("arn:aws-us-gov:s3:::bucket");
    expect(globalArn("aws-cn", "iam", "policy/x", "aws")).to.equal("arn:aws-cn:iam::aws:policy/x");
  });

  it("keeps the one suffix of service principals", () => {
    expect(servicePrincipal("delivery.logs")).to.equal("delivery.logs.amazonaws.com");
  });

  it("names the services through which a key is used by either suffix that they may have", () => {
    expect(viaServices({ region: "eu-west-1", dnsSuffix: "amazonaws.com" }, "rds", "s3")).to.deep.equal([
      "rds.eu-west-1.amazonaws.com",
      "s3.eu-west-1.amazonaws.com",
    ]);
    expect(viaServices(china, "s3")).to.deep.equal(["s3.cn-north-1.amazonaws.com.cn", "s3.cn-north-1.amazonaws.com"]);
  });

  it("of tests finds names of another one anywhere in a value", () => {
    const key = (partition: string): string => `arn:${partition}:kms:cn-north-1:111122223333:key/1`;
    const policy = JSON.stringify({ Principal: { Service: servicePrincipal("ecs-tasks") }, Resource: key("aws") });
    expect(foreignNames("aws", [{ policy }])).to.deep.equal([]);
    expect(foreignNames("aws-cn", [{ policy }])).to.deep.equal([key("aws")]);
    expect(foreignNames("aws-us-gov", key("aws-cn"))).to.deep.equal([key("aws-cn")]);
    expect(foreignNames("aws-cn", "1.dkr.ecr.cn-north-1.amazonaws.com/a")).to.deep.equal([
      "1.dkr.ecr.cn-north-1.amazonaws.com",
    ]);
    expect(foreignNames("aws", { host: "sts.amazonaws.com.cn" })).to.deep.equal(["sts.amazonaws.com.cn"]);
    expect(
      foreignNames("aws-cn", [key("aws-cn"), "sts.amazonaws.com.cn", "logs.cn-north-1.amazonaws.com.cn"]),
    ).to.deep.equal([]);
  });

  it("has host names of its own in each partition", async () => {
    for (const [partition, suffix] of [
      ["aws", "amazonaws.com"],
      ["aws-us-gov", "amazonaws.com"],
      ["aws-cn", "amazonaws.com.cn"],
      ["aws-eusc", "amazonaws.eu"],
      ["aws-iso", "c2s.ic.gov"],
    ] as const) {
      const clients = fakeClients({
        "sts:GetCallerIdentity": () => ({ Account: accountId, Arn: `arn:${partition}:iam::${accountId}:user/me` }),
      });
      expect((await callerLocation(clients, "a-region-1")).dnsSuffix, partition).to.equal(suffix);
    }
  });
});
