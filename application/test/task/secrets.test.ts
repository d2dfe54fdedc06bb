import * as aws from "@pulumi/aws";
import type { Setting } from "@selfhosted/common";
import { licenceOfTests, type Outcome, rsaPair, type Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { settings } from "../../config";
import { secretOrder } from "../../environment/variables";
import { deploy, logRouter } from "../fixtures";
import { secretVariables, storedSecrets, type Task } from "../task-definitions";

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
      ...logRouter(),
      jobsEnabled: true,
    },
  });
}

describe("secrets", () => {
  it("are in Secrets Manager, each of them, and in no input of any other resource", async () => {
    const { resources, ofType, outputs } = await deployWithCanaries();
    const versions = ofType(aws.secretsmanager.SecretVersion);
    const stored = versions.map(({ inputs }) => inputs.secretString);
    for (const key of Object.keys(values())) {
      expect(stored.join("\n"), key).to.include(canary(key));
    }
    const isShown = (value: unknown): boolean =>
      ["canary-", canaryKey].some((each) => JSON.stringify(value).includes(each));
    const urns = versions.map(({ urn }) => urn);
    const elsewhere = resources.filter(({ urn, inputs }) => !urns.includes(urn) && isShown(inputs));
    expect(elsewhere.map(({ name }) => name)).to.deep.equal([]);
    expect(isShown(outputs)).to.equal(false);
  });

  it("keep the order of their values, since another order is another version, and rolls the service", async () => {
    const outcome = await deployWithCanaries();
    const stored = (task: Task): string[] => Object.keys(storedSecrets(outcome, task));
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
    const { the } = await deploy();
    expect(the(aws.secretsmanager.SecretVersion, "api-secrets-version").inputs.secretString).to.equal(
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
    const versions = ofType(aws.secretsmanager.SecretVersion);
    expect(versions).to.have.length(4);
    for (const { secretInputs } of versions) {
      expect(secretInputs).to.include("secretString");
    }
  });

  it("are pinned to a version", async () => {
    expect(secretVariables(await deploy(), "api")["PULUMI_LICENSE_KEY"]).to.match(
      /:secret:pulumi-test-api-secrets-\w{6}:PULUMI_LICENSE_KEY::version-of-pulumi-test-api-secrets-version$/,
    );
  });

  it("that change roll exactly the service concerned", async () => {
    const versions = (value: string) => (type: string, name: string) =>
      type === "aws:secretsmanager/secretVersion:SecretVersion"
        ? { versionId: `${name}-${name.includes("console") ? value : "same"}` }
        : undefined;
    const definitions = ({ ofType }: Outcome): Record<string, string> =>
      Object.fromEntries(ofType(aws.ecs.TaskDefinition).map(({ name, inputs }) => [name, inputs.containerDefinitions]));
    const before = definitions(await deploy({ resource: versions("1") }));
    const after = definitions(await deploy({ resource: versions("2"), secrets: { agGridLicenseKey: "new" } }));
    const changed = Object.keys(before).filter((name) => before[name] !== after[name]);
    expect(changed).to.deep.equal(["pulumi-test-console-definition"]);
  });

  it("make no empty secret for a container without any", async () => {
    const { ofType } = await deploy({ secrets: { agGridLicenseKey: undefined } });
    const names = ofType(aws.secretsmanager.SecretVersion).map(({ name }) => name);
    expect(names).to.deep.equal(["pulumi-test-api-secrets-version"]);
  });
});
