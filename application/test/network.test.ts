import { expect } from "chai";
import { infrastructureOutputs, type Outcome, type Values } from "@selfhosted/common/testing";
import { containerTls, deploy, search, type Trial } from "./fixtures";

const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const egress = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const loadBalancer = "aws:lb/loadBalancer:LoadBalancer";
const targetGroup = "aws:lb/targetGroup:TargetGroup";
const listener = "aws:lb/listener:Listener";

/** Each rule in a line: `from → to : port`. */
function ways({ ofType }: Outcome): string[] {
  const end = (value: unknown): string => String(value).replace(/^pulumi-test-|-group-id$/g, "");
  const other = (inputs: Values): string =>
    end(inputs["referencedSecurityGroupId"] ?? inputs["cidrIpv4"] ?? inputs["cidrIpv6"] ?? inputs["prefixListId"]);
  return [
    ...ofType(ingress).map(
      ({ inputs }) => `${other(inputs)} → [${end(inputs["securityGroupId"])}]:${String(inputs["fromPort"])}`,
    ),
    ...ofType(egress).map(
      ({ inputs }) => `[${end(inputs["securityGroupId"])}] → ${other(inputs)}:${String(inputs["fromPort"])}`,
    ),
  ];
}

async function waysOf(trial?: Trial): Promise<string[]> {
  return ways(await deploy(trial));
}

