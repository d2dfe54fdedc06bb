import { expect } from "chai";
import { backendUrl, placeOf, requireAsked, secretsProvider } from "../../backend/place";

const location = { accountId: "111122223333", region: "eu-central-1", partition: "aws", dnsSuffix: "amazonaws.com" };
const role = "arn:aws:iam::111122223333:role/ci/deployer";

describe("the place for Pulumi's state", () => {
  it("has names that account and region give it, and URLs as Pulumi takes them", () => {
    const place = placeOf(requireAsked({}), location, undefined);
    expect(place).to.deep.include({ keyAlias: "alias/pulumi-state", deployers: [] });
    expect(backendUrl(place)).to.equal("s3://pulumi-state-111122223333-eu-central-1?region=eu-central-1");
    expect(secretsProvider(place)).to.equal("awskms://alias/pulumi-state?region=eu-central-1");
  });

  it("has other names where they are given, and is open to the caller and to others, each once", () => {
    const other = "arn:aws:iam::111122223333:user/eva";
    const asked = requireAsked({ bucket: "ours", keyAlias: "alias/ours", deployers: ` ${role}  ${other} ` });
    expect(placeOf(asked, location, role)).to.deep.equal({
      ...{ location, bucket: "ours", keyAlias: "alias/ours", deployers: [role, other] },
    });
  });

  it("is refused with everything that is wrong at once, and what was meant", () => {
    const given = { bucket: "My_Bucket", keyAlias: "pulumi", deployers: `${role} deployer` };
    const refusal = (): unknown => requireAsked(given);
    expect(refusal).to.throw(/STATE_BUCKET is "My_Bucket"/);
    expect(refusal).to.throw(/STATE_KEY is "pulumi".*Did you mean alias\/pulumi\?/);
    expect(refusal).to.throw(/DEPLOYER_ROLE_ARN is "deployer"/);
    expect(refusal).not.to.throw(role);
  });

  for (const keyAlias of ["alias/aws/s3", "alias/", "1234abcd-12ab-34cd-56ef-1234567890ab"]) {
    it(`takes no key but by an alias of the user's own: ${keyAlias}`, () => {
      expect(() => requireAsked({ keyAlias })).to.throw("STATE_KEY");
    });
  }

  for (const bucket of ["ab", "-ours", "ours-", "our.bucket", "xn--ours", "a".repeat(64)]) {
    it(`takes no bucket that S3 refuses: ${bucket}`, () => {
      expect(() => requireAsked({ bucket })).to.throw("STATE_BUCKET");
    });
  }
});
