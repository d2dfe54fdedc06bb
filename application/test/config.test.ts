import { expect } from "chai";
import { accountId, infrastructureOutputs, type Values } from "@selfhosted/common/testing";
import { deploy, type Trial } from "./fixtures";

async function refusal(trial: Trial): Promise<string> {
  try {
    await deploy(trial);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("the program accepted it");
}

const pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";

describe("configuration", () => {
  const refused: [what: string, trial: Trial, sentences: RegExp[]][] = [
    ["no image tag", { config: { imageTag: undefined } }, [/imageTag: not set; required: a release such as/]],
    ["the tag latest", { config: { imageTag: "latest" } }, [/imageTag: found "latest"; allowed: a release such as/]],
    ["the tag edge", { config: { imageTag: "edge" } }, [/imageTag: found "edge"/]],
    ["an empty tag", { config: { imageTag: "" } }, [/imageTag: found ""/]],
    [
      "a moving tag in an override",
      { config: { apiImage: "registry.example.com/x:latest" } },
      [/apiImage: found .*without the moving tags/],
    ],
    [
      "a digest beside a whole image",
      { config: { apiImage: "registry.example.com/x:1", apiImageDigest: `sha256:${"0".repeat(64)}` } },
      [/apiImageDigest: set beside apiImage/],
    ],
    [
      "migrations older than the release",
      { config: { migrationImageTag: "20251103-204-signed" } },
      [/migrationImageTag: found 20251103-204-signed, which is older than imageTag/, /config rm migrationImageTag/],
    ],
    [
      "two names for the migrations",
      { config: { migrationImageTag: "20260301-1100-signed", migrationImage: "registry.example.com/x:1" } },
      [/migrationImageTag: set beside migrationImage/],
    ],
    [
      "an upper-case domain",
      { config: { domain: "Example.com" } },
      [/domain: found "Example.com"; allowed: a domain in lower case/],
    ],
    ["a URL for a domain", { config: { domain: "https://example.com" } }, [/domain: found/]],
    [
      "a misspelt key",
      { config: { imagTag: "1" } },
      [/imagTag: unknown setting; did you mean imageTag\?/, /pulumi config rm imagTag/],
    ],
    [
      "networks with bits behind their prefix, or in another spelling than AWS's",
      {
        config: { allowedCidrBlocks: "92.68.201.91/29,10.0.0.0/8", egressCidrBlocks: "10.1.2.3/8,2001:DB8:0:0::1/48" },
      },
      [
        /allowedCidrBlocks: found 92\.68\.201\.91\/29, which AWS writes as 92\.68\.201\.88\/29\n.*set allowedCidrBlocks 92\.68\.201\.88\/29,10\.0\.0\.0\/8/,
        /egressCidrBlocks: found 10\.1\.2\.3\/8, which AWS writes as 10\.0\.0\.0\/8; 2001:DB8:0:0::1\/48, .* 2001:db8::\/48/,
      ],
    ],
    [
      "a private key as a certificate, whose text nobody sees",
      { config: { samlCertificate: "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----" } },
      [/samlCertificate: found a value \(not shown\); allowed: a certificate in PEM form/],
    ],
    [
      "colons that are no network",
      { config: { egressCidrBlocks: "::::/0" } },
      [/egressCidrBlocks: found ::::\/0, which is no network/],
    ],
    [
      "more networks than a security group takes",
      { config: { allowedCidrBlocks: Array.from({ length: 61 }, (_, index) => `10.0.${index}.0/24`) } },
      [/allowedCidrBlocks: found 61 IPv4 networks; a security group takes 60/],
    ],
    ["a bad network", { config: { allowedCidrBlocks: "10.0.0.0/33" } }, [/allowedCidrBlocks: found "10.0.0.0\/33"/]],
    [
      "IPv6 clients of an IPv4 load balancer",
      { config: { allowedCidrBlocks: "2001:db8::/32" } },
      [/allowedCidrBlocks: found the IPv6 networks 2001:db8::\/32.*IPv4 only/, /dualStack true/],
    ],
    [
      "load balancers inside that answer on IPv6 and let no one in there",
      { config: { internal: true, dualStack: true } },
      [/dualStack: found true, but only IPv4 networks may enter: 10\.0\.0\.0\/16/, /allowedCidrBlocks <IPv4>,<IPv6>/],
    ],
    [
      "IPv6 where a list names IPv4 networks only",
      { config: { dualStack: true, allowedCidrBlocks: "203.0.113.0/24" } },
      [/dualStack: found true, but only IPv4 networks may enter: 203\.0\.113\.0\/24/],
    ],
    [
      "a certificate of another region",
      { config: { certificateArn: `arn:aws:acm:us-east-1:${accountId}:certificate/1` } },
      [
        /certificateArn: found a certificate of account .* in us-east-1.*eu-central-1/,
        /aws acm list-certificates --region eu-central-1/,
      ],
    ],
    [
      "a certificate of another account",
      { config: { certificateArn: "arn:aws:acm:eu-central-1:999999999999:certificate/1" } },
      [/certificateArn: found a certificate of account 999999999999/],
    ],
    [
      "no certificate",
      { config: { certificateArn: undefined } },
      [/certificateArn: not set, and certificateZoneId neither/, /certificateZoneId <public zone>/],
    ],
    [
      "two certificates",
      { config: { certificateZoneId: "Z0123456789" } },
      [/certificateArn: set beside certificateZoneId/, /pulumi config rm certificateZoneId/],
    ],
    [
      "no public subnets",
      { upstream: { network: { ...infrastructureOutputs().network, publicSubnetIds: [] } } },
      [/internal: found false, but the infrastructure layer names no public subnets/],
    ],
    [
      "a size that Fargate lacks",
      { config: { apiCpu: 1024, apiMemory: 16384 } },
      [
        /apiCpu: found apiCpu 1024 with apiMemory 16384 MiB, which Fargate doesn't have; the nearest that it has: (1024 with 8192|2048 with 16384) MiB/,
        /pulumi config set apiCpu (1024|2048) && pulumi config set apiMemory (8192|16384)/,
      ],
    ],
    [
      "a size of jobs that Fargate lacks",
      { config: { jobsEnabled: true, jobsCpu: 256, jobsMemory: 4096 } },
      [/jobsCpu: found/],
    ],
    [
      "more tasks at least than at most",
      { config: { consoleMinTasks: 5, consoleMaxTasks: 3 } },
      [/consoleMaxTasks: found 3; allowed: consoleMinTasks or more, which is 5, set here/],
    ],
    [
      "fewer tasks at most than its size keeps at least",
      { config: { apiMaxTasks: 1 } },
      [
        /apiMaxTasks: found 1; allowed: apiMinTasks or more, which is 2, by the installation's size, medium/,
        /pulumi config set apiMaxTasks 2, or pulumi config set apiMinTasks 1/,
      ],
    ],
    [
      "fewer jobs tasks at most than at least",
      { config: { jobsEnabled: true, jobsMaxTasks: 1 } },
      [/jobsMaxTasks: found 1; allowed: jobsMinTasks or more, which is 2/],
    ],
    [
      "half of the mail settings",
      { config: { smtpServer: "smtp.example.com:587", smtpSender: "p@example.com" } },
      [
        /smtpUsername: not set, though smtpServer, smtpSender is/,
        /smtpPassword: not set/,
        /pulumi config set --secret smtpPassword/,
      ],
    ],
    [
      "a Turnstile key without its pair",
      { config: { turnstileSiteKey: "k" } },
      [/turnstileSecretKey: not set, though turnstileSiteKey is/],
    ],
    ["a SAML certificate without key", { config: { samlCertificate: pem } }, [/samlPrivateKey: not set/]],
    ["a GitHub application without secret", { config: { githubOauthId: "i" } }, [/githubOauthSecret: not set/]],
    ["a GitLab application without secret", { config: { gitlabOauthId: "i" } }, [/gitlabOauthSecret: not set/]],
    [
      "a Bitbucket application without secret",
      { config: { bitbucketOauthId: "i" } },
      [/bitbucketOauthSecret: not set/],
    ],
    ["TLS in the API without key", { config: { apiTlsCertificate: pem } }, [/apiTlsPrivateKey: not set/]],
    [
      "a path for a certificate",
      { config: { consoleTlsCertificate: "/etc/tls.pem" } },
      [/consoleTlsCertificate: found .*PEM form/],
    ],
    [
      "a telemetry protocol without endpoint",
      { config: { otelProtocol: "http" } },
      [/otelProtocol: set without otelEndpoint/],
    ],
    [
      "retries without a wait",
      { config: { migrationLockRetries: 3 } },
      [/migrationLockRetries: set without migrationLockWaitSeconds/],
    ],
    [
      "exceptions from no proxy",
      { config: { noProxy: ".example.com" } },
      [/noProxy: set without httpProxy or httpsProxy, and means nothing alone/, /pulumi config rm noProxy/],
    ],
    [
      "a variable that the installer manages",
      { config: { apiExtraEnvironment: { PULUMI_API_DOMAIN: "x" } } },
      [
        /apiExtraEnvironment.PULUMI_API_DOMAIN: the installer manages PULUMI_API_DOMAIN/,
        /config rm --path 'apiExtraEnvironment.PULUMI_API_DOMAIN'/,
      ],
    ],
    [
      "AWS credentials in the environment",
      { config: { consoleExtraEnvironment: { AWS_ACCESS_KEY_ID: "x" } } },
      [/consoleExtraEnvironment.AWS_ACCESS_KEY_ID: the container's credentials are those of its task role/],
    ],
    [
      "a second encryption service",
      {
        config: { apiExtraEnvironment: { PULUMI_AZURE_KV_URI: "x" } },
        secrets: { apiExtraSecrets: { PULUMI_LOCAL_KEYS: "x" } },
      },
      [
        /apiExtraEnvironment.PULUMI_AZURE_KV_URI: the installation has its one key already, serviceKeyId/,
        /apiExtraSecrets.PULUMI_LOCAL_KEYS: the installation has its one key already/,
      ],
    ],
    ...[
      "PULUMI_LOCAL_OBJECTS",
      "PULUMI_OBJECTS_BUCKET",
      "PULUMI_POLICY_PACK_BUCKET",
      "PULUMI_POLICY_PACK_LOCAL_HTTP_OBJECTS",
    ].map((name): [string, Trial, RegExp[]] => [
      `a second object store by ${name}`,
      { config: { apiExtraEnvironment: { [name]: "x" } } },
      [new RegExp(`apiExtraEnvironment.${name}: the installation has its one object store already`)],
    ]),
    [
      "a managed name among secrets",
      { secrets: { migrationExtraSecrets: { MYSQL_ROOT_PASSWORD: "x" } } },
      [/migrationExtraSecrets.MYSQL_ROOT_PASSWORD/],
    ],
    [
      "a variable with two values",
      { config: { apiExtraEnvironment: { A: "1" } }, secrets: { apiExtraSecrets: { A: "2" } } },
      [/apiExtraEnvironment.A: A is in apiExtraSecrets too/],
    ],
    [
      "shells in containers that can't be written",
      { config: { execEnabled: true, readOnlyRootFilesystem: true } },
      [/execEnabled: found true with readOnlyRootFilesystem/],
    ],
    ...["public.ecr.aws/aws-observability/aws-for-fluent-bit:latest", "registry.example.com/fluent-bit"].map(
      (logRouterImage): [string, Trial, RegExp[]] => [
        `${logRouterImage} for a log router`,
        { config: { logRouterImage, logRouterOptions: { Name: "http" } } },
        [/logRouterImage: found .*without the moving tags/],
      ],
    ),
    [
      "a log router without output",
      { config: { logRouterImage: "registry.example.com/fluent-bit:3" } },
      [/logRouterOptions: lacks Name/],
    ],
    [
      "a log router that sends to no port",
      {
        config: {
          logRouterImage: "registry.example.com/fluent-bit:3",
          logRouterOptions: { Name: "http", port: "https" },
        },
      },
      [/logRouterOptions: found a Port that is none/],
    ],
    [
      "log options without router",
      { config: { logRouterOptions: { Name: "http" } }, secrets: { logRouterSecrets: { http_Passwd: "p" } } },
      [/logRouterOptions: set without logRouterImage/, /logRouterSecrets: set without logRouterImage/],
    ],
    [
      "a policy of a log router that there isn't",
      { config: { logRouterPolicyArn: "arn:aws:iam::111122223333:policy/logs" } },
      [/logRouterPolicyArn: set without logRouterImage/],
    ],
    [
      "a policy of a log router by its name",
      { config: { logRouterPolicyArn: "logs" } },
      [/logRouterPolicyArn: found "logs"; allowed: the ARN of an IAM policy/],
    ],
    ...["arn:aws:iam::999999999999:policy/logs", "arn:aws-us-gov:iam::111122223333:policy/logs"].map(
      (logRouterPolicyArn): [string, Trial, RegExp[]] => [
        `the log router's policy ${logRouterPolicyArn}`,
        { config: { logRouterPolicyArn } },
        [/logRouterPolicyArn: found a policy of \d+ in the partition .*, 111122223333 in aws, or of AWS/],
      ],
    ),
    [
      "a log kept too short",
      { config: { logRetentionDays: "7" } },
      [/logRetentionDays: found "7"; allowed: one of 30, 60/],
    ],
  ];
  for (const [what, trial, sentences] of refused.filter(([, , expected]) => expected.length > 0)) {
    it(`refuses ${what}`, async () => {
      const message = await refusal(trial);
      for (const sentence of sentences) {
        expect(message).to.match(sentence);
      }
    });
  }

  const needInternet: [what: string, trial: Trial, sentence: RegExp][] = [
    [
      "Turnstile",
      { config: { turnstileSiteKey: "k" }, secrets: { turnstileSecretKey: "k" } },
      /turnstileSiteKey: the API has Cloudflare Turnstile check/,
    ],
    [
      "sign-in by github.com",
      { config: { githubOauthId: "i" }, secrets: { githubOauthSecret: "s" } },
      /githubOauthId: the console asks github\.com who signs in/,
    ],
    [
      "sign-in by gitlab.com",
      {
        config: { gitlabOauthId: "i", gitlabOauthEndpoint: "https://gitlab.com" },
        secrets: { gitlabOauthSecret: "s" },
      },
      /gitlabOauthId: the console asks gitlab\.com/,
    ],
    [
      "sign-in by Bitbucket",
      { config: { bitbucketOauthId: "i" }, secrets: { bitbucketOauthSecret: "s" } },
      /bitbucketOauthId: the console asks bitbucket\.org/,
    ],
    [
      "images of another region",
      { config: { imageRegistryRegion: "us-east-1" } },
      /imageRegistryRegion: images are pulled from ECR in us-east-1, and VPC endpoints serve eu-central-1 only/,
    ],
    [
      "an image of a public registry",
      { config: { consoleImage: "docker.io/pulumi/console:20260101-1000-signed" } },
      /consoleImage: the image is pulled from docker\.io/,
    ],
  ];
  const closed = { internal: true };
  for (const [what, { config, secrets }, sentence] of needInternet) {
    it(`refuses ${what} where tasks can't call the internet`, async () => {
      expect(await refusal({ config: { ...config, ...closed }, secrets }))
        .to.match(sentence)
        .and.match(/private networks only \(egressCidrBlocks\)/)
        .and.match(/pulumi config rm \w+; or open a way out: .*httpsProxy.*egressCidrBlocks 0\.0\.0\.0\/0/);
    });
  }

  const all = {
    config: Object.assign({}, ...needInternet.map(([, { config }]) => config)) as Values,
    secrets: Object.assign({}, ...needInternet.map(([, { secrets }]) => secrets)) as Values,
  };

  it("refuses them all at once where only private networks are named", async () => {
    const config = { ...all.config, egressCidrBlocks: "10.0.0.0/8,100.64.7.0/24,fd00::/8" };
    expect(await refusal({ ...all, config })).to.match(/has 6 problems/);
  });

  const waysOut: [what: string, Values][] = [
    ["load balancers face it", {}],
    ["the networks hold some of it", { ...closed, egressCidrBlocks: "10.0.0.0/8,140.82.112.0/20" }],
    ["there is a proxy", { ...closed, httpsProxy: "http://proxy.example.internal:3128" }],
  ];
  for (const [what, way] of waysOut) {
    it(`takes all that needs the internet where ${what}`, async () => {
      await deploy({ ...all, config: { ...all.config, ...way } });
    });
  }

  it("takes sign-in by a git server inside where tasks can't call the internet", async () => {
    const config = { ...closed, githubOauthId: "i", githubOauthEndpoint: "https://github.example.internal" };
    await deploy({ config, secrets: { githubOauthSecret: "s" } });
  });

  it("refuses a secret that is stored in clear, without showing it", async () => {
    const message = await refusal({ config: { metricsSecret: "clear-text-canary" } });
    expect(message).to.match(/metricsSecret: stored in clear text; it must be encrypted/);
    expect(message).to.not.include("clear-text-canary");
  });

  it("names every problem at once", async () => {
    const config = {
      smtpServer: "smtp.example.com:25",
      apiCpu: 256,
      apiMemory: 8192,
      execEnabled: true,
      readOnlyRootFilesystem: true,
    };
    expect(await refusal({ config })).to.match(/stack test, has 5 problems/);
  });

  it("registers nothing where it refuses", async () => {
    const registered: string[] = [];
    const note = (type: string): undefined => void registered.push(type);
    await refusal({ config: { apiCpu: 256, apiMemory: 8192 }, resource: note });
    expect(registered.filter((type) => type.startsWith("aws:"))).to.deep.equal([]);
  });

  describe("about a log group of Container Insights that exists already", () => {
    const insightsGroup = "/aws/ecs/containerinsights/pulumi-test-cluster/performance";
    const withGroup = (tags: Values, more: Trial = {}): Trial => ({
      ...more,
      calls: {
        "aws:cloudwatch/getLogGroups:getLogGroups": ({ logGroupNamePrefix: prefix }) => ({
          logGroupNames: [insightsGroup].filter((name) => name.startsWith(String(prefix))),
        }),
        "aws:cloudwatch/getLogGroup:getLogGroup": ({ name }) => ({ name, tags }),
      },
    });

    it("refuses one that ECS made, with the command that deletes it, before anything is made", async () => {
      const registered: string[] = [];
      const note = (type: string): undefined => void registered.push(type);
      expect(await refusal(withGroup({}, { resource: note }))).to.match(
        new RegExp(
          `containerInsights: log group ${insightsGroup} exists already, made by ECS.*containerInsights disabled first\\n` +
            ` +fix: aws logs delete-log-group --log-group-name ${insightsGroup}`,
        ),
      );
      expect(registered.filter((type) => type.startsWith("aws:"))).to.deep.equal([]);
    });

    it("refuses that of another stack", async () => {
      const other = { project: "pulumi", layer: "application", stack: "other" };
      expect(await refusal(withGroup(other))).to.match(/exists already/);
    });

    it("takes its own, and any where Container Insights is off", async () => {
      await deploy(withGroup({ project: "pulumi", layer: "application", stack: "test", team: "platform" }));
      await deploy(withGroup({}, { config: { containerInsights: "disabled" } }));
    });
  });

  it("says which layer to deploy first", async () => {
    expect(await refusal({ upstream: { contractVersion: undefined } })).to.match(
      /no outputs yet.*pulumi up.*infrastructure\//s,
    );
  });

  it("takes hosts from domain and subdomain", async () => {
    const { outputs } = await deploy({ config: { domain: "example.com", subdomain: "pulumi" } });
    expect(outputs["api"]).to.deep.include({ domain: "api.pulumi.example.com" });
    expect(outputs["console"]).to.deep.include({ domain: "app.pulumi.example.com" });
  });
});
