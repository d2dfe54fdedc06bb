import { accountId, type AwsAnswers, awsError } from "@selfhosted/common/testing";
import { expect } from "chai";
import { accountResults, configured } from "../support/installation";
import { deciding, many, throwIfInvalid, withQuota } from "./mistakes/lacks";

describe("What an account has", () => {
  const held = (type: string) => ({ urn: `urn:${type}`, type });
  const installed = [
    ...["aws:ecs/service:Service", "aws:ecs/cluster:Cluster", "aws:appautoscaling/target:Target"],
    ...["aws:lb/loadBalancer:LoadBalancer", "aws:rds/cluster:Cluster", "aws:rds/subnetGroup:SubnetGroup"],
    ...["aws:rds/clusterParameterGroup:ClusterParameterGroup"],
    ...Array.from({ length: 2 }, () => [
      "aws:lb/targetGroup:TargetGroup",
      "aws:rds/clusterInstance:ClusterInstance",
    ]).flat(),
    ...Array.from({ length: 6 }, () => [
      "aws:ec2/securityGroup:SecurityGroup",
      "aws:iam/role:Role",
      "aws:s3/bucket:Bucket",
    ]).flat(),
  ].map(held);

  it("is enough at first, and named", async () => {
    const all = await accountResults(configured());
    expect(all.map(({ verdict }) => verdict)).to.deep.equal(all.map(() => "ok"));
    expect(all.map(({ area }) => area)).to.include.members(["quotas", "network", "permissions"]);
  });

  it("isn't asked for once the installation has it", async () => {
    const asked: string[] = [];
    const counting = (name: keyof AwsAnswers): Partial<AwsAnswers> => ({
      [name]: () => {
        asked.push(name);
        throw awsError("AccessDenied", "asked");
      },
    });
    const quotas = counting("quotas:GetServiceQuota");
    const all = await accountResults(
      configured(),
      {
        ...quotas,
        ...counting("iam:ListRoles"),
        ...counting("ec2:DescribeSubnets"),
      },
      installed,
    );
    expect(asked).to.deep.equal([]);
    expect(all.map(({ name }) => name)).to.deep.equal([
      ...["quotas", "permissions for infrastructure", "permissions for application", "permissions for dns"],
      "service-linked roles",
    ]);
    expect(all[0]?.detail).to.equal("enough is left of manual DB cluster snapshots");
  });

  it("is asked for once more by what the configuration adds", async () => {
    const aws = { ...withQuota("L-E79EC296", 6), "ec2:DescribeSecurityGroups": () => ({ SecurityGroups: many(6) }) };
    const all = await accountResults(configured({ infrastructure: { searchEnabled: true } }), aws, installed);
    expect(all.find(({ verdict }) => verdict === "fail")?.detail).to.match(/^1 needed, 6 of 6 in use/);
  });

  it("is skipped with the reason where AWS doesn't say, once for all that it doesn't say", async () => {
    const denied = (): never =>
      throwIfInvalid(awsError("AccessDeniedException", "not authorized to perform: servicequotas:GetServiceQuota"));
    const all = await accountResults(configured(), {
      "quotas:GetServiceQuota": denied,
      "iam:SimulatePrincipalPolicy": denied,
    });
    const skipped = all.filter(({ verdict }) => verdict === "skip");
    expect(skipped.map(({ name }) => name)).to.deep.equal(["not checked", "permissions"]);
    expect(skipped[0]?.detail).to.match(/^security groups, network interfaces, .*the credentials don't allow it/);
    expect(skipped[0]?.fix).to.contain("servicequotas:GetServiceQuota");
    expect(all.some(({ verdict }) => verdict === "fail")).to.equal(false);
  });

  it("isn't looked at with credentials of another account, or of none, which the layers refuse", async () => {
    const other = { Account: "999988887777", Arn: "arn:aws:iam::999988887777:user/me" };
    const elsewhere = configured({ infrastructure: { accountId } });
    expect(await accountResults(elsewhere, { "sts:GetCallerIdentity": () => other })).to.deep.equal([]);
    const expired = (): never => throwIfInvalid(awsError("ExpiredToken", "expired"));
    expect(await accountResults(configured(), { "sts:GetCallerIdentity": expired })).to.deep.equal([]);
  });

  it("is asked for with the names of the installation, of its partition, and not for what another role does", async () => {
    const resources = new Set<string>();
    const recording = deciding((_action, resource) => {
      resources.add(resource);
      return "allowed";
    });
    const changes = { infrastructure: { name: "acme" }, dns: { assumeRoleArn: "arn:aws:iam::444455556666:role/dns" } };
    const all = await accountResults(configured(changes), recording);
    expect(all.map(({ name }) => name)).not.to.include("permissions for dns");
    expect([...resources]).to.include("arn:aws:ecs:eu-central-1:111122223333:cluster/acme-prod-preflight");
    expect([...resources].filter((arn) => arn !== "*" && arn.includes("*"))).to.deep.equal([]);
  });

  it("is asked of the role behind a session, wherever it is in the account", async () => {
    const asked = new Set<unknown>();
    const role = `arn:aws:iam::${accountId}:role/aws-reserved/sso.amazonaws.com/Admin`;
    await accountResults(configured(), {
      "sts:GetCallerIdentity": () => ({ Account: accountId, Arn: `arn:aws:sts::${accountId}:assumed-role/Admin/me` }),
      "iam:GetRole": () => ({ Role: { Arn: role } }),
      "iam:SimulatePrincipalPolicy": ({ PolicySourceArn }) => {
        asked.add(PolicySourceArn);
        return { EvaluationResults: [] };
      },
    });
    expect([...asked]).to.deep.equal([role]);
  });
});
