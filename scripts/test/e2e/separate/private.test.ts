import { DescribeSubnetsCommand, DescribeVpcEndpointsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateHostedZoneCommand, ListResourceRecordSetsCommand, Route53Client } from "@aws-sdk/client-route-53";
import type { ApplicationOutputs, Layer } from "@selfhosted/common";
import { expect } from "chai";
import { scratchCheckout, type Outcome, type Scratch } from "../../../lib/scratch";
import { configure } from "../configuration";
import { inventory, type Access } from "../inventory";
import { access, seeded } from "../sandbox";

describe("a private installation in the sandbox", function () {
  this.timeout(300_000);
  this.bail(true);
  let scratch: Scratch;
  let aws: Access;
  let bare: string[];
  let privateZoneId: string;
  let application: ApplicationOutputs;

  const make = async (...args: string[]): Promise<Outcome> => {
    const outcome = await scratch.make(...args);
    expect(outcome.code, outcome.output).to.equal(0);
    return outcome;
  };
  const aliases = async (zoneId: string): Promise<Record<string, string | undefined>> => {
    const command = new ListResourceRecordSetsCommand({ HostedZoneId: zoneId });
    const { ResourceRecordSets = [] } = await new Route53Client(aws).send(command);
    const found = ResourceRecordSets.filter(({ AliasTarget }) => AliasTarget !== undefined);
    return Object.fromEntries(found.map(({ Name, AliasTarget }) => [Name ?? "", AliasTarget?.DNSName]));
  };

  before(async () => {
    scratch = scratchCheckout();
    await make("env", "ENV=local");
    aws = access(scratch);
    const { zone, vpcId, region } = seeded(scratch);
    // Beside the public zone, one of the same name that only the VPC sees.
    const { HostedZone } = await new Route53Client(aws).send(
      new CreateHostedZoneCommand({
        Name: zone.name,
        CallerReference: "private",
        HostedZoneConfig: { PrivateZone: true },
        VPC: { VPCId: vpcId, VPCRegion: region as "us-east-1" },
      }),
    );
    privateZoneId = (HostedZone?.Id ?? "").replace("/hostedzone/", "");
    configure(scratch, "infrastructure", { publicSubnetIds: undefined, endpointsEnabled: "true" });
    configure(scratch, "application", { internal: "true", certificateArn: undefined, certificateZoneId: zone.id });
    configure(scratch, "dns", { zoneId: undefined, zoneName: zone.name });
    bare = await inventory(aws);
  });

  after(() => scratch.remove());

  it("deploys without public subnets, and is found well", async () => {
    await make("deploy", "ENV=local");
    const outputs = JSON.parse((await make("outputs", "ENV=local", "JSON=1")).output) as Record<Layer, unknown>;
    application = outputs.application as ApplicationOutputs;
  });

  it("leads names of the private zone to internal load balancers, and those to healthy tasks", async () => {
    const elb = new ElasticLoadBalancingV2Client(aws);
    const found = await aliases(privateZoneId);
    for (const { domain, loadBalancer, targetGroupArn } of [application.api, application.console]) {
      expect(found[`${domain}.`]).to.include(loadBalancer.dnsName);
      const { LoadBalancers } = await elb.send(
        new DescribeLoadBalancersCommand({ LoadBalancerArns: [loadBalancer.arn] }),
      );
      expect(LoadBalancers?.[0]?.Scheme).to.equal("internal");
      const subnets = LoadBalancers?.[0]?.AvailabilityZones?.map(({ SubnetId }) => SubnetId);
      expect(subnets).to.have.members(seeded(scratch).subnetIds.private);
      const health = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }));
      const states = health.TargetHealthDescriptions?.map(({ TargetHealth }) => TargetHealth?.State);
      expect(states).to.deep.equal(["healthy", "healthy"]);
    }
    expect(await aliases(seeded(scratch).zone.id)).to.deep.equal({});
  });

  it("has all the endpoints that its tasks need, in its private subnets", async () => {
    const ec2 = new EC2Client(aws);
    const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({}));
    const names = VpcEndpoints.map(({ ServiceName }) => ServiceName?.split(".").slice(3).join("."));
    expect(names).to.have.members(["s3", "ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager"]);
    const used = [...new Set(VpcEndpoints.flatMap(({ SubnetIds = [] }) => SubnetIds))];
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: used }));
    expect(Subnets.map(({ SubnetId }) => SubnetId)).to.have.members(seeded(scratch).subnetIds.private);
  });

  it("answers with the certificate that it had issued by the public zone", async () => {
    const elb = new ElasticLoadBalancingV2Client(aws);
    const { Listeners } = await elb.send(
      new DescribeListenersCommand({ LoadBalancerArn: application.api.loadBalancer.arn }),
    );
    expect(application.certificateArn).not.to.equal(seeded(scratch).certificateArn);
    expect(Listeners?.[0]?.Certificates?.[0]?.CertificateArn).to.equal(application.certificateArn);
  });

  it("is destroyed without a trace, but for the proofs of the domain, by which other certificates are renewed", async () => {
    await make("destroy", "ENV=local", "YES=1");
    const left = await inventory(aws);
    expect(left.filter((line) => !/^record CNAME _/.test(line))).to.deep.equal(bare);
    expect(left.length - bare.length).to.equal(3);
  });
});
