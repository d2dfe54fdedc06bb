import type { Layer } from "@selfhosted/common";
import {
  accountId,
  ecPair,
  ecrWithout,
  expiredCertificate,
  keyArn,
  rsaPair,
  s3Error,
  subnetIds,
  type AwsAnswers,
  type Values,
} from "@selfhosted/common/testing";
import { expect } from "chai";
import { withCluster, withKeys } from "../../infrastructure/test/account";
import type { LayerFinding } from "../lib/check-layers";
import { configured, deploy, deployedOutputs, findings, type Deployment } from "./installation";

/** A mistake in an otherwise good configuration, and how it is refused. */
type Mistake = [what: string, layer: Layer, change: Values, key: string, reason: RegExp, more?: More];

interface More extends Deployment {
  /** Before the first deployment only, or after it only. */
  only?: "fresh" | "deployed";
  /** The program of the layer refuses its first deployment too, below a layer that is deployed. */
  firstDeployment?: true;
  /** Nobody is stopped by it. */
  warns?: true;
  /** What to type. */
  fix?: RegExp;
}

/** The API's role, which is tagged with the service key that it may use. */
const withRole = (serviceKey: string): Partial<AwsAnswers> => ({
  "iam:GetRole": () => ({ Role: { Tags: [{ Key: "service-key", Value: serviceKey }] } }),
});

/** The installation's database as it was made, with two instances. */
const deployedDatabase = withCluster();

/** A log group that isn't the installation's. */
const withLogGroup = (logGroupName: string): Partial<AwsAnswers> => ({
  "logs:DescribeLogGroups": () => ({ logGroups: [{ logGroupName, arn: `${logGroupName}:*` }] }),
});

/** The API's service, which runs a release. */
const running = (release: string): Partial<AwsAnswers> => ({
  "ecs:DescribeServices": () => ({
    services: [{ serviceName: "pulumi-prod-api", status: "ACTIVE", taskDefinition: "api:1" }],
  }),
  "ecs:DescribeTaskDefinition": () => ({
    taskDefinition: { containerDefinitions: [{ name: "api", image: `registry/pulumi/service:${release}` }] },
  }),
});

const certificate = (change: object): Partial<AwsAnswers> => ({
  "acm:DescribeCertificate": () => ({
    Certificate: {
      DomainName: "*.pulumi.example.com",
      SubjectAlternativeNames: ["*.pulumi.example.com"],
      Status: "ISSUED",
      KeyAlgorithm: "RSA-2048",
      ...change,
    },
  }),
});

/** Mail by a relay without sign-in. */
const mail = { smtpServer: "relay.example.com:25", smtpSender: "pulumi@example.com" };

