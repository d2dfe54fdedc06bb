import { expect } from "chai";
import type { Seeded } from "../../../seed";
import { Deployment, emulator, type Made } from "../../account";
import { type Life, live } from "../../life";

const balancerType = "aws:lb/loadBalancer:LoadBalancer";
const groupType = "aws:lb/targetGroup:TargetGroup";
const listenerType = "aws:lb/listener:Listener";

describe("network load balancers", () => {
  let stack: Deployment;
  let seeded: Seeded;
  let balancer: Made;
  let group: Made;
  let securityGroup: Made;
  let logs: Made;

  const inputs = (subnets: string[]) => ({ loadBalancerType: "network", internal: true, subnets });

  before(async () => {
    stack = await Deployment.open();
    seeded = (await emulator()).account;
    const { vpcId } = seeded;
    securityGroup = await stack.create("aws:ec2/securityGroup:SecurityGroup", "elb", { description: "elb", vpcId });
    balancer = await stack.create(balancerType, "api", inputs(seeded.subnetIds.private));
    group = await stack.create(groupType, "api", { port: 8080, protocol: "TCP", targetType: "ip", vpcId });
    logs = await stack.create("aws:s3/bucket:Bucket", "elb-logs", {});
    const policy = {
      Version: "2012-10-17",
      Statement: ["s3:PutObject", "s3:GetBucketAcl"].map((Action) => ({
        Effect: "Allow",
        Principal: { Service: "delivery.logs.amazonaws.com" },
        Action,
        Resource: `${String(logs.outputs.arn)}${Action === "s3:PutObject" ? "/*" : ""}`,
      })),
    };
    const document = { bucket: logs.id, policy: JSON.stringify(policy) };
    await stack.create("aws:s3/bucketPolicy:BucketPolicy", "elb-logs", document);
  });

  const lives = (what: string, token: string, life: () => Life) => it(what, () => live(stack, token, life()));

  lives("have a balancer", balancerType, () => ({
    inputs: {
      ...{ ...inputs(seeded.subnetIds.public.slice(0, 2)), internal: false },
      ...{ securityGroups: [securityGroup.id], enableCrossZoneLoadBalancing: true, enableDeletionProtection: true },
      accessLogs: { bucket: logs.id, enabled: true, prefix: "api" },
    },
    changed: {
      accessLogs: { bucket: logs.id, enabled: false, prefix: "api" },
      enableCrossZoneLoadBalancing: false,
      enableDeletionProtection: false,
      subnets: seeded.subnetIds.public,
    },
    replaced: { internal: true },
  }));

  lives("have targets", groupType, () => ({
    inputs: {
      ...{ port: 8443, protocol: "TLS", targetType: "ip", vpcId: seeded.vpcId, preserveClientIp: "true" },
      ...{ deregistrationDelay: 120, connectionTermination: true },
      healthCheck: {
        ...{ protocol: "HTTPS", path: "/api/status", matcher: "200" },
        ...{ interval: 5, timeout: 4, healthyThreshold: 2, unhealthyThreshold: 2 },
      },
    },
    changed: {
      deregistrationDelay: 30,
      healthCheck: {
        ...{ protocol: "HTTPS", path: "/", matcher: "200-399" },
        ...{ interval: 10, timeout: 6, healthyThreshold: 3, unhealthyThreshold: 3 },
      },
    },
    replaced: { port: 3000 },
  }));

  lives("have a listener", listenerType, () => ({
    inputs: {
      ...{ loadBalancerArn: balancer.id, port: 443, protocol: "TLS", certificateArn: seeded.certificateArn },
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      defaultActions: [{ type: "forward", targetGroupArn: group.id }],
    },
    changed: { port: 8443, sslPolicy: "ELBSecurityPolicy-TLS13-1-3-2021-06" },
    replaced: { loadBalancerArn: `${balancer.id}0` },
  }));

  it("get more subnets in place, and are replaced to lose or exchange one", async () => {
    const [first = "", second = "", third = ""] = seeded.subnetIds.private;
    let made = await stack.create(balancerType, "zones", inputs([first, second]));
    expect(await stack.preview(made, { subnets: [first] })).to.equal("replace");
    expect(await stack.preview(made, { subnets: [first, third] })).to.equal("replace");
    expect(await stack.preview(made, { subnets: [second, first] })).not.to.equal("replace");
    expect(await stack.preview(made, { subnets: [first, second, third] })).to.equal("update");
    made = await stack.update(made, { subnets: [first, second, third] });
    expect(made.outputs.subnets).to.have.members([first, second, third]);
    await stack.delete(made);
  });

  it("are replaced to get their first security group, or to lose their last", async () => {
    const guarded = { ...balancer, inputs: { ...balancer.inputs, securityGroups: [securityGroup.id] } };
    expect(await stack.preview(balancer, { securityGroups: [securityGroup.id] })).to.equal("replace");
    expect(await stack.preview(guarded, { securityGroups: [] })).to.equal("replace");
    expect(await stack.preview(guarded, { securityGroups: ["sg-00000000000000000"] })).to.equal("update");
  });

  it("take no input that the sandbox doesn't know", async () => {
    const refusal = await stack.refusal(balancerType, { ...inputs(seeded.subnetIds.public), enableWafFailOpen: true });
    expect(refusal).to.match(/enableWafFailOpen isn't an input that the sandbox has/);
  });
});
