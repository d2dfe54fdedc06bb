import { expect } from "chai";
import { isOlder, tagOf } from "../../migration/releases";

describe("a release", () => {
  const other = "20251103-204-signed";

  for (const older of ["20250901-101-signed", "20251103-203-signed", "20251103-99-signed"]) {
    it(`${older} is older than ${other}`, () => expect(isOlder(older, other)).to.equal(true));
  }

  for (const fine of [other, "20251103-205-signed", "20251103-1000-signed", "20260105-317-signed", "hotfix"]) {
    it(`${fine} isn't older than ${other}`, () => expect(isOlder(fine, other)).to.equal(false));
  }
});

describe("the reference of an image", () => {
  it("has a tag, whatever is around it", () => {
    expect(tagOf("registry.example.com:5000/pulumi/service:20260105-317-signed")).to.equal("20260105-317-signed");
    expect(tagOf(`pulumi/service:1.2@sha256:${"0".repeat(64)}`)).to.equal("1.2");
    expect(tagOf(`pulumi/service@sha256:${"0".repeat(64)}`)).to.equal(undefined);
    expect(tagOf("registry.example.com:5000/pulumi/service")).to.equal(undefined);
  });
});
