import { expect } from "chai";
import { checkSecret, usedSecrets } from "../../aws/secrets";

describe("verify: secrets", () => {
  const arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:acme-prod-api-AbCdEf";
  const described = (versions: Record<string, string[]>, deleted?: Date) => ({
    $metadata: {},
    VersionIdsToStages: versions,
    DeletedDate: deleted,
  });

  it("finds each secret that the containers start with, once", () => {
    const secrets = ["LICENSE", "PASSWORD"].map((name) => ({ name, valueFrom: `${arn}:${name}::v1` }));
    const parameter = { name: "X", valueFrom: "arn:aws:ssm:eu-central-1:111122223333:parameter/x" };
    const definition = { containerDefinitions: [{ secrets: [...secrets, parameter] }, {}] };
    expect(usedSecrets([definition, definition])).to.deep.equal([{ arn, versionId: "v1" }]);
  });

  it("fails one that is deleted or lost its version, and warns of a stale one", () => {
    const used = { arn, versionId: "v1" };
    expect(checkSecret(used, described({ v1: ["AWSCURRENT"] })).verdict).to.equal("ok");
    expect(checkSecret(used, described({ v1: ["AWSPREVIOUS"], v2: ["AWSCURRENT"] })).verdict).to.equal("warn");
    expect(checkSecret(used, described({ v2: ["AWSCURRENT"] })).verdict).to.equal("fail");
    expect(checkSecret(used, described({ v1: ["AWSCURRENT"] }, new Date())).fix).to.contain("restore-secret");
  });
});
