import { chain, ecPair, rsaPair } from "@selfhosted/common/testing";
import { expect } from "chai";
import { logRouter, read, refusal, refusals, registrySecretArn, type Trial } from "../fixtures";
import { itRefuses, problemKeys } from "./refusals";

const garbage = (kind: string): string => `-----BEGIN ${kind}-----\nbm9uZQ==\n-----END ${kind}-----`;
describe("configuration", () => {
  itRefuses([
    [
      "a misspelt key",
      { config: { imagTag: "1" } },
      [/imagTag: unknown setting; did you mean imageTag\?/, /pulumi config rm imagTag/],
    ],
    [
      "certificates and keys that can't be read",
      {
        config: { samlCertificate: garbage("CERTIFICATE"), apiTlsCertificate: garbage("CERTIFICATE") },
        secrets: { samlPrivateKey: garbage("PRIVATE KEY"), apiTlsPrivateKey: garbage("PRIVATE KEY") },
      },
      [
        /samlCertificate: found .*, which holds a certificate that can't be read/,
        /samlPrivateKey: found a value \(not shown\), which can't be read/,
        /apiTlsCertificate: found/,
        /apiTlsPrivateKey: found/,
      ],
    ],
    [
      "ports that don't exist",
      {
        config: {
          ...{ smtpServer: "smtp.example.com:99999", smtpSender: "p@example.com" },
          ...{ otelEndpoint: "http://otel.example.com:0", httpProxy: "http://proxy.example.com:70000" },
          apiEgressPorts: "0,65536",
        },
      },
      [
        /smtpServer: found .*, which has the port "99999"; ports go from 1 to 65535/,
        /otelEndpoint: found .*, which has the port "0"/,
        /httpProxy: found .*, which has the port "70000"/,
        /apiEgressPorts: found "0,65536", of which "0" .*"65536"/,
      ],
    ],
    [
      "users and passwords in front of a host, without showing them",
      {
        config: {
          ...{ smtpServer: "svc:canary@smtp.example.com:587", smtpSender: "p@example.com" },
          ...{ httpsProxy: "svc:canary@proxy.example.com:3128", noProxy: "svc:canary@x" },
          ...{ apiImage: "svc:canary@registry.example.com/x:1", otelEndpoint: "https://h?api-key=canary" },
        },
      },
      [
        /smtpServer: found a value \(not shown\), which holds a user or password/,
        /httpsProxy: found a value \(not shown\), which holds a user or password/,
        /noProxy: found a value \(not shown\)/,
        /apiImage: found a value \(not shown\)/,
        /otelEndpoint: found a value \(not shown\)/,
      ],
    ],
    [
      "another region than the installation's, and settings of others",
      { config: { "aws:region": "us-east-1", "aws:profile": "other", "selfhosted-infrastructure:size": "small" } },
      [
        /aws:region: found us-east-1, but the installation is in eu-central-1; .*\n +fix: pulumi config rm aws:region$/m,
        /aws:profile: has no effect here/,
        /selfhosted-infrastructure:size: has no effect here/,
      ],
    ],
  ]);

  const meant: [key: string, raw: string, command: string][] = [
    ["internal", "yes", "set internal true"],
    ["dualStack", "off", "set dualStack false"],
    ["apiMemory", "4 GB", "set apiMemory 4096"],
    ["apiCpu", "2 vCPU", "set apiCpu 2048"],
    ["logRetentionDays", "1 year", "set logRetentionDays 365"],
    ["drainSeconds", "2m", "set drainSeconds 120"],
    ["drainSeconds", "120s", "set drainSeconds 120"],
    ["smtpSender", "Pulumi <p@example.com>", "set smtpSender p@example.com"],
    ["containerInsights", "Enhanced", "set containerInsights enhanced"],
    ["cpuArchitecture", "arm64", "set cpuArchitecture ARM64"],
    ["domain", "https://Pulumi.Example.com/", "set domain pulumi.example.com"],
    ["allowedCidrBlocks", "203.0.113.7", "set allowedCidrBlocks 203.0.113.7/32"],
  ];
  for (const [key, raw, command] of meant) {
    it(`understands ${JSON.stringify(raw)} for ${key}`, () => {
      expect(refusals({ config: { [key]: raw } })).to.include(`fix: pulumi config ${command}`);
    });
  }

  it("takes what companies have", () => {
    const trials: Trial[] = [
      { config: { smtpServer: "relay.example.com:25", smtpSender: "pulumi@example.com" } },
      { config: { allowedPrefixListIds: "pl-0123456789abcdef0", allowedCidrBlocks: "203.0.113.0/24" } },
      { config: { dualStack: true, allowedPrefixListIds: "pl-0123456789abcdef0" } },
      { config: { imagePrefix: "docker-hub/", imagePullThroughCache: true } },
      { config: { apiImage: "a.example.com/s:1", registryCredentialsSecretArn: registrySecretArn() } },
      { config: { emailLoginDisabled: true, githubOauthId: "i" }, secrets: { githubOauthSecret: "s" } },
      {
        config: { httpsProxy: "http://10.0.7.9:3128", proxyUsername: "u", internal: true },
        secrets: { proxyPassword: "it's \"p@ss word" },
      },
      { config: { egressCidrBlocks: "10.0.0.0/8,3.0.0.0/8" } },
      { config: { egressCidrBlocks: "203.0.113.0/24", consoleInternalApiEndpoint: "https://api.pulumi.example.com" } },
      { config: { allowedCidrBlocks: "10.0.0.0/8,203.0.113.0/24" } },
      { config: { internal: true, otelEndpoint: "http://10.60.0.7:4317", httpProxy: "http://10.0.7.9:3128" } },
      { config: { migrationImageTag: "20260301-1100-signed" } },
      { config: { apiImage: `registry.example.com/service@sha256:${"0".repeat(64)}` } },
      { config: { apiImage: "111122223333.dkr.ecr.us-east-1.amazonaws.com/pulumi/service:20260101-1000-signed" } },
      ...["splunk-hec", "Datadog", "s3"].map((Name) => ({
        config: logRouter({ Name }),
      })),
      {
        config: logRouter({ Name: "http" }),
        secrets: { logRouterSecrets: { host: "logs.example.com" } },
      },
      { config: { samlCertificate: rsaPair.certificate }, secrets: { samlPrivateKey: rsaPair.privateKey } },
      { config: { consoleTlsCertificate: chain }, secrets: { consoleTlsPrivateKey: ecPair.privateKey } },
      { config: { deploymentsImage: "pulumi/pulumi" } },
      {
        config: {
          httpProxy: "http://p.example.com:3128",
          noProxy: "intranet, .example.com,*.example.org,10.0.0.0/8,10.1.2.3:80,::1,[::1]:80,",
        },
      },
      { config: { imagePullThroughCache: false, logRouterOptions: {} } },
      { config: { "aws:region": "eu-central-1" } },
      { config: { apiExtraEnvironment: { NODE_OPTIONS: "--max-old-space-size=512", SECRET_NAME: "x", TOKEN: "" } } },
      { config: { apiExtraEnvironment: { REQUIRE_TOKEN: "true", OTEL_EXPORTER_OTLP_HEADERS: "x-team=platform" } } },
      { config: { consoleExtraEnvironment: { ALLOW_CREDENTIALS: "true", MAX_TOKEN: "5" } } },
      { config: { emailSignupDisabled: true, confirmAdministratorExists: true } },
    ];
    expect(trials.map((trial) => refusals(trial))).to.deep.equal(trials.map(() => ""));
  });

  it("warns of what nobody is stopped by", () => {
    const warnings = (trial: Trial) => read(trial).problems.map(({ key, severity }) => `${severity} ${key}`);
    expect(warnings({ config: { fipsEndpoints: true }, partition: "aws-us-gov" })).to.deep.equal(["warning tlsPolicy"]);
    expect(warnings({ config: { migrationImageTag: "20260101-1000-signed" } })).to.deep.equal([
      "warning migrationImageTag",
    ]);
    const image = (release: string): string => `registry.example.com/pulumi:${release}`;
    expect(warnings({ config: { consoleImage: image("20250101-1-signed") } })).to.deep.equal(["warning consoleImage"]);
    expect(warnings({ config: { apiImage: image("20250101-1-signed") } })).to.deep.equal(["warning apiImage"]);
    const rollback = { apiImage: image("20250101-1-signed"), consoleImage: image("20250101-1-signed") };
    expect(warnings({ config: { ...rollback, migrationImage: image("20260101-1000-signed") } })).to.deep.equal([]);
  });

  describe("where the infrastructure layer isn't deployed", () => {
    it("still refuses all that is wrong by itself", () => {
      const config = {
        imageTag: "latest",
        allowedCidrBlocks: "10.1.2.3/8",
        apiCpu: 256,
        apiMemory: 8192,
        otelProtocol: "http",
      };
      expect(problemKeys({ config, above: "none" })).to.have.members([
        "imageTag",
        "allowedCidrBlocks",
        "apiCpu",
        "otelProtocol",
      ]);
    });

    it("refuses nothing for what only that layer knows", () => {
      const config = { internal: true, dualStack: true, egressCidrBlocks: "10.0.0.0/8" };
      expect(refusals({ config, above: "none" })).to.equal("");
    });
  });

  it("lets one bad value silence nothing but the rules that need it", () => {
    const config = { consoleMinTasks: "many", jobsMaxTasks: 3, apiCpu: 256, apiMemory: 8192, domain: "Example.com" };
    expect(problemKeys({ config, secrets: { samlPrivateKey: ecPair.privateKey } })).to.have.members([
      "consoleMinTasks",
      "jobsMaxTasks",
      "apiCpu",
      "domain",
      "samlCertificate",
    ]);
  });

  describe("of a program", () => {
    it("is refused with every problem at once, before anything is made", async () => {
      const message = await refusal({
        config: {
          ...{ smtpServer: "smtp.example.com:25", apiCpu: 256, apiMemory: 8192 },
          ...{ execEnabled: true, readOnlyRootFilesystem: true, "aws:region": "us-east-1" },
        },
      });
      expect(message).to.match(/stack test, has 4 problems/);
    });

    it("is refused together with an infrastructure layer that isn't deployed", async () => {
      const trial = { config: { imageTag: "latest" }, above: { contractVersion: undefined } };
      expect(await refusal(trial)).to.match(
        /has 2 problems:\n +infrastructureStack: .*no outputs yet\n.*pulumi up.*infrastructure\/\n +imageTag: found "latest"/s,
      );
    });
  });
});
