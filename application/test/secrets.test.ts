import { expect } from "chai";
import type { Setting } from "@selfhosted/common";
import { licenceOfTests, rsaPair, type Outcome, type Values } from "@selfhosted/common/testing";
import { settings } from "../config";
import { secretOrder } from "../environment/variables";
import { deploy, secretVariables } from "./fixtures";

const secretVersion = "aws:secretsmanager/secretVersion:SecretVersion";
const canaryKey = rsaPair.privateKey.split("\n")[1] ?? "";

/** What of a secret setting's value is looked for. */
function canary(key: string): string {
  return key.endsWith("PrivateKey") ? canaryKey : `canary-${key}`;
}

/** A value with a canary for every secret setting of the layer. */
function values(): Values {
  const secrets = Object.entries<Setting<unknown>>(settings).filter(([, setting]) => setting.secret);
  const ofForm: Values = { licenseKey: licenceOfTests.replace(/[^.]*$/, canary("licenseKey")) };
  return Object.fromEntries(
    secrets.map(([key, { kind }]) => [
      key,
      kind === "map"
        ? { [`${key.toUpperCase()}_NAME`]: canary(key) }
        : key.endsWith("PrivateKey")
          ? rsaPair.privateKey
          : (ofForm[key] ?? canary(key)),
    ]),
  );
}

function deployWithCanaries(): Promise<Outcome> {
  return deploy({
    secrets: values(),
    config: {
      smtpServer: "smtp.example.com:587",
      smtpUsername: "mail",
      httpsProxy: "http://proxy.example.com:3128",
      proxyUsername: "pulumi",
      smtpSender: "p@example.com",
      turnstileSiteKey: "site",
      githubOauthId: "id",
      gitlabOauthId: "id",
      bitbucketOauthId: "id",
      samlCertificate: rsaPair.certificate,
      apiTlsCertificate: rsaPair.certificate,
      consoleTlsCertificate: rsaPair.certificate,
      logRouterImage: "registry.example.com/fluent-bit:3",
      logRouterOptions: { Name: "http", Host: "logs.example.com" },
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
    for (const key of Object.keys(values())) {
      expect(stored.join("\n"), key).to.include(canary(key));
    }
    const isShown = (value: unknown): boolean =>
      ["canary-", canaryKey].some((each) => JSON.stringify(value).includes(each));
    const elsewhere = resources.filter(({ type, inputs }) => type !== secretVersion && isShown(inputs));
    expect(elsewhere.map(({ name }) => name)).to.deep.equal([]);
    expect(isShown(outputs)).to.equal(false);
  });

  it("keep the order of their values, since another order is another version, and rolls the service", async () => {
    const { the } = await deployWithCanaries();
    const stored = (task: string): string[] =>
      Object.keys(
        JSON.parse(String(the(secretVersion, `test-${task}-secrets-version`).inputs["secretString"])) as object,
      );
    const api = [
      ...["PULUMI_LICENSE_KEY", "SMTP_PASSWORD", "RECAPTCHA_SECRET_KEY", "SAML_CERTIFICATE_PRIVATE_KEY"],
      ...["GITLAB_OAUTH_SECRET", "METRICS_WEBHOOK_SECRET", "API_TLS_PRIVATE_KEY", "HTTPS_PROXY"],
      ...["APIEXTRASECRETS_NAME", "LOG_ROUTER_LOGROUTERSECRETS_NAME"],
    ];
    expect(stored("api")).to.deep.equal(api);
    expect(stored("api-jobs")).to.deep.equal(api);
    expect(stored("console")).to.deep.equal([
      ...["AG_GRID_LICENSE_KEY", "GITHUB_OAUTH_SECRET", "GITLAB_OAUTH_SECRET", "BITBUCKET_OAUTH_SECRET"],
      ...["CONSOLE_TLS_PRIVATE_KEY", "HTTPS_PROXY", "CONSOLEEXTRASECRETS_NAME", "LOG_ROUTER_LOGROUTERSECRETS_NAME"],
    ]);
    const first = await deploy();
    expect(first.the(secretVersion, "api-secrets-version").inputs["secretString"]).to.equal(
      `{"PULUMI_LICENSE_KEY":"${licenceOfTests}"}`,
    );
  });

  it("have their place in that order, each new one", () => {
    const names = Object.values<Setting<unknown>>(settings).flatMap(({ secret, env }) =>
      secret ? Object.values(env ?? {}) : [],
    );
    expect(secretOrder).to.include.members(names);
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
