import type { Layer } from "@selfhosted/common";
import {
  type AwsAnswers,
  type CallAnswer,
  healthyAccount,
  type Outcome,
  type Values,
} from "@selfhosted/common/testing";
import { expect } from "chai";
import { everythingOn } from "../../../infrastructure/test/configurations";
import { dataSources, resources } from "../../docs/permissions/actions";
import { type Document, documents, limit, needOf, sizeOf } from "../../docs/permissions/documents";
import { callsIn, type Part, parts, type Used, usedBy } from "../../docs/permissions/programs";
import { describes } from "../../docs/permissions/scopes";
import { layers } from "../../layers";
import { dependentActions, lint } from "../iam/linter";
import { application, dns, infrastructure } from "../support/all-layers";
import { deploy } from "../support/installation";

/** What the linter says though it is as it should be. */
const exempt: { issue: string; detail: RegExp; why: string }[] = [
  {
    issue: "RESOURCE_MISMATCH",
    detail: /^\[({'action': 'es:(Add|Remove)Tags', 'required_format': 'arn:\*:opensearch:[^']*'}(, )?)+\]$/,
    why: "the linter wants an application and a data source besides the domain; any of them will do",
  },
  {
    issue: "RESOURCE_MISMATCH",
    detail: /^\[({'action': 'elasticloadbalancing:\w+', 'required_format': '[^']*listener\/app\/[^']*'}(, )?)+\]$/,
    why: "the linter wants listeners of application load balancers besides those of network load balancers",
  },
  {
    issue: "INVALID_ARN",
    detail: /^Account expected to be of form/,
    why: "policies and prefix lists of AWS's own are those of the account `aws`",
  },
  {
    issue: "RESOURCE_POLICY_PRIVILEGE_ESCALATION",
    detail: /pulumi-\*-prod-111122223333-\* due to s3:(Get|Put)Object/,
    why: "a writer of the buckets' policies could open them to itself; that is the deployer's work",
  },
  {
    issue: "RESOURCE_POLICY_PRIVILEGE_ESCALATION",
    detail: /pulumi-state-111122223333-eu-central-1 due to s3:(Delete|Get|Put)Object/,
    why: "whoever makes the bucket for the state says who may use it, and is let in",
  },
];

/** Actions that AWS checks besides another one only for what the installation has not. */
const unused: Record<string, string> = {
  "autoscaling:DescribeAccountLimits": "no quota of it is asked for",
  "cloudformation:DescribeAccountLimits": "no quota of it is asked for",
  "dynamodb:DescribeLimits": "no quota of it is asked for",
  "iam:CreateServiceLinkedRole": "a key of one region, as `make backend` makes it, needs no role",
  "kinesis:DescribeLimits": "no quota of it is asked for",
  "rds:CreateTenantDatabase": "tenant databases are Oracle's",
  "rds:DeleteTenantDatabase": "tenant databases are Oracle's",
  "route53:GetAccountLimit": "no quota of it is asked for",
  "secretsmanager:RotateSecret": "RDS doesn't manage the password",
};

/** Names of IAM for the services, where those of the clients are others. */
const services: Record<string, string> = { elb: "elasticloadbalancing", search: "es", secrets: "secretsmanager" };

/** What a layer's program asks AWS in an account that holds what it needs, such as `ec2:DescribeVpcs`. */
async function operationsOf(layer: Layer, config: Values): Promise<string[]> {
  const asked = new Set<string>();
  const recorded = Object.entries(healthyAccount("aws")).map(([name, answer]) => {
    const [client = "", operation = ""] = name.split(":");
    const note: CallAnswer = (input, region) => {
      asked.add(`${services[client] ?? client}:${operation}`);
      return answer(input, region);
    };
    return [name, note];
  });
  await deploy(layer, config, { aws: Object.fromEntries(recorded) as AwsAnswers });
  return [...asked];
}

describe("the permissions of a deployer", function () {
  this.timeout(60_000);
  // From the sources, which are the same for all tests.
  const published = documents();
  const used = Object.fromEntries(parts.map((part) => [part, usedBy(part)])) as Record<Part, Used>;
  const all = (): Document[] => Object.values(published).flat();
  const statements = (part: Part) => published[part].flatMap((each) => each.Statement);
  const actionsOf = (part: Part) => statements(part).flatMap(({ Action }) => Action);

  it("are known for all that the programs may make and look up, and no more is listed", () => {
    const each = Object.values(used);
    expect(Object.keys(resources)).to.have.members([...new Set(each.flatMap((part) => part.resources))]);
    expect(Object.keys(dataSources)).to.have.members([...new Set(each.flatMap((part) => part.dataSources))]);
  });

  it("cover what a run of each program registers, however its source says so", async () => {
    const data = await infrastructure("aws");
    const services = await application("aws", data);
    const runs: Outcome[] = [data, services, await dns("aws", services)];
    runs.forEach((run, index) => {
      const types = run.resources.flatMap(({ type }) => /^aws:(\w+)\/\w+:(\w+)$/.exec(type)?.slice(1).join(".") ?? []);
      expect(used[layers[index] ?? "dns"].resources).to.include.members([...new Set(types)]);
    });
  });

  it("cover what a run of each program asks AWS, and preflight, however the source says so", async () => {
    const existing = {
      bucketCheckpointName: "mine",
      bucketObjectLockDays: undefined,
      bucketReplicationRegion: undefined,
    };
    const everything = { ...everythingOn, ...existing, databaseParameters: { max_connections: "9" } };
    for (const layer of layers) {
      const asked = await operationsOf(layer, layer === "infrastructure" ? everything : {});
      expect(used[layer].calls, layer).to.include.members(asked);
      expect(used.scripts.calls, layer).to.include.members(asked);
    }
  });

  it("cover the calls of the commands and of the migration", () => {
    expect(actionsOf("scripts")).to.include.members([
      ...["acm:DescribeCertificate", "ec2:DescribeRouteTables", "ecr:BatchGetImage", "ecs:ListTasks"],
      ...["logs:FilterLogEvents", "rds:CreateDBClusterSnapshot", "rds:DescribeDBClusterSnapshots"],
      ...["s3:GetEncryptionConfiguration", "s3:GetBucketPublicAccessBlock", "sts:AssumeRole"],
    ]);
    expect(actionsOf("restore")).to.include.members([
      "s3:GetObjectVersion",
      "s3:GetObjectVersionTagging",
      "s3:PutObject",
    ]);
    expect(actionsOf("rotate")).to.include.members([
      ...["rds-data:ExecuteStatement", "rds:EnableHttpEndpoint", "rds:DisableHttpEndpoint"],
      ...["secretsmanager:GetSecretValue", "secretsmanager:UpdateSecretVersionStage", "kms:Decrypt"],
    ]);
    const changing = actionsOf("scripts").filter(
      (action) => !describes(action) && /:(?!Get|Batch?Get|Filter|Simulate|List|Head)/.test(action),
    );
    expect(changing, "of who only looks, but for what the README names").to.have.members([
      ...["iam:CreateServiceLinkedRole", "rds:AddTagsToResource", "rds:CreateDBClusterSnapshot"],
      ...["rds:DeleteDBClusterSnapshot", "sts:AssumeRole"],
    ]);
    expect(actionsOf("scripts")).not.to.include("secretsmanager:GetSecretValue");
    expect(actionsOf("application")).to.include.members(["ecs:RunTask", "ecs:DescribeTasks", "logs:GetLogEvents"]);
  });

  it("hold for each layer what it uses of the shared code, and for the commands what they use of the layers", () => {
    expect(used.dns.resources).not.to.include("cloudwatch.LogGroup");
    expect(used.infrastructure.calls).not.to.include("sts:AssumeRole");
    expect(used.scripts.calls).to.include("sts:AssumeRole");
    expect(used.scripts.resources).to.deep.equal([]);
  });

  it("match a call by the client that it is made on", () => {
    const ofFile = 'import type { KMS } from "@aws-sdk/client-kms";\n';
    expect(callsIn(`${ofFile} clients.logs.listTagsForResource({})`)).to.deep.equal(["logs:ListTagsForResource"]);
    expect(callsIn(`${ofFile} new Other({}).listGrants({}); mine.listTagsForResource({})`)).to.deep.equal([
      "kms:ListGrants",
    ]);
    const withProvider = 'import * as aws from "@pulumi/aws";\nimport type { AwsClients } from "@selfhosted/common";\n';
    expect(callsIn(`${withProvider} aws.iam.getRole({}); clients.iam.listRoles({})`)).to.deep.equal(["iam:ListRoles"]);
    expect(actionsOf("scripts")).not.to.include.members(["sns:ListTagsForResource", "es:DescribeVpcEndpoints"]);
  });

  it("hold what AWS checks besides each action, by its reference", async function () {
    // The first run installs the linter.
    this.timeout(180_000);
    const dependents = await dependentActions();
    const missing = parts.flatMap((part) => {
      const allowed = actionsOf(part);
      return allowed.flatMap((action) => (dependents[action] ?? []).filter((other) => !allowed.includes(other)));
    });
    expect([...new Set(missing)]).to.have.members(Object.keys(unused));
  });

  it("hold what services describe in the caller's name, as deployers found who lacked it", () => {
    expect(actionsOf("application")).to.include("ec2:GetSecurityGroupsForVpc");
    expect(actionsOf("infrastructure")).to.include.members([
      "rds:CreateDBSnapshot",
      ...["ec2:DescribeAccountAttributes", "ec2:DescribeAvailabilityZones", "ec2:DescribeInternetGateways"],
      ...["ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcAttribute", "ec2:DescribeVpcs"],
    ]);
  });

  it("let the provider see how ECS rolls out", () => {
    expect(actionsOf("application")).to.include.members([
      "ecs:ListServiceDeployments",
      "ecs:DescribeServiceDeployments",
    ]);
  });

  it("fit into policies as IAM takes them", () => {
    all().forEach((document) => expect(sizeOf(document)).to.be.at.most(limit));
    all().forEach(({ Statement }) => expect(new Set(Statement.map(({ Sid }) => Sid)).size).to.equal(Statement.length));
  });

  it("let roles be made, changed and passed under the installation's name alone, to services that are named", () => {
    for (const { Action, Resource, Condition } of parts.flatMap(statements)) {
      const writes = Action.filter((action) => /^iam:(?!Get|Simulate)/.test(action) && !describes(action));
      if (writes.length > 0) {
        Resource.forEach((arn) => expect(arn).to.match(/:role\/(pulumi-prod-|aws-service-role\/)\*$/));
      }
      if (Action.includes("iam:PassRole")) {
        expect(Condition?.["StringEquals"]?.["iam:PassedToService"]).not.to.have.length(0);
      }
      if (Action.includes("iam:CreateServiceLinkedRole")) {
        expect(Condition?.["StringEquals"]?.["iam:AWSServiceName"]).not.to.have.length(0);
      }
    }
    expect(needOf("application").passesRolesTo).to.deep.equal(["ecs-tasks.amazonaws.com"]);
  });

  it("let keys be used by way of services, and granted to those and to roles of the installation", () => {
    const ofKeys = parts
      .flatMap(statements)
      .filter(({ Action }) => /kms:(CreateGrant|Decrypt|GenerateDataKey)/.test(Action.join()));
    ofKeys.forEach(({ Sid, Condition }) => expect(Condition, Sid).not.to.equal(undefined));
  });

  it("name the policies of the linter's liking, but for what is exempt", async function () {
    // The first run installs the linter.
    this.timeout(180_000);
    const results = (await lint(all())).flat();
    // To describe things is allowed everywhere.
    const isDescribing = (detail: string): boolean =>
      [...detail.matchAll(/'([\w-]+:\w+)'/g)].every(([, action = ""]) => describes(action));
    const unexpected = results.filter(
      ({ issue, detail }) =>
        !(issue === "RESOURCE_STAR" && isDescribing(detail)) &&
        !exempt.some((each) => each.issue === issue && each.detail.test(detail)),
    );
    expect(unexpected).to.deep.equal([]);
    for (const { issue, detail, why } of exempt) {
      expect(
        results.some((each) => each.issue === issue && detail.test(each.detail)),
        why,
      ).to.equal(true);
    }
  });
});
