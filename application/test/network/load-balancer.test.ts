import * as aws from "@pulumi/aws";
import type { Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { containerTls, deploy, infrastructure, installation, type Trial } from "../fixtures";
import { rulesOf, securityGroupRules } from "./security-group-rules";

describe("load balancers", () => {
  it("face the internet with TLS on 443, and open no other port to clients", async () => {
    const outcome = await deploy();
    const listeners = outcome.ofType(aws.lb.Listener);
    expect(listeners.map(({ inputs }) => inputs.port)).to.have.members([443, 443, 8080, 3000]);
    for (const { inputs } of listeners) {
      expect(inputs).to.include({ protocol: "TLS", sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06" });
      expect(inputs.alpnPolicy).to.equal(undefined);
    }
    const open = securityGroupRules(outcome).filter((rule) => rule.includes("-lb]:"));
    expect(open).to.have.members(["0.0.0.0/0 → [api-lb]:443", "0.0.0.0/0 → [console-lb]:443"]);
    for (const { inputs } of outcome.ofType(aws.lb.LoadBalancer)) {
      expect(inputs).to.deep.include({
        loadBalancerType: "network",
        internal: false,
        ipAddressType: "ipv4",
        subnets: infrastructure.network.publicSubnetIds,
        enableCrossZoneLoadBalancing: true,
        enableDeletionProtection: true,
      });
      expect(inputs.accessLogs).to.deep.include({ enabled: true, bucket: infrastructure.buckets.logs });
      expect(inputs.name).to.have.length.within(1, 32);
    }
  });

  it("ask the product itself for its health, often, and drain for two minutes", async () => {
    const outcome = await deploy();
    const health = { protocol: "HTTP", interval: 5, timeout: 4, healthyThreshold: 2, unhealthyThreshold: 2 };
    expect(outcome.the(aws.lb.TargetGroup, "api-lb-targets").inputs).to.deep.include({
      targetType: "ip",
      protocol: "TCP",
      port: 8080,
      deregistrationDelay: 120,
      connectionTermination: true,
      preserveClientIp: "true",
      healthCheck: { ...health, path: "/api/status", matcher: "200" },
    });
    expect(outcome.the(aws.lb.TargetGroup, "console-lb-targets").inputs).to.deep.include({
      port: 3000,
      healthCheck: { ...health, path: "/", matcher: "200-399" },
    });
  });

  it("are internal where the installation is private, open to the VPC, and to the console's tasks", async () => {
    const outcome = await deploy({ config: { internal: true } });
    for (const { inputs } of outcome.ofType(aws.lb.LoadBalancer)) {
      expect(inputs).to.deep.include({
        internal: true,
        subnets: infrastructure.network.privateSubnetIds,
      });
    }
    const found = securityGroupRules(outcome);
    expect(found).to.include.members([
      "10.0.0.0/16 → [api-lb]:443",
      "console-tasks → [api-lb]:443",
      "[console-tasks] → api-lb:443",
    ]);
    expect(found.filter((rule) => rule.startsWith("0.0.0.0/0 →"))).to.deep.equal([]);
    expect(outcome.outputs.internal).to.equal(true);
  });

  it("send the console's calls to the API's tasks, never back to where they came from", async () => {
    const { ofType } = await deploy({ config: { internal: true } });
    const services = ofType(aws.ecs.Service).map(({ inputs }) => inputs.loadBalancers ?? []);
    const groups = services.map((balancers) => balancers.map(({ targetGroupArn }) => targetGroupArn));
    expect(groups.map((each) => each.length)).to.deep.equal([1, 1]);
    expect(new Set(groups.flat()).size).to.equal(2);
  });

  const office = "pl-0123456789abcdef0";
  const admitted: [what: string, config: Values, clients: string[]][] = [
    [
      "the networks that are allowed",
      { dualStack: true, allowedCidrBlocks: ["203.0.113.0/24", "2001:db8::/32"] },
      ["203.0.113.0/24", "2001:db8::/32"],
    ],
    ["those of prefix lists", { allowedPrefixListIds: [office] }, [office]],
    [
      "networks beside prefix lists",
      { internal: true, allowedPrefixListIds: [office], allowedCidrBlocks: ["10.1.0.0/16"] },
      ["10.1.0.0/16", office],
    ],
  ];
  for (const [what, config, clients] of admitted) {
    it(`let in only ${what}`, async () => {
      for (const target of ["[api-lb]:443", "[console-lb]:443"]) {
        const found = (await rulesOf({ config })).filter(
          (rule) => rule.endsWith(`→ ${target}`) && !rule.includes("tasks"),
        );
        expect(found).to.have.members(clients.map((client) => `${client} → ${target}`));
      }
    });
  }

  it("answer on IPv6 too where asked", async () => {
    const outcome = await deploy({ config: { dualStack: true } });
    expect(outcome.ofType(aws.lb.LoadBalancer).map(({ inputs }) => inputs.ipAddressType)).to.deep.equal([
      "dualstack",
      "dualstack",
    ]);
    expect(securityGroupRules(outcome)).to.include("::/0 → [api-lb]:443");
    expect(outcome.outputs.dualStack).to.equal(true);
  });

  it("speak TLS to containers that have a certificate", async () => {
    const outcome = await deploy(containerTls());
    const { protocol, port, healthCheck } = outcome.the(aws.lb.TargetGroup, "api-lb-tls-targets").inputs;
    expect({ protocol, port }).to.deep.equal({ protocol: "TLS", port: 8443 });
    expect(healthCheck).to.include({ protocol: "HTTPS" });
    expect(securityGroupRules(outcome)).to.include("api-lb → [api-tasks]:8443");
    expect(outcome.the(aws.lb.TargetGroup, "console-lb-targets").inputs).to.include({ protocol: "TCP", port: 3000 });
  });

  it("can be deleted with a throw-away installation, or when that is allowed", async () => {
    const protection = async (trial: Trial) =>
      (await deploy(trial)).ofType(aws.lb.LoadBalancer).map(({ inputs }) => inputs.enableDeletionProtection);
    expect(await protection({ above: installation({ ephemeral: true }) })).to.deep.equal([false, false]);
    expect(await protection({ config: { loadBalancerDeletionProtection: false } })).to.deep.equal([false, false]);
  });

  it("follow their settings for TLS, logs, drain and client addresses", async () => {
    const config = {
      tlsPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04",
      loadBalancerLogs: false,
      drainSeconds: 30,
      preserveClientAddress: false,
    };
    const outcome = await deploy({ config });
    expect(outcome.ofType(aws.lb.Listener)[0]?.inputs.sslPolicy).to.equal(config.tlsPolicy);
    expect(outcome.ofType(aws.lb.LoadBalancer)[0]?.inputs.accessLogs).to.include({ enabled: false });
    expect(outcome.the(aws.lb.TargetGroup, "api-lb-targets").inputs).to.include({
      deregistrationDelay: 30,
      preserveClientIp: "false",
    });
  });
});
