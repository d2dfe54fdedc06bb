import { DescribeSubnetsCommand, DescribeVpcEndpointsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { DescribeDomainCommand, ListDomainNamesCommand, OpenSearchClient } from "@aws-sdk/client-opensearch";
import { CreateHostedZoneCommand, ListResourceRecordSetsCommand, Route53Client } from "@aws-sdk/client-route-53";
import type { ApplicationOutputs } from "@selfhosted/common";
import { expect } from "chai";
import { type Outcome, type Scratch, scratchCheckout } from "../../../bench/scratch";
import { configure } from "../configuration";
import { type Access, inventory } from "../inventory";
import { plainPulumi, upArguments } from "../plain-pulumi";
import { access, outputsOf, seeded } from "../sandbox";
import { operationsOf } from "../state";

describe("a private installation in the sandbox", function () {
  this.timeout(600_000);
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

  /** Deploys, which ends with `make verify`, and reads the outputs. */
  const deploy = async (): Promise<void> => {
    await make("deploy", "ENV=local");
    ({ application } = outputsOf(scratch));
  };
  const scheme = async (): Promise<(string | undefined)[]> => {
    const { LoadBalancers = [] } = await new ElasticLoadBalancingV2Client(aws).send(
      new DescribeLoadBalancersCommand({
        LoadBalancerArns: [application.api.loadBalancer.arn, application.console.loadBalancer.arn],
      }),
    );
    return LoadBalancers.map(({ Scheme }) => Scheme);
  };
  const endpoints = async (): Promise<(string | undefined)[]> => {
    const { VpcEndpoints = [] } = await new EC2Client(aws).send(new DescribeVpcEndpointsCommand({}));
    // EC2 lists those that were deleted for a while.
    const present = VpcEndpoints.filter(({ State }) => State?.toLowerCase() !== "deleted");
    return present.map(({ ServiceName }) => ServiceName?.split(".").slice(3).join("."));
  };
  /** Disks of the nodes, in GB, by domain. */
  const searchDisks = async (): Promise<(number | undefined)[]> => {
    const search = new OpenSearchClient(aws);
    const { DomainNames = [] } = await search.send(new ListDomainNamesCommand({}));
    const domains = DomainNames.map(({ DomainName }) => search.send(new DescribeDomainCommand({ DomainName })));
    return (await Promise.all(domains)).map(({ DomainStatus }) => DomainStatus?.EBSOptions?.VolumeSize);
  };
  const bePrivate = (): void => {
    configure(scratch, "infrastructure", { publicSubnetIds: undefined, endpointsEnabled: "true" });
    const certificateZoneId = seeded(scratch).zone.id;
    configure(scratch, "application", { internal: "true", certificateArn: undefined, certificateZoneId });
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
    bePrivate();
    configure(scratch, "dns", { zoneId: undefined, zoneName: zone.name });
    bare = await inventory(aws);
  });

  after(() => scratch.remove());

  it("deploys without public subnets, and is found well", async () => {
    await deploy();
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
    expect(await endpoints()).to.have.members(["s3", "ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager"]);
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

  it("gets search, and changes search and endpoints in place", async () => {
    configure(scratch, "infrastructure", { searchEnabled: "true" });
    await deploy();
    expect(await searchDisks()).to.deep.equal([20]);
    configure(scratch, "infrastructure", { searchVolumeGb: "30", endpointsExtraServices: "monitoring" });
    const { code, output } = await plainPulumi(scratch, "infrastructure", upArguments("local"));
    expect(code, output).to.equal(0);
    expect(await searchDisks()).to.deep.equal([30]);
    expect(await endpoints())
      .to.include("monitoring")
      .and.have.length(7);
  });

  it("becomes public, without search and endpoints", async () => {
    const { subnetIds, certificateArn, zone } = seeded(scratch);
    configure(scratch, "infrastructure", {
      ...{ publicSubnetIds: subnetIds.public.join(","), endpointsEnabled: undefined },
      ...{ endpointsExtraServices: undefined, searchEnabled: undefined, searchVolumeGb: undefined },
    });
    configure(scratch, "application", { internal: undefined, certificateArn, certificateZoneId: undefined });
    await deploy();
    expect(await scheme()).to.deep.equal(["internet-facing", "internet-facing"]);
    expect(await aliases(zone.id)).to.have.keys(`${application.api.domain}.`, `${application.console.domain}.`);
    expect(await aliases(privateZoneId)).to.deep.equal({});
    expect([await endpoints(), await searchDisks()]).to.deep.equal([[], []]);
  });

  it("becomes private again, with both, and then has nothing to change", async () => {
    bePrivate();
    configure(scratch, "infrastructure", { searchEnabled: "true" });
    await deploy();
    expect(await scheme()).to.deep.equal(["internal", "internal"]);
    expect(await aliases(seeded(scratch).zone.id)).to.deep.equal({});
    expect([(await endpoints()).length, await searchDisks()]).to.deep.equal([6, [20]]);
    expect(await operationsOf(scratch, deploy)).to.deep.equal([]);
  });

  it("is destroyed without a trace, but for the proofs of the domain, by which other certificates are renewed", async () => {
    await make("destroy", "ENV=local", "YES=1");
    const left = await inventory(aws);
    // OpenSearch's service-linked role is the account's, for all its domains.
    const own = left.filter((line) => !/^(record CNAME _|role AWSServiceRoleFor)/.test(line));
    expect(own).to.deep.equal(bare);
    expect(left.filter((line) => line.startsWith("record CNAME _"))).to.have.length(3);
  });
});
