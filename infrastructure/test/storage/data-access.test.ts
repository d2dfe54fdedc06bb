import * as aws from "@pulumi/aws";
import type { Values } from "@selfhosted/common/testing";
import { type Policy, policyIn } from "@selfhosted/common/testing";
import { expect } from "chai";
import { type Outcome, runLayer, runWith } from "../layer";
import { bucketArns } from "./data-buckets";

const serviceKey = "arn:aws:kms:eu-central-1:111122223333:key/id-of-service";
const apiPolicy = (outcome: Outcome): Policy => policyIn(outcome.the(aws.iam.RolePolicy, "-api-policy").inputs.policy);

describe("The API's access to the data", () => {
  let standard: Outcome;
  before(async () => {
    standard = await runLayer();
  });

  it("is by a role that only this account's tasks can assume", () => {
    const role = standard.the(aws.iam.Role, "-api-role");
    expect(role.inputs.name).to.equal("pulumi-prod-data-access-api");
    expect(policyIn(role.inputs.assumeRolePolicy)["Assume"]).to.deep.include({
      Principal: { Service: "ecs-tasks.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
    });
    expect(standard.ofType(aws.iam.RolePolicyAttachment).map(({ name }) => name)).to.deep.equal([
      "pulumi-prod-database-monitoring-policy",
    ]);
  });

  it("is to the objects of the four buckets and to two keys, nothing more", () => {
    const policy = apiPolicy(standard);
    expect(policy).to.deep.equal({
      Objects: {
        Sid: "Objects",
        Effect: "Allow",
        Action: [
          "s3:AbortMultipartUpload",
          "s3:DeleteObject",
          "s3:GetObject",
          "s3:ListMultipartUploadParts",
          "s3:PutObject",
        ],
        Resource: bucketArns.map((arn) => `${arn}/*`),
      },
      Buckets: {
        Sid: "Buckets",
        Effect: "Allow",
        Action: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
        Resource: bucketArns,
      },
      BucketKeys: {
        Sid: "BucketKeys",
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: [standard.outputs.dataKeyArn],
        Condition: { StringEquals: { "kms:ViaService": ["s3.eu-central-1.amazonaws.com"] } },
      },
      ServiceKey: {
        Sid: "ServiceKey",
        Effect: "Allow",
        Action: ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"],
        Resource: serviceKey,
      },
    });
  });

  it("is also by actions that a release needs in addition", async () => {
    const outcome = await runWith({ bucketExtraActions: "s3:GetObjectVersion" });
    const policy = apiPolicy(outcome);
    expect(policy["Objects"]?.Action).to.include("s3:GetObjectVersion");
  });
});

describe("The service's key", () => {
  for (const keyId of ["alias/service", "00000000-0000-0000-0000-000000000000"]) {
    it(`is known by its ARN, whichever name it is given: ${keyId}`, async () => {
      const outcome = await runWith({ serviceKeyId: keyId });
      expect(outcome.outputs.serviceKeyArn).to.match(/^arn:aws:kms:eu-central-1:111122223333:key\//);
    });
  }

  it("is opened to the API by a grant", async () => {
    const grant = (await runLayer()).the(aws.kms.Grant);
    expect(grant.inputs).to.deep.include({
      keyId: serviceKey,
      granteePrincipal: "arn:aws:iam::111122223333:role/pulumi-prod-data-access-api",
      operations: ["Encrypt", "Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "DescribeKey"],
    });
  });

  it("can't be exchanged, as the protected grant can't be replaced, unless that is confirmed", async () => {
    const isProtected = async (config: Values): Promise<boolean> => (await runWith(config)).the(aws.kms.Grant).protect;
    expect(await isProtected({})).to.equal(true);
    expect(await isProtected({ confirmServiceKeyChange: true })).to.equal(false);
    expect(await isProtected({ ephemeral: true })).to.equal(false);
  });
});
