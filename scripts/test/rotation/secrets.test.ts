import type { Setting } from "@selfhosted/common";
import { expect } from "chai";
import { settings } from "../../../application/exports";
import { describeSecrets, given, requireSecret } from "../../rotation/secrets";

describe("what can be rotated", () => {
  it("is every secret setting of the application layer but the user's own variables", () => {
    const secret = Object.entries<Setting<unknown>>(settings).filter(
      ([, each]) => each.secret && each.kind === "secret",
    );
    expect(Object.values(given).map(({ key }) => key)).to.have.members(secret.map(([key]) => key));
  });

  it("is read by a container, each of it", () => {
    Object.values(given).forEach(({ readBy }) => expect(readBy).to.not.be.empty);
  });

  it("is listed with its setting, who reads it, and whether it is configured; never with its value", () => {
    const listed = describeSecrets({
      infrastructure: { "selfhosted-infrastructure:searchEnabled": { text: "true", encrypted: false } },
      application: { "selfhosted-application:smtpPassword": { text: "hidden", encrypted: true } },
    });
    expect(listed).to.match(/^database +made by Pulumi, infrastructure databasePasswordVersion +api, migration +yes$/m);
    expect(listed).to.match(/^search .* yes$/m);
    expect(listed).to.match(/^smtp +given, application smtpPassword +api +yes$/m);
    expect(listed).to.match(/^saml +given, application samlPrivateKey and samlCertificate +api +no$/m);
    expect(listed).not.to.include("hidden");
  });

  it("is named by the user, or nothing is", () => {
    expect(requireSecret("", "")).to.equal(undefined);
    expect(requireSecret("database", "")).to.deep.equal({ what: "database" });
    expect(requireSecret("licence", "file")).to.deep.include({ what: "licence", given: given["licence"] });
  });

  const refused: [string, string, RegExp][] = [
    ["license", "", /^Say which: WHAT=database\|search\|licence\|.*; found "license"\.$/],
    ["", "licence.txt", /^VALUE_FILE is given, but not what it is for: WHAT=…\. Found "licence\.txt"\.$/],
    ["database", "password.txt", /^VALUE_FILE is given, but Pulumi makes the password of database itself\./],
  ];
  for (const [what, file, reason] of refused) {
    it(`is refused for WHAT=${what} VALUE_FILE=${file}`, () => {
      expect(() => requireSecret(what, file)).to.throw(reason);
    });
  }
});
