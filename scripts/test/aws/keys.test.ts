import type { GrantListEntry } from "@aws-sdk/client-kms";
import { expect } from "chai";
import { checkGrant, checkKey } from "../../aws/keys";

describe("verify: keys", () => {
  it("fails a key that is off, and says how to save one that is about to be deleted", () => {
    const Arn = "arn:aws:kms:eu-central-1:111122223333:key/1";
    const key = { KeyId: "1", Arn };
    const command = (name: string): string => `aws kms ${name} --region eu-central-1 --key-id ${Arn}`;
    expect(checkKey("data key", Arn, { ...key, KeyState: "Enabled" }).verdict).to.equal("ok");
    const disabled = checkKey("data key", Arn, { ...key, KeyState: "Disabled" });
    expect(disabled.verdict).to.equal("fail");
    expect(disabled.fix)
      .to.match(/^enable it, /)
      .and.contain(command("enable-key"));
    const leaving = checkKey("data key", Arn, {
      ...key,
      KeyState: "PendingDeletion",
      DeletionDate: new Date("2026-07-01"),
    });
    expect(leaving).to.deep.include({ verdict: "fail", detail: "PendingDeletion, deleted on 2026-07-01" });
    expect(leaving.fix)
      .to.match(/^cancel its deletion now, /)
      .and.contain(`${command("cancel-key-deletion")} && ${command("enable-key")}`);
  });
});

describe("verify: the grant on the service key", () => {
  const role = "arn:aws:iam::111122223333:role/pulumi-prod-data-access-api";
  const wanted = {
    name: "pulumi-prod-data-access-service-key",
    keyArn: "arn:aws:kms:eu-central-1:111122223333:key/1",
    roleArn: role,
  };
  const operations = ["Encrypt", "Decrypt", "GenerateDataKey", "DescribeKey"] as const;
  const grant = (GranteePrincipal: string, values: GrantListEntry = {}): GrantListEntry => ({
    GrantId: "0c23",
    Name: wanted.name,
    GranteePrincipal,
    Operations: [...operations],
    ...values,
  });
  const revoke = `aws kms revoke-grant --region eu-central-1 --key-id ${wanted.keyArn} --grant-id 0c23`;

  it("is content with one for the API's role among others", () => {
    const grants = [grant("arn:aws:iam::111122223333:role/other", { Name: "other" }), grant(role)];
    expect(checkGrant(grants, wanted).verdict).to.equal("ok");
  });

  it("fails one that names a role which is gone: it is revoked, for the provider can't read it, and made again", () => {
    const others = grant("AROAOFANOTHERSTACK", { Name: "pulumi-test-data-access-service-key", GrantId: "77" });
    expect(checkGrant([others, grant("AROAEXAMPLEOFADELETEDROLE")], wanted)).to.deep.equal({
      name: "service key grant",
      verdict: "fail",
      detail:
        `none to ${role} for Decrypt, Encrypt, GenerateDataKey; ` +
        "0c23 is for AROAEXAMPLEOFADELETEDROLE, a role that is gone",
      fix: `${revoke}, then in infrastructure/: pulumi up --refresh`,
    });
  });

  it("fails one that opens too little, which Pulumi can't replace while it is protected, and one that isn't there", () => {
    const narrow = checkGrant([grant(role, { Operations: ["Encrypt"] })], wanted);
    expect(narrow.detail).to.match(/for Decrypt, GenerateDataKey; 0c23 opens less$/);
    expect(narrow.fix).to.contain(revoke);
    expect(checkGrant([], wanted).fix).to.equal("in infrastructure/: pulumi up --refresh");
  });
});
