import { awsClients } from "@selfhosted/common";
import { awsError } from "@selfhosted/common/testing";
import { expect } from "chai";
import { checkAge, checkSecret, checkSecrets, usedSecrets } from "../../aws/secrets";

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

  it("warns of one that has had its value for too long, and says what gives it a new one", async () => {
    const now = new Date("2026-06-01T00:00:00Z");
    const age = (madeAt: string | undefined, maxDays?: number): string[] =>
      checkAge({ arn, versionId: "v1" }, madeAt === undefined ? undefined : new Date(madeAt), { maxDays, now }).map(
        ({ verdict, detail }) => `${verdict}: ${detail}`,
      );
    expect(age("2025-05-31T00:00:00Z", 365)).to.deep.equal([
      "warn: 366 days without a new value, more than secretMaxAgeDays (365)",
    ]);
    expect([age("2025-06-01T00:00:00Z", 365), age("2000-01-01T00:00:00Z"), age(undefined, 1)]).to.deep.equal([
      ...[[], [], []],
    ]);

    const fixOf = (versionId: string): string =>
      checkAge({ arn, versionId }, new Date(0), { maxDays: 1, now })[0]?.fix ?? "";
    expect(fixOf("v1")).to.match(/make rotate/);
    expect(fixOf("")).to.match(/put a new value into it, .*force-new-deployment/);

    const definition = { containerDefinitions: [{ secrets: [{ name: "A", valueFrom: `${arn}:a::v2` }] }] };
    // The version that tasks start with counts, on whichever page it is.
    const pages: Record<string, object> = {
      first: { Versions: [{ VersionId: "v3", CreatedDate: now }], NextToken: "second" },
      second: { Versions: [{ VersionId: "v2", CreatedDate: new Date("2020-01-01") }] },
    };
    const { secrets } = awsClients({ region: "eu-central-1" }, (_service, operation, input) => {
      const { NextToken = "first" } = input as { NextToken?: string };
      const described = { VersionIdsToStages: { v2: ["AWSCURRENT"] } };
      return Promise.resolve(operation === "ListSecretVersionIds" ? (pages[NextToken] ?? {}) : described);
    });
    const found = await checkSecrets(secrets, [definition], { maxDays: 365, now }, { [arn]: "`make rotate WHAT=x`" });
    expect(found.map(({ verdict, fix }) => [verdict, fix])).to.deep.equal([
      ["ok", undefined],
      ["warn", "`make rotate WHAT=x`"],
    ]);
  });

  it("doesn't see the age without the permission for it, and checks the rest all the same", async () => {
    const definition = { containerDefinitions: [{ secrets: [{ name: "A", valueFrom: `${arn}:a::v2` }] }] };
    const checked = (versions: Record<string, string[]>, refusal: string): Promise<string[]> => {
      const { secrets } = awsClients({ region: "eu-central-1" }, (_service, operation) =>
        operation === "ListSecretVersionIds"
          ? Promise.reject(awsError(refusal, "refused"))
          : Promise.resolve(described(versions)),
      );
      const limit = { maxDays: 365, now: new Date() };
      return checkSecrets(secrets, [definition], limit).then((all) =>
        all.map(({ name, verdict }) => `${name}: ${verdict}`),
      );
    };
    const [secret, age] = ["secret acme-prod-api-AbCdEf", "age of secret acme-prod-api-AbCdEf: skip"];
    expect(await checked({ v2: ["AWSCURRENT"] }, "AccessDeniedException")).to.deep.equal([`${secret}: ok`, age]);
    expect(await checked({ v3: ["AWSCURRENT"] }, "AccessDeniedException")).to.deep.equal([`${secret}: fail`, age]);
    expect(await checked({ v2: ["AWSCURRENT"] }, "InternalServiceError")).to.deep.equal([`${secret}: fail`]);
  });

  it("fails one that is deleted or lost its version, and warns of a stale one", () => {
    const used = { arn, versionId: "v1" };
    expect(checkSecret(used, described({ v1: ["AWSCURRENT"] })).verdict).to.equal("ok");
    expect(checkSecret(used, described({ v1: ["AWSPREVIOUS"], v2: ["AWSCURRENT"] })).verdict).to.equal("warn");
    expect(checkSecret(used, described({ v2: ["AWSCURRENT"] })).verdict).to.equal("fail");
    expect(checkSecret(used, described({ v1: ["AWSCURRENT"] }, new Date())).fix).to.contain("restore-secret");
  });
});
