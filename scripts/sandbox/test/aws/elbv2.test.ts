import { expect } from "chai";
import type { Seeded } from "../../seed";
import { Deployment, emulator, type Made } from "../account";

const loadBalancer = "aws:lb/loadBalancer:LoadBalancer";
const targetGroup = "aws:lb/targetGroup:TargetGroup";
const listener = "aws:lb/listener:Listener";

describe("network load balancers", () => {
  let stack: Deployment;
  let seeded: Seeded;
  let balancer: Made;
  let group: Made;

  before(async () => {
    stack = await Deployment.open();
    seeded = (await emulator()).account;
    balancer = await stack.create(loadBalancer, "api", {
      loadBalancerType: "network",
      name: "elb-api",
      subnets: seeded.subnetIds.public,
      enableCrossZoneLoadBalancing: true,
      tags: { team: "platform" },
    });
    group = await stack.create(targetGroup, "api", {
      name: "elb-api",
      port: 8080,
      protocol: "TCP",
      targetType: "ip",
      vpcId: seeded.vpcId,
      deregistrationDelay: 120,
      connectionTermination: true,
      preserveClientIp: "true",
      healthCheck: {
        protocol: "HTTP",
        path: "/api/status",
        interval: 5,
        timeout: 4,
        healthyThreshold: 2,
        matcher: "200",
      },
    });
  });

  const listenerInputs = (): Record<string, unknown> => ({
    loadBalancerArn: balancer.id,
    port: 443,
    protocol: "TLS",
    certificateArn: seeded.certificateArn,
    sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    defaultActions: [{ type: "forward", targetGroupArn: group.id }],
  });

  it("keep what was asked, and have nothing to change afterwards", async () => {
    expect(balancer.outputs).to.include({ enableCrossZoneLoadBalancing: true, internal: false, vpcId: seeded.vpcId });
    expect(balancer.outputs.dnsName).to.match(/./);
    expect(await stack.preview(balancer, {})).to.equal("none");
    expect(await stack.preview(group, {})).to.equal("none");
  });

  it("change in place what AWS changes in place", async () => {
    expect(await stack.preview(group, { deregistrationDelay: 30 })).to.equal("update");
    expect(await stack.preview(group, { port: 3000 })).to.equal("replace");
    group = await stack.update(group, { deregistrationDelay: 30, tags: { team: "web" } });
    expect(group.outputs).to.deep.include({ deregistrationDelay: "30", tagsAll: { team: "web" } });
  });

  it("forward TLS", async () => {
    const made = await stack.create(listener, "api", listenerInputs());
    expect(made.outputs).to.deep.include({ certificateArn: seeded.certificateArn, port: 443 });
    expect(await stack.refusal(listener, listenerInputs()), "a second listener on the port").to.match(/exists already/);
    await stack.delete(made);
    await stack.delete(made);
    expect(await stack.read(made)).to.equal(undefined);
  });

  it("are refused when the name is taken", async () => {
    const inputs = { loadBalancerType: "network", name: "elb-api", subnets: seeded.subnetIds.public };
    expect(await stack.refusal(loadBalancer, inputs)).to.match(/exists already/);
  });

  it("stay while deletion protection is on", async () => {
    const inputs = { loadBalancerType: "network", subnets: seeded.subnetIds.private, internal: true };
    let made = await stack.create(loadBalancer, "kept", { ...inputs, enableDeletionProtection: true });
    const failure = await stack.delete(made).catch((error: Error) => error.message);
    expect(failure).to.match(/deletion protection/);
    made = await stack.update(made, { enableDeletionProtection: false });
    await stack.delete(made);
    expect(await stack.read(made)).to.equal(undefined);
  });

  it("get more subnets in place, and are replaced to lose or exchange one, which deletion protection ends", async () => {
    const [first = "", second = "", third = ""] = seeded.subnetIds.private;
    const inputs = { loadBalancerType: "network", internal: true, enableDeletionProtection: true };
    let made = await stack.create(loadBalancer, "zones", { ...inputs, name: "elb-zones", subnets: [first, second] });
    expect(await stack.preview(made, { subnets: [first] })).to.equal("replace");
    expect(await stack.preview(made, { subnets: [first, third] })).to.equal("replace");
    expect(await stack.preview(made, { subnets: [second, first] })).not.to.equal("replace");
    await stack.delete(made).then(
      () => expect.fail("the old one was deleted"),
      (error: Error) => expect(error.message).to.match(/deletion protection/),
    );
    expect(await stack.preview(made, { subnets: [first, second, third] })).to.equal("update");
    made = await stack.update(made, { subnets: [first, second, third], enableDeletionProtection: false });
    expect(made.outputs.subnets).to.have.members([first, second, third]);
    await stack.delete(made);
  });

  it("are replaced to get their first security group, or to lose their last", async () => {
    const securityGroup = await stack.create("aws:ec2/securityGroup:SecurityGroup", "balancers", {
      description: "balancers",
      vpcId: seeded.vpcId,
    });
    const [subnet = ""] = seeded.subnetIds.private;
    const inputs = { loadBalancerType: "network", internal: true, subnets: [subnet] };
    const bare = await stack.create(loadBalancer, "bare", inputs);
    const guarded = await stack.create(loadBalancer, "guarded", { ...inputs, securityGroups: [securityGroup.id] });
    expect(await stack.preview(bare, { securityGroups: [securityGroup.id] })).to.equal("replace");
    expect(await stack.preview(guarded, { securityGroups: [] })).to.equal("replace");
    expect(await stack.preview(guarded, { securityGroups: ["sg-00000000000000000"] })).to.equal("update");
    for (const made of [bare, guarded, securityGroup]) await stack.delete(made);
  });

  it("are refused for what AWS refuses", async () => {
    const subnets = seeded.subnetIds.public;
    const network = { loadBalancerType: "network", subnets };
    const refused: [inputs: Record<string, unknown>, reason: RegExp][] = [
      [{ ...network, name: "a".repeat(33) }, /name must be 1 to 32/],
      [{ ...network, name: "internal-api" }, /name must be/],
      [{ ...network, loadBalancerType: "application" }, /loadBalancerType must be one of network/],
      [{ ...network, subnets: ["subnet-00000000000000000"] }, /subnet-00000000000000000, which doesn't exist/],
      [{ ...network, subnets: [subnets[0], seeded.subnetIds.private[0]] }, /different availability zones/],
      [{ ...network, securityGroups: ["sg-00000000000000000"] }, /sg-00000000000000000, which doesn't exist/],
      [{ ...network, ipAddressType: "dualstack" }, /needs IPv6 in every subnet/],
      [
        { ...network, accessLogs: { bucket: "no-such-bucket-here", enabled: true } },
        /no-such-bucket-here, which doesn't exist/,
      ],
      [{ ...network, enableWafFailOpen: true }, /enableWafFailOpen isn't an input that the sandbox has/],
    ];
    for (const [inputs, reason] of refused) expect(await stack.refusal(loadBalancer, inputs)).to.match(reason);
  });

  it("refuse target groups that AWS refuses", async () => {
    const valid = { port: 8080, protocol: "TCP", targetType: "ip", vpcId: seeded.vpcId };
    const refused: [inputs: Record<string, unknown>, reason: RegExp][] = [
      [{ ...valid, protocol: "HTTP" }, /protocol must be one of TCP/],
      [{ ...valid, vpcId: "vpc-00000000000000000" }, /vpc-00000000000000000, which doesn't exist/],
      [{ ...valid, deregistrationDelay: 3601 }, /deregistrationDelay must be from 0 to 3600/],
      [{ ...valid, healthCheck: { interval: 4 } }, /healthCheck.interval must be from 5 to 300/],
      [{ ...valid, healthCheck: { interval: 5, timeout: 5 } }, /timeout must be shorter than the interval of 5/],
      [{ ...valid, healthCheck: { protocol: "TCP", path: "/" } }, /path belongs to a check by HTTP/],
      [{ ...valid, healthCheck: { protocol: "HTTP", path: "api" } }, /path that starts with a slash/],
    ];
    for (const [inputs, reason] of refused) expect(await stack.refusal(targetGroup, inputs)).to.match(reason);
  });

  it("refuse a certificate that isn't issued", async () => {
    const pending = await stack.create("aws:acm/certificate:Certificate", "pending", {
      domainName: "pending.example.org",
      validationMethod: "DNS",
    });
    const refusal = await stack.refusal(listener, { ...listenerInputs(), certificateArn: pending.id });
    expect(refusal).to.match(/PENDING_VALIDATION and not ISSUED/);
  });

  it("refuse listeners that AWS refuses", async () => {
    const udp = await stack.create(targetGroup, "udp", {
      port: 53,
      protocol: "UDP",
      targetType: "ip",
      vpcId: seeded.vpcId,
    });
    const valid = { ...listenerInputs(), port: 8443 };
    const noGroup = balancer.id.replace(/loadbalancer.*/, "targetgroup/none/0000000000000000");
    const refused: [inputs: Record<string, unknown>, reason: RegExp][] = [
      [{ ...valid, certificateArn: undefined }, /certificateArn is required/],
      [{ ...valid, certificateArn: seeded.certificateArn.replace(/.{8}$/, "00000000") }, /which doesn't exist/],
      [{ ...valid, sslPolicy: "ELBSecurityPolicy-TLS9" }, /ELBSecurityPolicy-TLS9, which isn't a policy/],
      [{ ...valid, alpnPolicy: "HTTP3" }, /alpnPolicy must be one of/],
      [{ ...valid, protocol: "TCP" }, /certificateArn belongs to a TLS listener/],
      [{ ...valid, defaultActions: [{ type: "redirect" }] }, /type must be one of forward/],
      [{ ...valid, defaultActions: [{ type: "forward", targetGroupArn: noGroup }] }, /which doesn't exist/],
      [{ ...valid, defaultActions: [{ type: "forward", targetGroupArn: udp.id }] }, /a target group for UDP/],
    ];
    for (const [inputs, reason] of refused) expect(await stack.refusal(listener, inputs)).to.match(reason);
  });
});