describe("network", () => {
  it("has exactly the ways that the product needs", async () => {
    expect(await waysOf()).to.have.members([
      "0.0.0.0/0 → [api-lb]:443",
      "0.0.0.0/0 → [console-lb]:443",
      "[api-lb] → api-tasks:8080",
      "api-lb → [api-tasks]:8080",
      "[console-lb] → console-tasks:3000",
      "console-lb → [console-tasks]:3000",
      "[api-tasks] → sg-database:3306",
      "api-tasks → [sg-database]:3306",
      "[migration-task] → sg-database:3306",
      "migration-task → [sg-database]:3306",
      "[api-tasks] → 0.0.0.0/0:443",
      "[console-tasks] → 0.0.0.0/0:443",
      "[migration-task] → 0.0.0.0/0:443",
    ]);
  });

  it("opens each rule for one port", async () => {
    const { ofType } = await deploy({ config: { dualStack: true, jobsEnabled: true } });
    for (const { inputs } of [...ofType(ingress), ...ofType(egress)]) {
      expect(inputs["fromPort"]).to.equal(inputs["toPort"]);
      expect(inputs["ipProtocol"]).to.equal("tcp");
    }
  });

  it("never mixes rules inside of groups with rules beside them", async () => {
    for (const { inputs } of (await deploy()).ofType("aws:ec2/securityGroup:SecurityGroup")) {
      expect(inputs).to.not.have.any.keys("ingress", "egress");
    }
  });

  it("lets out only to the networks, ports and services that are configured", async () => {
    const config = {
      egressCidrBlocks: ["10.0.0.0/8"],
      consoleInternalApiEndpoint: "https://api.internal.example.com",
      smtpServer: "smtp.example.com:587",
      smtpUsername: "u",
      smtpSender: "a@b.example",
      apiEgressPorts: ["8443"],
    };
    const found = await waysOf({
      config,
      secrets: { smtpPassword: "p" },
      upstream: { endpointsSecurityGroupId: "sg-endpoints" },
    });
    expect(found.filter((way) => way.startsWith("[api-tasks]"))).to.have.members([
      "[api-tasks] → sg-database:3306",
      "[api-tasks] → sg-endpoints:443",
      "[api-tasks] → pl-of-com.amazonaws.eu-central-1.s3:443",
      "[api-tasks] → 10.0.0.0/8:443",
      "[api-tasks] → 10.0.0.0/8:587",
      "[api-tasks] → 10.0.0.0/8:8443",
    ]);
    expect(found).to.include.members(["console-tasks → [sg-endpoints]:443", "migration-task → [sg-endpoints]:443"]);
    expect(found.join()).to.not.include("0.0.0.0/0:");
  });

  it("lets services, but not the migration, out to where their logs go", async () => {
    const logRouterOptions = { Name: "http", Host: "logs.example.com", Port: "8088" };
    const found = await waysOf({
      config: { jobsEnabled: true, logRouterImage: "registry.example.com/fluent-bit:3", logRouterOptions },
    });
    expect(found.filter((way) => way.endsWith(":8088"))).to.have.members([
      "[api-tasks] → 0.0.0.0/0:8088",
      "[api-jobs-tasks] → 0.0.0.0/0:8088",
      "[console-tasks] → 0.0.0.0/0:8088",
    ]);
  });

  it("lets API and console out to the git servers that they are told, at their ports", async () => {
    const found = await waysOf({
      config: {
        githubOauthId: "i",
        githubOauthEndpoint: "https://github.example.com:8443",
        githubApiEndpoint: "https://github.example.com:8444/api/v3",
        gitlabOauthId: "i",
        gitlabOauthEndpoint: "http://gitlab.example.com",
      },
      secrets: { githubOauthSecret: "s", gitlabOauthSecret: "s" },
    });
    const ports = (task: string): string[] =>
      found.filter((way) => way.startsWith(`[${task}] → 0.0.0.0/0:`)).map((way) => way.split(":")[1] ?? "");
    expect(ports("api-tasks")).to.have.members(["443", "8443", "8444", "80"]);
    expect(ports("console-tasks")).to.have.members(["443", "8443", "80"]);
  });

  it("lets each task out to the registries of its own images, at their ports", async () => {
    const image = (port: number): string => `registry.example.com:${port}/pulumi/image:20260101-1000-signed`;
    const config = { apiImage: image(5001), consoleImage: image(5002), migrationImage: image(5003), jobsEnabled: true };
    const registries = (found: string[]): string[] => found.filter((way) => /→ 0\.0\.0\.0\/0:5\d{3}$/.test(way));
    const own = [
      "[api-tasks] → 0.0.0.0/0:5001",
      "[api-jobs-tasks] → 0.0.0.0/0:5001",
      "[console-tasks] → 0.0.0.0/0:5002",
      "[migration-task] → 0.0.0.0/0:5003",
    ];
    expect(registries(await waysOf({ config }))).to.have.members(own);
    const routed = {
      ...config,
      logRouterImage: image(5004),
      logRouterOptions: { Name: "http", Host: "logs.example.com" },
    };
    expect(registries(await waysOf({ config: routed }))).to.have.members([
      ...own,
      ...["api", "api-jobs", "console"].map((service) => `[${service}-tasks] → 0.0.0.0/0:5004`),
    ]);
  });

  it("lets a private installation out to nothing but its own VPC, search, S3 and the endpoints", async () => {
    const trial = { config: { internal: true }, upstream: { search, endpointsSecurityGroupId: "sg-endpoints" } };
    const found = await waysOf(trial);
    const out = (task: string): string[] => found.filter((way) => way.startsWith(`[${task}]`));
    const everyTask = ["sg-endpoints:443", "pl-of-com.amazonaws.eu-central-1.s3:443", "10.0.0.0/16:443"];
    const of = (task: string, ...more: string[]): string[] =>
      [...everyTask, ...more].map((destination) => `[${task}] → ${destination}`);
    expect(out("api-tasks")).to.have.members(of("api-tasks", "sg-database:3306", "sg-search:443"));
    expect(out("console-tasks")).to.have.members(of("console-tasks", "api-lb:443"));
    expect(out("migration-task")).to.have.members(of("migration-task", "sg-database:3306"));
  });

  it("lets the API of a private installation out to its mail server and its audit table", async () => {
    const mail = (smtpServer: string): Trial => ({
      config: { internal: true, smtpServer, smtpUsername: "u", smtpSender: "a@b.example", auditLogsTable: "audit" },
      secrets: { smtpPassword: "p" },
      upstream: { endpointsSecurityGroupId: "sg-endpoints" },
    });
    const own = await waysOf(mail("smtp.example.internal:25"));
    expect(own).to.include.members([
      "[api-tasks] → 10.0.0.0/16:25",
      "[api-tasks] → pl-of-com.amazonaws.eu-central-1.dynamodb:443",
    ]);
    const ses = await waysOf(mail("email-smtp.eu-central-1.amazonaws.com:587"));
    expect(ses).to.include.members(["[api-tasks] → sg-endpoints:587", "api-tasks → [sg-endpoints]:587"]);
  });

  it("opens no way to a collector beside the container", async () => {
    const local = await waysOf({ config: { otelEndpoint: "http://localhost:4317" } });
    expect(local.join()).to.not.include("4317");
    const remote = await waysOf({ config: { otelEndpoint: "http://otel.example.com:4317" } });
    expect(remote).to.include("[api-tasks] → 0.0.0.0/0:4317");
  });
});

