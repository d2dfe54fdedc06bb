import { expect } from "chai";
import { partlyKnown } from "../../config";
import { explainAws, lookUp, lookUpCaller } from "../../lookups";
import { accountId, awsError, fakeClients } from "../../testing";

const what = "VPC vpc-1";

describe("a look-up", () => {
  it("gives its result under its name", async () => {
    const check = await lookUp({ name: "network", key: "vpcId", what: () => what }, async () => ({
      detail: "two zones",
      value: 2,
    }));
    expect(check).to.deep.equal({ name: "network", detail: "two zones", problems: [], value: 2 });
  });

  it("makes an error of AWS a problem of the setting", async () => {
    const { problems, value } = await lookUp({ name: "network", key: "vpcId", what: () => what }, async () => {
      throw awsError("InvalidVpcID.NotFound", "The vpc ID 'vpc-1' does not exist");
    });
    expect(problems).to.deep.equal([{ key: "vpcId", reason: "VPC vpc-1 doesn't exist in this account and region" }]);
    expect(value).to.equal(undefined);
  });

  it("says so where something else than AWS answers", async () => {
    const aws = fakeClients({ "sts:GetCallerIdentity": () => ({}) });
    const { problems } = await lookUpCaller("accountId", () => ({ accountId, region: "eu-central-1" }), aws);
    expect(problems.map(({ reason }) => reason)).to.deep.equal([
      "the account of the credentials can't be read: the answer has no Account, as those of AWS have",
    ]);
  });

  it("is skipped, without a problem of its own, where a setting that it needs isn't valid", async () => {
    const config = partlyKnown<{ vpcId: string }>({});
    const check = await lookUp({ name: "network", key: "vpcId", what: () => config.vpcId }, async () => ({
      detail: config.vpcId,
    }));
    expect(check).to.deep.include({ problems: [], skipped: "a setting that it needs isn't valid" });
  });

  it("is skipped likewise where it explains the errors of AWS itself", async () => {
    const config = partlyKnown<{ image: string }>({});
    const describeImage = async () => {
      try {
        return { detail: config.image };
      } catch (error) {
        return { detail: "", problems: [{ key: "image", ...explainAws(error, "the image") }] };
      }
    };
    const check = await lookUp({ name: "images", key: "image", what: "the image" }, describeImage);
    expect(check).to.deep.include({ problems: [], skipped: "a setting that it needs isn't valid" });
  });

  it("is named in an error where the thing that it describes isn't known", async () => {
    const config = partlyKnown<{ vpcId: string }>({});
    const refused = async () => {
      throw awsError("ThrottlingException", "Rate exceeded");
    };
    const { problems } = await lookUp({ name: "network", key: "vpcId", what: () => `VPC ${config.vpcId}` }, refused);
    expect(problems.map(({ reason }) => reason)).to.deep.equal([
      "network can't be read: AWS limits how often it answers",
    ]);
  });
});
