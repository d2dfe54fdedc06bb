import * as aws from "@pulumi/aws";
import { type Policy, policyIn, subnetIds } from "@selfhosted/common/testing";
import { expect } from "chai";
import { closed } from "../account";
import { type Outcome, runLayer, runWith } from "../layer";

describe("VPC endpoints", () => {
  const services = (outcome: Outcome) => outcome.ofType(aws.ec2.VpcEndpoint).map(({ inputs }) => inputs.serviceName);
  const endpoint = (outcome: Outcome, service: string) =>
    outcome.the(aws.ec2.VpcEndpoint, `-endpoints-${service}`).inputs;
  const endpoints = { endpointsEnabled: true };

  it("are all that the services need without a route out", async () => {
    const outcome = await runWith(endpoints);
    expect(services(outcome)).to.have.members(
      ["s3", "ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager"].map((name) => `com.amazonaws.eu-central-1.${name}`),
    );
    expect(endpoint(outcome, "s3")).to.deep.include({
      vpcEndpointType: "Gateway",
      routeTableIds: ["rtb-private"],
    });
    expect(endpoint(outcome, "ecr-api")).to.deep.include({
      vpcEndpointType: "Interface",
      privateDnsEnabled: true,
      subnetIds: [...subnetIds.private].reverse(),
      securityGroupIds: ["pulumi-prod-endpoints-access-id"],
    });
    expect(outcome.outputs.endpointsSecurityGroupId).to.equal("pulumi-prod-endpoints-access-id");
  });

  it("can be more", async () => {
    const outcome = await runWith({ ...endpoints, endpointsExtraServices: "dynamodb,ssmmessages" });
    expect(endpoint(outcome, "dynamodb").vpcEndpointType).to.equal("Gateway");
    expect(endpoint(outcome, "ssmmessages").vpcEndpointType).to.equal("Interface");
  });

  it("are named as the partition names them", async () => {
    const outcome = await runLayer({ config: endpoints, partition: "aws-cn" });
    expect(services(outcome)).to.include.members([
      "com.amazonaws.cn-north-1.kms",
      "cn.com.amazonaws.cn-north-1.ecr.api",
    ]);
  });

  describe("let through", () => {
    const extra = {
      ...endpoints,
      endpointsExtraServices: "sts,ssm,email-smtp,ecs-agent",
      endpointsTrustedAccountIds: "444455556666",
    };
    const policyOf = (outcome: Outcome, service: string): Policy => policyIn(endpoint(outcome, service).policy);
    const own = { StringEquals: { "aws:PrincipalAccount": ["111122223333"] } };

    it("principals of the installation's own account alone", async () => {
      const outcome = await runWith(endpoints);
      for (const service of ["ecr-api", "ecr-dkr", "kms", "logs", "secretsmanager"]) {
        const found = policyOf(outcome, service);
        expect(Object.keys(found), service).to.deep.equal(["TrustedPrincipals", "AwsServices"]);
        expect(found["TrustedPrincipals"]).to.deep.include({ Effect: "Allow", Condition: own });
      }
    });

    it("AWS's services themselves, which have no account", async () => {
      const outcome = await runWith(extra);
      for (const service of ["s3", "ecr-api", "kms", "sts", "ssm"]) {
        expect(policyOf(outcome, service)["AwsServices"], service).to.deep.include({
          Effect: "Allow",
          Principal: "*",
          Condition: { Bool: { "aws:PrincipalIsAWSService": "true" } },
        });
      }
    });

    it("principals of other accounts that are named", async () => {
      const { TrustedPrincipals } = policyOf(await runWith(extra), "secretsmanager");
      expect(TrustedPrincipals?.Condition).to.deep.equal({
        StringEquals: { "aws:PrincipalAccount": ["111122223333", "444455556666"] },
      });
    });

    it("the layers of images, whose URLs ECR signs, and nothing else of others where there is no way out", async () => {
      for (const [partition, bucket] of [
        ["aws", "arn:aws:s3:::prod-eu-central-1-starport-layer-bucket/*"],
        ["aws-cn", "arn:aws-cn:s3:::prod-cn-north-1-starport-layer-bucket/*"],
      ] as const) {
        const { TrustedPrincipals, ImageLayers } = policyOf(
          await runLayer({ config: endpoints, aws: closed, partition }),
          "s3",
        );
        expect(TrustedPrincipals?.Condition).to.deep.equal(own);
        expect(ImageLayers).to.deep.include({ Action: ["s3:GetObject"], Resource: bucket, Principal: "*" });
        expect(ImageLayers?.Condition).to.equal(undefined);
      }
    });

    it("any download, but no other call of others, where images may come from anywhere", async () => {
      const found = policyOf(await runWith(endpoints), "s3");
      expect(Object.keys(found)).to.deep.equal(["TrustedPrincipals", "AwsServices", "Downloads"]);
      expect(found["Downloads"]).to.deep.include({ Action: ["s3:GetObject"], Resource: "arn:aws:s3:::*/*" });
    });

    it("callers that assume a role by OIDC, and so have no account yet", async () => {
      expect(policyOf(await runWith(extra), "sts")["Federation"]?.Action).to.include("sts:AssumeRoleWithWebIdentity");
    });

    it("everything where AWS takes no policy, or calls with credentials of its own", async () => {
      const outcome = await runWith(extra);
      for (const service of ["email-smtp", "ecs-agent"]) {
        expect(endpoint(outcome, service).policy, service).to.equal(undefined);
      }
      expect(endpoint(outcome, "ssm").policy).to.be.a("string");
    });
  });
});