describe("load balancers", () => {
  it("face the internet with TLS on 443, and open no other port to clients", async () => {
    const outcome = await deploy();
    const listeners = outcome.ofType(listener);
    expect(listeners.map(({ inputs }) => inputs["port"])).to.have.members([443, 443, 8080, 3000]);
    for (const { inputs } of listeners) {
      expect(inputs).to.include({ protocol: "TLS", sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06" });
      expect(inputs).to.not.have.property("alpnPolicy");
    }
    const open = ways(outcome).filter((way) => way.includes("-lb]:"));
    expect(open).to.have.members(["0.0.0.0/0 → [api-lb]:443", "0.0.0.0/0 → [console-lb]:443"]);
    for (const { inputs } of outcome.ofType(loadBalancer)) {
      expect(inputs).to.deep.include({
        loadBalancerType: "network",
        internal: false,
        ipAddressType: "ipv4",
        subnets: infrastructureOutputs().network.publicSubnetIds,
        enableCrossZoneLoadBalancing: true,
        enableDeletionProtection: true,
      });
      expect(inputs["accessLogs"]).to.deep.include({ enabled: true, bucket: "pulumi-logs-1" });
      expect(String(inputs["name"]).length).to.be.at.most(32);
    }
  });

  it("ask the product itself for its health, often, and drain for two minutes", async () => {
    const outcome = await deploy();
    const health = { protocol: "HTTP", interval: 5, timeout: 4, healthyThreshold: 2, unhealthyThreshold: 2 };
    const api = outcome.the(targetGroup, "api-lb-targets").inputs;
    expect(api).to.deep.include({
      targetType: "ip",
      protocol: "TCP",
      port: 8080,
      deregistrationDelay: 120,
      connectionTermination: true,
      preserveClientIp: "true",
      healthCheck: { ...health, path: "/api/status", matcher: "200" },
    });
    const console = outcome.the(targetGroup, "console-lb-targets").inputs;
    expect(console).to.deep.include({ port: 3000, healthCheck: { ...health, path: "/", matcher: "200-399" } });
  });

  it("stand inside where the installation is private, open to the VPC, and to the console's tasks", async () => {
    const outcome = await deploy({ config: { internal: true } });
    for (const { inputs } of outcome.ofType(loadBalancer)) {
      expect(inputs).to.deep.include({ internal: true, subnets: infrastructureOutputs().network.privateSubnetIds });
    }
    const found = ways(outcome);
    expect(found).to.include.members([
      "10.0.0.0/16 → [api-lb]:443",
      "console-tasks → [api-lb]:443",
      "[console-tasks] → api-lb:443",
    ]);
    expect(found.filter((way) => way.startsWith("0.0.0.0/0 →"))).to.deep.equal([]);
    expect(outcome.outputs).to.include({ internal: true });
  });

  it("bring the console's calls to the API's tasks, never back to where they came from", async () => {
    const { ofType } = await deploy({ config: { internal: true } });
    const services = ofType("aws:ecs/service:Service").map(({ inputs }) => inputs["loadBalancers"] as Values[]);
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
      for (const entry of ["[api-lb]:443", "[console-lb]:443"]) {
        const found = (await waysOf({ config })).filter((way) => way.endsWith(`→ ${entry}`) && !way.includes("tasks"));
        expect(found).to.have.members(clients.map((client) => `${client} → ${entry}`));
      }
    });
  }

  it("answer on IPv6 too where asked", async () => {
    const outcome = await deploy({ config: { dualStack: true } });
    expect(outcome.ofType(loadBalancer).map(({ inputs }) => inputs["ipAddressType"])).to.deep.equal([
      "dualstack",
      "dualstack",
    ]);
    expect(ways(outcome)).to.include("::/0 → [api-lb]:443");
    expect(outcome.outputs).to.include({ dualStack: true });
  });

  it("speak TLS to containers that have a certificate", async () => {
    const outcome = await deploy(containerTls());
    const { protocol, port, healthCheck } = outcome.the(targetGroup, "api-lb-tls-targets").inputs;
    expect({ protocol, port }).to.deep.equal({ protocol: "TLS", port: 8443 });
    expect(healthCheck).to.include({ protocol: "HTTPS" });
    expect(ways(outcome)).to.include("api-lb → [api-tasks]:8443");
    expect(outcome.the(targetGroup, "console-lb-targets").inputs).to.include({ protocol: "TCP", port: 3000 });
  });

  it("can be deleted with a throw-away installation, or when that is allowed", async () => {
    const protection = async (trial: Trial): Promise<unknown[]> =>
      (await deploy(trial)).ofType(loadBalancer).map(({ inputs }) => inputs["enableDeletionProtection"]);
    const ephemeral = { installation: { ...infrastructureOutputs().installation, ephemeral: true } };
    expect(await protection({ upstream: ephemeral })).to.deep.equal([false, false]);
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
    expect(outcome.ofType("aws:lb/listener:Listener")[0]?.inputs).to.include({ sslPolicy: config.tlsPolicy });
    expect(outcome.ofType(loadBalancer)[0]?.inputs["accessLogs"]).to.include({ enabled: false });
    expect(outcome.the(targetGroup, "api-lb-targets").inputs).to.include({
      deregistrationDelay: 30,
      preserveClientIp: "false",
    });
  });
});
