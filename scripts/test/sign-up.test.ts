import { applicationContract, type ApplicationOutputs, dnsContract } from "@selfhosted/common";
import { exampleOutputs } from "@selfhosted/common/testing";
import { expect } from "chai";
import { signUp } from "../deploy";

describe("what to do after the first deployment", () => {
  const after = (changes: Partial<ApplicationOutputs>): string =>
    signUp("prod", {
      application: {
        ...exampleOutputs(applicationContract),
        ...{ allowedCidrBlocks: undefined, allowedPrefixListIds: undefined },
        ...changes,
      },
      dns: exampleOutputs(dnsContract),
    });

  it("begins with the sign-up of the administrator, and ends with how to close it to others", () => {
    const found = after({});
    expect(found).to.match(/^Sign up at https:\/\/\S+ before you share it: the first user becomes the administrator\./);
    expect(found).to.include("pulumi config set emailSignupDisabled true");
    expect(found).to.match(/make deploy ENV=prod\.$/);
  });

  it("says who can sign up until then", () => {
    expect(after({})).to.include("Everyone on the internet may reach it");
    expect(after({ internal: true }))
      .to.include("Everyone in the VPC may reach it")
      .and.not.to.include("openToInternet");
    const limited = after({ allowedCidrBlocks: ["203.0.113.0/24"], allowedPrefixListIds: ["pl-1"] });
    expect(limited).to.include("Only 203.0.113.0/24, pl-1 may reach it").and.to.include("openToInternet");
  });
});
