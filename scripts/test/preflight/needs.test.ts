import type { Outcome, Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { planOf } from "../../preflight/plan";
import { quotas } from "../../preflight/quotas";
import { configured, deploy } from "../support/installation";

/** Quotas whose needs are resources of the programs, by these types. */
const counted: Record<string, string> = {
  "target groups": "aws:lb/targetGroup:TargetGroup",
  "security groups": "aws:ec2/securityGroup:SecurityGroup",
  "interface endpoints of the VPC": "aws:ec2/vpcEndpoint:VpcEndpoint",
  "DB clusters": "aws:rds/cluster:Cluster",
  "DB instances": "aws:rds/clusterInstance:ClusterInstance",
  "DB subnet groups": "aws:rds/subnetGroup:SubnetGroup",
  "DB cluster parameter groups": "aws:rds/clusterParameterGroup:ClusterParameterGroup",
  "IAM roles": "aws:iam/role:Role",
  "S3 buckets": "aws:s3/bucket:Bucket",
  "search domains": "aws:opensearch/domain:Domain",
};

describe("What preflight counts against quotas", function () {
  this.timeout(60_000);
  const everything = {
    searchEnabled: true,
    backupEnabled: true,
    endpointsEnabled: true,
    bucketReplicationRegion: "eu-west-1",
  };
  const cases: [string, Values, Values][] = [
    ["the defaults", {}, {}],
    ["a large installation", { size: "large" }, {}],
    ["all that is optional", everything, { jobsEnabled: true, execEnabled: true }],
    [
      "a bucket of the customer's and a serverless database",
      { bucketEventsName: "mine", databaseServerless: true },
      {},
    ],
  ];

  for (const [what, infrastructure, application] of cases) {
    it(`is what the programs make: ${what}`, async () => {
      const changes = { infrastructure, application };
      const made = [
        await deploy("infrastructure", infrastructure),
        await deploy("application", application, { others: { infrastructure } }),
      ].flatMap(({ resources }: Outcome) => resources);
      const plan = planOf(configured(changes), { stack: "prod", resources: [] });
      const count = (type: string): number =>
        made.filter((each) => each.type === type && each.inputs["vpcEndpointType"] !== "Gateway").length;
      for (const [name, type] of Object.entries(counted)) {
        const quota = quotas.find((each) => each.name === name);
        expect(quota?.needs(plan), name).to.equal(count(type));
      }
    });
  }
});
