import * as aws from "@pulumi/aws";
import { type Outcome, type PolicyStatement, policyStatements } from "@selfhosted/common/testing";
import { expect } from "chai";
import { deploy, infrastructure, search } from "./fixtures";

/** The layer with every feature that needs a permission. */
function everything(): Promise<Outcome> {
  return deploy({
    above: { search },
    config: {
      execEnabled: true,
      jobsEnabled: true,
      auditLogsTable: "audit",
      registryPublicBucket: "registry-public",
      registryPrivateBucket: "registry-private",
    },
  });
}

interface Policy {
  name: string;
  statements: PolicyStatement[];
}

const permissions = ({ ofType }: Outcome): Policy[] =>
  ofType(aws.iam.RolePolicy).map(({ name, inputs }) => ({ name, statements: policyStatements(inputs.policy) }));
const trusts = ({ ofType }: Outcome): Policy[] =>
  ofType(aws.iam.Role).map(({ name, inputs }) => ({ name, statements: policyStatements(inputs.assumeRolePolicy) }));
const list = (value: string | string[] | undefined): string[] => [value ?? []].flat();

/** Actions that don't support resource-level permissions (https://docs.aws.amazon.com/service-authorization/latest/reference). */
const withoutResources = [
  "ecr:GetAuthorizationToken",
  "logs:DescribeLogGroups",
  "ssmmessages:CreateControlChannel",
  "ssmmessages:CreateDataChannel",
  "ssmmessages:OpenControlChannel",
  "ssmmessages:OpenDataChannel",
];

/** Everything that this layer may grant, with the service whose ARNs it goes with. */
const grantable: Record<string, string> = {
  "dynamodb:BatchWriteItem": "dynamodb",
  "dynamodb:DescribeTable": "dynamodb",
  "dynamodb:GetItem": "dynamodb",
  "dynamodb:PutItem": "dynamodb",
  "dynamodb:Query": "dynamodb",
  "ecr:BatchCheckLayerAvailability": "ecr",
  "ecr:BatchGetImage": "ecr",
  "ecr:GetDownloadUrlForLayer": "ecr",
  "kms:Decrypt": "kms",
  "logs:CreateLogStream": "logs",
  "logs:DescribeLogStreams": "logs",
  "logs:PutLogEvents": "logs",
  "s3:AbortMultipartUpload": "s3",
  "s3:DeleteObject": "s3",
  "s3:GetBucketLocation": "s3",
  "s3:GetObject": "s3",
  "s3:ListBucket": "s3",
  "s3:ListBucketMultipartUploads": "s3",
  "s3:ListMultipartUploadParts": "s3",
  "s3:PutObject": "s3",
  "secretsmanager:GetSecretValue": "secretsmanager",
};

describe("policies", () => {
  let outcome: Outcome;
  before(async () => {
    outcome = await everything();
  });

  it("allow only known actions, each on resources of its own service", () => {
    for (const { name, statements } of permissions(outcome)) {
      for (const { Action, Resource, Effect } of statements) {
        expect(Effect).to.equal("Allow");
        for (const action of Action.filter((each) => !withoutResources.includes(each))) {
          const service = grantable[action];
          expect(service, `${name} allows ${action}`).to.be.a("string");
          for (const resource of list(Resource)) {
            expect(resource.split(":")[2], `${name}: ${action} on ${resource}`).to.equal(service);
          }
        }
      }
    }
  });

  it("name every resource, but for actions that don't support resource-level permissions", () => {
    for (const { name, statements } of permissions(outcome)) {
      for (const { Action, Resource, Sid } of statements) {
        expect(list(Resource), `${name} ${Sid}`).to.not.have.length(0);
        if (list(Resource).includes("*")) {
          expect(withoutResources, `${name} ${Sid}`).to.include.members(Action);
        }
      }
    }
  });

  it("have a unique name in letters and digits for each statement", () => {
    for (const { statements } of permissions(outcome)) {
      const names = statements.map(({ Sid }) => Sid);
      expect(new Set(names).size).to.equal(names.length);
      expect(names.filter((name) => !/^[A-Za-z0-9]+$/.test(name))).to.deep.equal([]);
    }
  });

  it("let only ECS assume the roles, and that of running tasks only on behalf of this account", () => {
    const found = trusts(outcome);
    expect(found).to.have.length(5);
    const ofAccount = { StringEquals: { "aws:SourceAccount": infrastructure.installation.accountId } };
    for (const { name, statements } of found) {
      expect(statements, name).to.deep.equal([
        {
          Sid: "Assume",
          Effect: "Allow",
          Principal: { Service: "ecs-tasks.amazonaws.com" },
          Action: ["sts:AssumeRole"],
          // AWS documents the condition for these roles only.
          ...(name.endsWith("-console-task-role") && { Condition: ofAccount }),
        },
      ]);
    }
  });

  it("decrypt the sessions of shells in this cluster's tasks, and nothing else with that right", () => {
    const used = permissions(outcome).flatMap(({ statements }) => statements.filter(({ Sid }) => Sid === "ExecKey"));
    expect(used).to.have.length(2);
    for (const { Condition } of used) {
      expect(Condition).to.deep.equal({
        StringLike: { "kms:EncryptionContext:aws:ssm:TargetId": "ecs:pulumi-test-cluster_*" },
      });
    }
  });

  it("of a task's start exist beside the old ones until the old tasks are gone", () => {
    const start = outcome.ofType(aws.iam.RolePolicy).filter(({ name }) => name.endsWith("-execution-policy"));
    expect(start).to.have.length(4);
    for (const { replaceOnChanges, inputs } of start) {
      expect(replaceOnChanges).to.deep.equal(["policy"]);
      // A fixed name would make the new policy overwrite the old one.
      expect(inputs.name).to.equal(undefined);
    }
  });

  it("let each task's start read its own secrets, repository and log, and no other's", () => {
    const start = permissions(outcome).find(({ name }) => name.includes("-console-execution-"));
    const resources = Object.fromEntries(
      (start?.statements ?? []).map(({ Sid, Resource }) => [Sid, list(Resource).join()]),
    );
    expect(resources["PullImages"]).to.match(/repository\/pulumi\/console$/);
    expect(resources["ReadSecrets"]).to.match(/:secret:pulumi-test-console-secrets-\w{6}$/);
    expect(resources["WriteLog"]).to.match(/pulumi-test-console-logs:log-stream:\*$/);
  });

  it("decrypt only the secrets themselves", () => {
    for (const { name, statements } of permissions(outcome)) {
      const read = statements.find(({ Sid }) => Sid === "ReadSecrets");
      const decrypt = statements.find(({ Sid }) => Sid === "DecryptSecrets");
      const decrypted = decrypt?.Condition?.["StringEquals"]?.["kms:EncryptionContext:SecretARN"];
      expect(list(decrypted), name).to.deep.equal(list(read?.Resource));
    }
  });
});
