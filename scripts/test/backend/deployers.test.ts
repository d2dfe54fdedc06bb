import type { AwsClients } from "@selfhosted/common";
import { expect } from "chai";
import { principalOf } from "../../backend/deployers";

const sso = "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Admin_0123";

/** IAM, which answers for a role so, and for nothing else. */
const iam = (answer: () => Promise<object>): AwsClients["iam"] => ({ getRole: answer }) as unknown as AwsClients["iam"];
const unasked = iam(() => Promise.reject(new Error("asked")));
const refusing = (name: string): AwsClients["iam"] =>
  iam(() => Promise.reject(Object.assign(new Error(name), { name })));

describe("who is to use Pulumi's state", () => {
  it("is the user whose credentials these are", async () => {
    const user = "arn:aws-us-gov:iam::111122223333:user/ops/eva";
    expect(await principalOf(user, unasked)).to.equal(user);
  });

  it("is the role in use, with its path", async () => {
    const asked = iam(() => Promise.resolve({ Role: { Arn: sso } }));
    const identity = "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123/eva@example.com";
    expect(await principalOf(identity, asked)).to.equal(sso);
  });

  it("is left to the account's IAM where the role's path can't be read, since without it a policy is refused", async () => {
    const identity = "arn:aws:sts::111122223333:assumed-role/deployer/eva";
    expect(await principalOf(identity, refusing("AccessDenied"))).to.equal(undefined);
    expect(await principalOf(identity, refusing("ThrottlingException")).catch((error: Error) => error.name)).to.equal(
      "ThrottlingException",
    );
  });

  for (const identity of ["arn:aws:iam::111122223333:root", "arn:aws:sts::111122223333:federated-user/eva"]) {
    it(`is left to it for what no policy names: ${identity}`, async () => {
      expect(await principalOf(identity, unasked)).to.equal(undefined);
    });
  }
});
