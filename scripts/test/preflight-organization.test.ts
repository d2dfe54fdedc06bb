import type { DescribeResourcePoliciesResponse } from "@aws-sdk/client-cloudwatch-logs";
import { expect } from "chai";
import { preflight } from "../lib/preflight";
import type { Finding } from "../lib/report";
import { answer, type Fault } from "../sandbox/proxy";
import { scriptedAccount, scriptedPulumi } from "./scripted-account";

describe("preflight of a stack in an organization", () => {
  const asked: string[] = [];
  let findings: Finding[];

  const xml = (action: string, result: string): ReturnType<Fault["play"]> =>
    Promise.resolve({
      status: 200,
      headers: { "content-type": "text/xml" },
      body: Buffer.from(`<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`),
    });
  const cluster: Fault = {
    service: "rds",
    action: "DescribeDBClusters",
    play: ({ action, body }) => {
      asked.push(new URLSearchParams(body).get("Filters.Filter.1.Values.Value.1") ?? body);
      return xml(action, "<DBClusters><DBCluster><EngineVersion>8.0</EngineVersion></DBCluster></DBClusters>");
    },
  };
  const roles: Fault = { service: "iam", action: "ListRoles", play: ({ action }) => xml(action, "<Roles/>") };
  const own = "pulumi-prod-search-logs";
  const policies: DescribeResourcePoliciesResponse = {
    resourcePolicies: [own, ..."abcdefghi"].map((policyName) => ({ policyName })),
  };
  const logs: Fault = { service: "logs", action: "DescribeResourcePolicies", play: () => answer(policies) };

  const infrastructure = {
    "aws:region": "eu-central-1",
    "selfhosted-infrastructure:vpcId": "vpc-0a1b2c3d",
    "selfhosted-infrastructure:publicSubnetIds": "subnet-00000001,subnet-00000002",
    "selfhosted-infrastructure:privateSubnetIds": "subnet-00000003,subnet-00000004",
    "selfhosted-infrastructure:isolatedSubnetIds": "subnet-00000005,subnet-00000006",
    "selfhosted-infrastructure:serviceKeyId": "alias/service",
    "selfhosted-infrastructure:searchEnabled": "true",
  };
  const config = JSON.stringify(
    Object.fromEntries(Object.entries(infrastructure).map(([key, value]) => [key, { value }])),
  );

  before(async () => {
    const endPulumi = scriptedPulumi(
      `case "$*" in
        *"--stack acme/prod") ;;
        *) echo "error: not asked for acme/prod" >&2; exit 1;;
      esac
      case "$1 $(basename "$PWD")" in
        "config infrastructure") echo '${config}';;
        config*) echo '{}';;
        *) echo "error: no stack named 'prod' found" >&2; exit 6;;
      esac`,
    );
    const endAccount = await scriptedAccount(cluster, roles, logs);
    const log = console.log;
    const printed: string[] = [];
    console.log = (text: string) => void printed.push(text);
    try {
      await preflight({ name: "acme/prod", stack: "prod", isSandbox: false }, true);
      ({ findings } = JSON.parse(printed.join("\n")) as { findings: Finding[] });
    } finally {
      console.log = log;
      endPulumi();
      await endAccount();
    }
  });

  const verdict = (name: string): unknown => findings.find((each) => each.name === name);

  it("looks for the database by the name that the program gives it", () => {
    expect(asked).to.deep.equal(["pulumi-prod-database-cluster"]);
  });

  it("knows the installation's own log policy by its name", () => {
    expect(verdict("search logs")).to.include({ verdict: "ok" });
  });
});
