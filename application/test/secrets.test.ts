import { expect } from "chai";
import type { Outcome, Values } from "@selfhosted/common/testing";
import { settings } from "../settings";
import { deploy, secretVariables } from "./fixtures";

const secretVersion = "aws:secretsmanager/secretVersion:SecretVersion";
const plainText = { samlCertificate: "-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----" };

/** A canary for every secret setting of the layer, whatever its shape. */
function canaries(): Values {
  const secrets = Object.entries(settings).filter(([, setting]) => setting.secret);
  return Object.fromEntries(
    secrets.map(([key, { kind }]) => [
      key,
      kind === "map"
        ? { [`${key.toUpperCase()}_NAME`]: `canary-${key}` }
        : key.endsWith("PrivateKey")
          ? `-----BEGIN PRIVATE KEY-----\ncanary-${key}\n-----END PRIVATE KEY-----`
          : `canary-${key}`,
    ]),
  );
}

function deployWithCanaries(): Promise<Outcome> {
  return deploy({
    secrets: canaries(),
    config: {
      smtpServer: "smtp.example.com:587",
      smtpUsername: "mail",
      smtpSender: "p@example.com",
      turnstileSiteKey: "site",
      githubOauthId: "id",
      gitlabOauthId: "id",
      bitbucketOauthId: "id",
      samlCertificate: plainText.samlCertificate,
      apiTlsCertificate: plainText.samlCertificate,
      consoleTlsCertificate: plainText.samlCertificate,
      logRouterImage: "registry.example.com/fluent-bit:3",
      logRouterOptions: { Name: "http" },
      jobsEnabled: true,
    },
  });
}

describe("secrets", () => {
  it("stand in Secrets Manager, each of them, and nowhere else in what AWS is told", async () => {
    const { resources, outputs } = await deployWithCanaries();
    const stored = resources
      .filter(({ type }) => type === secretVersion)
      .map(({ inputs }) => String(inputs["secretString"]));
    for (const key of Object.keys(canaries())) {
      expect(stored.join("\n"), key).to.include(`canary-${key}`);
    }
    const elsewhere = resources.filter(
      ({ type, inputs }) => type !== secretVersion && JSON.stringify(inputs).includes("canary-"),
    );
    expect(elsewhere.map(({ name }) => name)).to.deep.equal([]);
    expect(JSON.stringify(outputs)).to.not.include("canary-");
  });

  it("are marked as secret in the stack's state", async () => {
    const { ofType } = await deployWithCanaries();
    expect(ofType(secretVersion)).to.have.length(4);
    for (const { secretInputs } of ofType(secretVersion)) {
      expect(secretInputs).to.include("secretString");
    }
  });

  it("are pinned, and encrypted with the data key", async () => {
    const outcome = await deploy();
    expect(secretVariables(outcome, "api")["PULUMI_LICENSE_KEY"]).to.match(
      /:secret:pulumi-test-api-secrets-\w{6}:PULUMI_LICENSE_KEY::version-of-pulumi-test-api-secrets-version$/,
    );
    expect(outcome.the("aws:secretsmanager/secret:Secret", "api-secrets-secret").inputs["kmsKeyId"]).to.match(
      /:key\/data$/,
    );
  });

  it("that change roll exactly the service concerned", async () => {
    const versions = (value: string) => (type: string, name: string) =>
      type === secretVersion ? { versionId: `${name}-${name.includes("console") ? value : "same"}` } : undefined;
    const definitions = (outcome: Outcome): Values =>
      Object.fromEntries(
        outcome
          .ofType("aws:ecs/taskDefinition:TaskDefinition")
          .map(({ name, inputs }) => [name, inputs["containerDefinitions"]]),
      );
    const before = definitions(await deploy({ resource: versions("1") }));
    const after = definitions(await deploy({ resource: versions("2"), secrets: { agGridLicenseKey: "new" } }));
    const changed = Object.keys(before).filter((name) => before[name] !== after[name]);
    expect(changed).to.deep.equal(["pulumi-test-console-definition"]);
  });

  it("make no empty secret for a container without any", async () => {
    const { ofType } = await deploy({ secrets: { agGridLicenseKey: undefined } });
    expect(ofType(secretVersion).map(({ name }) => name)).to.deep.equal(["pulumi-test-api-secrets-version"]);
  });
});