const mistakes: Record<string, Mistake[]> = {
  "content, not form": [
    ["a licence that is a word", "application", { licenseKey: "licence" }, "licenseKey", /no JSON web token/],
    [
      "the name of the licence's file",
      "application",
      { licenseKey: "licence.txt" },
      "licenseKey",
      /name of a file/,
      { fix: /--secret licenseKey < licence\.txt/ },
    ],
    ["a licence in clear", "application", {}, "licenseKey", /clear text/, { inClear: ["licenseKey"] }],
    [
      "a port of the mail server that doesn't exist",
      "application",
      { ...mail, smtpServer: "relay.example.com:99999" },
      "smtpServer",
      /port "99999"; ports go from 1/,
    ],
    [
      "a telemetry port 0",
      "application",
      { otelEndpoint: "http://otel.example.com:0" },
      "otelEndpoint",
      /port "0"; ports go from 1/,
    ],
    ["a proxy with a password", "application", { httpsProxy: "http://me:hush@proxy:3128" }, "httpsProxy", /password/],
    ["a blank user of the mail server", "application", { ...mail, smtpUsername: " " }, "smtpUsername", /not empty/],
    [
      "a user without a password",
      "application",
      { ...mail, smtpUsername: "me" },
      "smtpPassword",
      /set all of smtpUsername, smtpPassword, or none/,
    ],
    ["an image that is no reference", "application", { deploymentsImage: "garbage!" }, "deploymentsImage", /registry/],
    [
      "a certificate that is none",
      "application",
      { apiTlsCertificate: pem("CERTIFICATE", "Z2FyYmFnZQ=="), apiTlsPrivateKey: rsaPair.privateKey },
      "apiTlsCertificate",
      /can't be read/,
    ],
    [
      "a SAML certificate and key of garbage",
      "application",
      { samlCertificate: pem("CERTIFICATE", "Z2FyYmFnZQ=="), samlPrivateKey: pem("PRIVATE KEY", "Z2FyYmFnZQ==") },
      "samlPrivateKey",
      /can't be read/,
    ],
    [
      "a private key in a setting that is shown in clear",
      "application",
      { samlCertificate: rsaPair.privateKey, samlPrivateKey: rsaPair.privateKey },
      "samlCertificate",
      /holds a private key/,
    ],
    [
      "a SAML certificate and its key exchanged",
      "application",
      { samlCertificate: rsaPair.privateKey, samlPrivateKey: rsaPair.certificate },
      "samlPrivateKey",
      /a value \(not shown\)/,
    ],
    [
      "a SAML key of another pair",
      "application",
      { samlCertificate: rsaPair.certificate, samlPrivateKey: ecPair.privateKey },
      "samlPrivateKey",
      /isn't the private key of samlCertificate/,
    ],
    [
      "a container's key of another pair",
      "application",
      { apiTlsCertificate: rsaPair.certificate, apiTlsPrivateKey: ecPair.privateKey },
      "apiTlsPrivateKey",
      /isn't the private key of apiTlsCertificate/,
    ],
    [
      "a certificate that has expired",
      "application",
      { samlCertificate: expiredCertificate, samlPrivateKey: rsaPair.privateKey },
      "samlCertificate",
      /expired/,
    ],
    [
      "a container's certificate that has expired, which the load balancer takes",
      "application",
      { consoleTlsCertificate: expiredCertificate, consoleTlsPrivateKey: rsaPair.privateKey },
      "consoleTlsCertificate",
      /expired/,
      { warns: true },
    ],
    [
      "an instance class that doesn't exist",
      "infrastructure",
      { databaseInstanceClass: "db.r6g.lage" },
      "databaseInstanceClass",
      /db\.r6g\.lage/,
    ],
    [
      "an instance class that the region doesn't offer",
      "infrastructure",
      { databaseInstanceClass: "db.r5.large" },
      "databaseInstanceClass",
      /AWS doesn't offer db\.r5\.large/,
    ],
    [
      "a version that AWS doesn't offer",
      "infrastructure",
      { databaseEngineVersion: "8.0.mysql_aurora.3.99.0" },
      "databaseEngineVersion",
      /3\.99\.0/,
    ],
    [
      "a version of OpenSearch that AWS doesn't offer",
      "infrastructure",
      { searchEnabled: true, searchEngineVersion: "OpenSearch_2.99" },
      "searchEngineVersion",
      /OpenSearch_2\.99/,
    ],
    [
      "a cron expression of Unix",
      "infrastructure",
      { backupEnabled: true, backupSchedule: "0 5 * * *" },
      "backupSchedule",
      /cron/,
      { fix: /cron\(0 5/ },
    ],
    [
      "a schedule of nonsense",
      "infrastructure",
      { backupEnabled: true, backupSchedule: "cron(99 5 ? * * *)" },
      "backupSchedule",
      /99/,
    ],
    [
      "a certificate where an authority's is needed",
      "infrastructure",
      { databaseCaCertificate: rsaPair.certificate },
      "databaseCaCertificate",
      /of no authority/,
    ],
    [
      "a parameter that MySQL doesn't have",
      "infrastructure",
      { databaseParameters: { max_conections: "100" } },
      "databaseParameters",
      /max_conections/,
    ],
    [
      "a value that a parameter doesn't take",
      "infrastructure",
      { databaseParameters: { max_connections: "many" } },
      "databaseParameters",
      /max_connections/,
    ],
  ],
  "networks and names as AWS keeps them": [
    [
      "clients' network with host bits",
      "application",
      { allowedCidrBlocks: "203.0.113.77/24" },
      "allowedCidrBlocks",
      /203\.0\.113\.0\/24/,
      { fix: /allowedCidrBlocks 203\.0\.113\.0\/24$/ },
    ],
    [
      "a network of IPv6 in capitals",
      "application",
      { dualStack: true, allowedCidrBlocks: "2001:DB8:0:0::1/48" },
      "allowedCidrBlocks",
      /2001:db8::\/48/,
    ],
    [
      "tasks' network with host bits",
      "application",
      { egressCidrBlocks: "10.1.2.3/8" },
      "egressCidrBlocks",
      /10\.0\.0\.0\/8/,
    ],
    [
      "a tag of ours but for its case",
      "infrastructure",
      { tags: { Project: "payments" } },
      "tags",
      /Project.*without case/,
    ],
    ["two tags that are one to AWS", "infrastructure", { tags: { Team: "a", team: "b" } }, "tags", /team/i],
    [
      "a domain in capitals",
      "application",
      { domain: "Pulumi.Example.COM" },
      "domain",
      /lower case/,
      { fix: /pulumi\.example\.com/ },
    ],
  ],
  "what is named exists, and fits": [
    [
      "a log group that a former database left",
      "infrastructure",
      {},
      "databaseLogExports",
      /log group \/aws\/rds\/cluster\/pulumi-prod-database-cluster\/audit exists already/,
      {
        only: "fresh",
        firstDeployment: true,
        fix: /delete-log-group/,
        aws: withLogGroup("/aws/rds/cluster/pulumi-prod-database-cluster/audit"),
      },
    ],
    [
      "a log group that ECS made for a former cluster",
      "application",
      {},
      "containerInsights",
      /log group \/aws\/ecs\/containerinsights\/pulumi-prod-cluster\/performance exists already/,
      { fix: /delete-log-group/, aws: withLogGroup("/aws/ecs/containerinsights/pulumi-prod-cluster/performance") },
    ],
    [
      "a bucket that doesn't exist",
      "infrastructure",
      { bucketCheckpointName: "no-such-bucket-1" },
      "bucketCheckpointName",
      /no-such-bucket-1 doesn't exist/,
      { aws: { "s3:HeadBucket": () => refuse(s3Error(404)) } },
    ],
    [
      "a region for copies that is misspelt",
      "infrastructure",
      { bucketReplicationRegion: "eu-wst-1" },
      "bucketReplicationRegion",
      /eu-wst-1/,
      { fix: /eu-west-1/ },
    ],
    [
      "a region for copies that AWS doesn't have",
      "infrastructure",
      { bucketReplicationRegion: "eu-west-9" },
      "bucketReplicationRegion",
      /that AWS doesn't have/,
    ],
    [
      "a region for copies that isn't turned on",
      "infrastructure",
      { bucketReplicationRegion: "me-south-1" },
      "bucketReplicationRegion",
      /isn't enabled/,
    ],
    [
      "a vault for copies that doesn't exist",
      "infrastructure",
      { backupEnabled: true, backupCopyVaultArn: `arn:aws:backup:eu-west-1:${accountId}:backup-vault:nowhere` },
      "backupCopyVaultArn",
      /no backup vault nowhere/,
    ],
    [
      "a VPC that doesn't exist",
      "infrastructure",
      { vpcId: "vpc-0000000000000dead" },
      "vpcId",
      /vpc-0000000000000dead doesn't exist/,
    ],
    [
      "isolated subnets where the private ones belong",
      "infrastructure",
      { privateSubnetIds: subnetIds.isolated, isolatedSubnetIds: subnetIds.private },
      "privateSubnetIds",
      /exchanged/,
    ],
    [
      "a key that is disabled",
      "infrastructure",
      {},
      "serviceKeyId",
      /Disabled/,
      { aws: withKeys({ "alias/service": { KeyState: "Disabled" } }) },
    ],
    [
      "a key of another region",
      "infrastructure",
      { serviceKeyId: keyArn("1", "aws", "eu-west-1") },
      "serviceKeyId",
      /eu-west-1; allowed: one in eu-central-1/,
    ],
    [
      "a bucket for packages that doesn't exist",
      "application",
      { registryPublicBucket: "no-such-bucket-1" },
      "registryPublicBucket",
      /no-such-bucket-1/,
      { aws: { "s3:HeadBucket": () => refuse(s3Error(404)) } },
    ],
    [
      "a bucket for packages that holds the stacks' state",
      "application",
      { registryPublicBucket: `pulumi-checkpoint-prod-${accountId}-eu-central-1` },
      "registryPublicBucket",
      /uses for something else/,
    ],
    [
      "an image that isn't there",
      "application",
      { imageTag: "20990101-1-signed" },
      "imageTag",
      /20990101-1-signed/,
      { aws: ecrWithout(() => true) },
    ],
    [
      "a certificate that isn't issued",
      "application",
      {},
      "certificateArn",
      /issued|PENDING/i,
      { aws: certificate({ Status: "PENDING_VALIDATION" }) },
    ],
    [
      "a certificate of other names",
      "application",
      { domain: "other.example.com" },
      "certificateArn",
      /api\.other\.example\.com/,
    ],
    ["a zone that doesn't hold the names", "dns", { zoneName: "example.org" }, "zoneName", /example\.org/],
    [
      "a zone that doesn't exist",
      "dns",
      { zoneName: undefined, zoneId: "Z0NOWHERE" },
      "zoneId",
      /Z0NOWHERE doesn't exist/,
    ],
    [
      "a stack of another project",
      "dns",
      { applicationStack: "organization/elsewhere/prod" },
      "applicationStack",
      /allowed: organization\/selfhosted-application\/stack/,
    ],
    [
      "a stack of the infrastructure layer that doesn't exist",
      "application",
      { infrastructureStack: "organization/selfhosted-infrastructure/nowhere" },
      "infrastructureStack",
      /stack organization\/selfhosted-infrastructure\/nowhere doesn't exist/,
      {
        named: { infrastructure: { name: "organization/selfhosted-infrastructure/nowhere" } },
        fix: /or set \w+Stack, where its stack has another name$/,
      },
    ],
    [
      "a stack of the application layer that doesn't exist",
      "dns",
      { applicationStack: "organization/selfhosted-application/nowhere" },
      "applicationStack",
      /stack organization\/selfhosted-application\/nowhere doesn't exist/,
      {
        named: { application: { name: "organization/selfhosted-application/nowhere" } },
        fix: /or set \w+Stack, where its stack has another name$/,
      },
    ],
    [
      "no opt-in of AWS Backup for databases",
      "infrastructure",
      { backupEnabled: true },
      "backupEnabled",
      /isn't opted in for Aurora/,
      { aws: { "backup:DescribeRegionSettings": () => ({ ResourceTypeOptInPreference: { S3: true } }) } },
    ],
  ],
  "what can't be changed later": [
    [
      "another name",
      "infrastructure",
      { name: "acme" },
      "name",
      /deployed as pulumi/,
      { only: "deployed", fix: /name pulumi/, aws: deployedDatabase },
    ],
    [
      "another region",
      "infrastructure",
      { "aws:region": "eu-west-1" },
      "aws:region",
      /deployed in eu-central-1/,
      { only: "deployed", fix: /eu-central-1/, aws: withRole(keyArn("service")) },
    ],
    [
      "another administrator of the database",
      "infrastructure",
      { databaseUsername: "other" },
      "databaseUsername",
      /was made with pulumi_admin/,
      { only: "deployed", fix: /databaseUsername pulumi_admin/, aws: deployedDatabase },
    ],
    [
      "another data key",
      "infrastructure",
      { dataKeyId: "alias/data" },
      "dataKeyId",
      /its own key/,
      { only: "deployed", fix: /config rm dataKeyId/, aws: deployedDatabase },
    ],
    [
      "backtrack for a database without it",
      "infrastructure",
      { databaseBacktrackHours: 24 },
      "databaseBacktrackHours",
      /backtrack is off/,
      { only: "deployed", aws: deployedDatabase },
    ],
    [
      "another service key",
      "infrastructure",
      {},
      "serviceKeyId",
      /the service encrypts with/,
      {
        only: "deployed",
        fix: /confirmServiceKeyChange true/,
        aws: withRole(keyArn("other")),
      },
    ],
    [
      "an older release than the database was migrated for",
      "application",
      { imageTag: "20250901-101-signed" },
      "imageTag",
      /older than 20260105-317-signed/,
      { only: "deployed", fix: /make rollback/, aws: running("20260105-317-signed") },
    ],
  ],
  "lock-outs": [
    ["no way to sign in", "application", { emailLoginDisabled: true }, "emailLoginDisabled", /no other way to sign in/],
    [
      "no sign-up before there is an administrator",
      "application",
      { emailSignupDisabled: true },
      "emailSignupDisabled",
      /administrator/,
      { only: "fresh", firstDeployment: true, fix: /confirmAdministratorExists true/ },
    ],
    [
      "sign-in by SAML alone before there is somebody who could set it up",
      "application",
      { emailLoginDisabled: true, samlCertificate: rsaPair.certificate, samlPrivateKey: rsaPair.privateKey },
      "emailLoginDisabled",
      /SAML is set up by somebody who is signed in/,
      { only: "fresh", firstDeployment: true, fix: /confirmAdministratorExists true/ },
    ],
    [
      "an allow list without the NAT gateways",
      "application",
      { allowedCidrBlocks: "203.0.113.0/24" },
      "allowedCidrBlocks",
      /lacks 198\.51\.100\.7/,
      {
        fix: /198\.51\.100\.7\/32/,
        aws: {
          "ec2:DescribeNatGateways": () => ({
            NatGateways: [{ NatGatewayId: "nat-1", NatGatewayAddresses: [{ PublicIp: "198.51.100.7" }] }],
          }),
        },
      },
    ],
    [
      "a console that can't reach the API",
      "application",
      { egressCidrBlocks: "10.0.0.0/8" },
      "egressCidrBlocks",
      /console couldn.t call the API/,
    ],
    [
      "load balancers that face the internet without public subnets",
      "application",
      {},
      "internal",
      /names no public subnets/,
      { others: { infrastructure: { publicSubnetIds: undefined } } },
    ],
  ],
  "settings without effect": [
    [
      "a profile of AWS",
      "infrastructure",
      { "aws:profile": "payments" },
      "aws:profile",
      /has no effect.*AWS_PROFILE/,
      { fix: /config rm aws:profile/ },
    ],
    ["a role of AWS", "dns", { "aws:assumeRoles": ["x"] }, "aws:assumeRoles", /has no effect/],
    [
      "a key of another project",
      "dns",
      { "selfhosted-application:domain": "example.com" },
      "selfhosted-application:domain",
      /setting of the project selfhosted-application/,
    ],
    [
      "settings of a provider that no layer has",
      "dns",
      { "kubernetes:kubeconfig": "x" },
      "kubernetes:kubeconfig",
      /no layer uses settings of kubernetes/,
      { warns: true, fix: /ESC environment/ },
    ],
    [
      "another region in a layer below",
      "application",
      { "aws:region": "eu-west-1" },
      "aws:region",
      /eu-west-1, but the installation is in eu-central-1/,
    ],
    [
      "options of a feature that is off",
      "infrastructure",
      { searchInstanceCount: 3 },
      "searchInstanceCount",
      /no effect without searchEnabled/,
    ],
    [
      "the opposite of what another setting says",
      "infrastructure",
      { databaseServerless: true, databaseInstanceClass: "db.r6g.large" },
      "databaseInstanceClass",
      /no effect with databaseServerless/,
    ],
  ],
  "what an account has only so many of": [
    [
      "log resource policies",
      "infrastructure",
      { searchEnabled: true },
      "searchEnabled",
      /AWS takes 10/,
      {
        aws: {
          "logs:DescribeResourcePolicies": () => ({
            resourcePolicies: [..."abcdefghij"].map((policyName) => ({ policyName })),
          }),
        },
      },
    ],
    [
      "network load balancers",
      "application",
      {},
      "infrastructureStack",
      /2 network load balancers are needed/,
      {
        only: "fresh",
        aws: { "elb:DescribeAccountLimits": () => ({ Limits: [{ Name: "network-load-balancers", Max: "1" }] }) },
      },
    ],
  ],
  "rules see what is in force": [
    [
      "a least capacity above the size's greatest",
      "infrastructure",
      { databaseServerless: true, databaseMinCapacity: 32 },
      "databaseMinCapacity",
      /at most databaseMaxCapacity of size small, 16/,
    ],
    [
      "search nodes that don't spread over the zones",
      "infrastructure",
      { searchEnabled: true, searchInstanceCount: 2 },
      "searchInstanceCount",
      /multiple of .*3/,
    ],
    [
      "memory that no task with the size's CPU has",
      "application",
      { apiMemory: 512 },
      "apiCpu",
      /apiCpu 1024 with apiMemory 512/,
    ],
    [
      "fewest tasks above the most",
      "application",
      { apiMinTasks: 4, apiMaxTasks: 2 },
      "apiMaxTasks",
      /apiMinTasks or more, which is 4/,
    ],
  ],
  "suggestions are what was meant": [
    [
      "yes for true",
      "infrastructure",
      { searchEnabled: "yes" },
      "searchEnabled",
      /true or false/,
      { fix: /searchEnabled true$/ },
    ],
    [
      "no for false",
      "application",
      { loadBalancerLogs: "no" },
      "loadBalancerLogs",
      /true or false/,
      { fix: /loadBalancerLogs false$/ },
    ],
    ["2GB for 2048", "application", { apiMemory: "2GB" }, "apiMemory", /whole number/, { fix: /apiMemory 2048$/ }],
    [
      "a size in capitals",
      "infrastructure",
      { size: "Medium" },
      "size",
      /small, medium, large/,
      { fix: /size medium$/ },
    ],
    ["an unknown setting", "dns", { zoneNam: "example.com" }, "zoneNam", /did you mean zoneName\?/],
  ],
};

function pem(label: string, body: string): string {
  return `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
}

function refuse(error: Error): never {
  throw error;
}

const failed = (all: LayerFinding[]): LayerFinding[] => all.filter(({ verdict }) => verdict === "fail");
const said = ({ key, evidence }: LayerFinding): string => `${key}: ${evidence}`;

/** The problems in the message with which a program refuses. */
function refusals(message: string): string[] {
  return message
    .split("\n")
    .filter((line) => /^ {2}\S/.test(line))
    .map((line) => line.trim());
}

async function refusedBy(layer: Layer, change: Values, deployment: Deployment): Promise<string[]> {
  const outcome = await deploy(layer, change, deployment).then(
    () => "",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  return refusals(outcome);
}

describe("A mistake in the configuration", function () {
  this.timeout(30_000);

  for (const [kind, rows] of Object.entries(mistakes)) {
    describe(`of the kind "${kind}"`, () => {
      for (const [what, layer, change, key, reason, more = {}] of rows) {
        it(`is found by preflight and by the program of ${layer}: ${what}`, async () => {
          const found = configured({ ...more.others, [layer]: change }, more.inClear);
          const states = more.only ? [more.only] : (["fresh", "deployed"] as const);
          for (const state of states) {
            const deployed = state === "fresh" ? {} : await deployedOutputs();
            const all = await findings(found, more.aws, { deployed, named: more.named });
            const verdict = more.warns ? "warn" : "fail";
            const own = all.filter((each) => each.layer === layer && each.verdict === verdict);
            const mine = own.find((each) => each.key === key && reason.test(each.evidence));
            expect(
              mine,
              `${state}: ${all
                .filter((each) => each.verdict !== "ok")
                .map(said)
                .join("\n")}`,
            ).not.to.equal(undefined);
            if (more.fix) {
              expect(mine?.remedy).to.match(more.fix);
            }
            if ((state === "deployed" || more.firstDeployment) && !more.warns) {
              const refused = await refusedBy(layer, change, { ...more, isDeployed: state === "deployed" });
              expect(refused).to.have.length(own.length);
              // A program may add what only those need who don't know what is deployed.
              own.map(said).forEach((line) =>
                expect(
                  refused.some((each) => each.startsWith(line)),
                  line,
                ).to.equal(true),
              );
            }
          }
        });
      }
    });
  }

  it("isn't seen in a good configuration, before the first deployment and after it", async () => {
    expect(failed(await findings(configured())).map(said)).to.deep.equal([]);
    expect(failed(await findings(configured(), {}, { deployed: await deployedOutputs() })).map(said)).to.deep.equal([]);
  });

  it("names the layer of a setting that stands in another, which a layer by itself doesn't know", async () => {
    const all = await findings(configured({ infrastructure: { domain: "example.com" }, application: { tags: {} } }));
    expect(failed(all).map(({ layer, key, evidence, remedy }) => [layer, key, evidence, remedy])).to.deep.equal([
      [
        "infrastructure",
        "domain",
        "is a setting of application/",
        "in infrastructure/: pulumi config rm domain, and set it in application/",
      ],
      [
        "application",
        "tags",
        "is a setting of infrastructure/",
        "in application/: pulumi config rm tags, and set it in infrastructure/",
      ],
    ]);
  });

  it("hides no other: six of them are six findings, in one run", async () => {
    const found = configured({
      infrastructure: {
        "aws:profile": "payments",
        tags: { Project: "payments" },
        databaseServerless: true,
        databaseMinCapacity: 32,
      },
      application: {
        allowedCidrBlocks: "203.0.113.77/24",
        smtpServer: "relay.example.com:99999",
        smtpSender: "pulumi@example.com",
        samlCertificate: rsaPair.certificate,
        samlPrivateKey: ecPair.privateKey,
      },
    });
    for (const deployed of [{}, await deployedOutputs()]) {
      const keys = failed(await findings(found, {}, { deployed })).map(({ layer, key }) => `${layer} ${key}`);
      expect(keys).to.include.members([
        "infrastructure aws:profile",
        "infrastructure tags",
        "infrastructure databaseMinCapacity",
        "application allowedCidrBlocks",
        "application smtpServer",
        "application samlPrivateKey",
      ]);
    }
  });
});
