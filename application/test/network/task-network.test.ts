import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { deploy, logRouter, search, type Trial } from "../fixtures";
import { rulesOf } from "./security-group-rules";

describe("the network of tasks", () => {
  it("has exactly the rules that the product needs", async () => {
    expect(await rulesOf()).to.have.members([
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
    for (const { inputs } of [
      ...ofType(aws.vpc.SecurityGroupIngressRule),
      ...ofType(aws.vpc.SecurityGroupEgressRule),
    ]) {
      expect(inputs.fromPort).to.equal(inputs.toPort);
      expect(inputs.ipProtocol).to.equal("tcp");
    }
  });

  it("never mixes rules inside of groups with rules beside them", async () => {
    for (const { inputs } of (await deploy()).ofType(aws.ec2.SecurityGroup)) {
      expect([inputs.ingress, inputs.egress]).to.deep.equal([undefined, undefined]);
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
    const found = await rulesOf({
      config,
      secrets: { smtpPassword: "p" },
      above: { endpointsSecurityGroupId: "sg-endpoints" },
    });
    expect(found.filter((rule) => rule.startsWith("[api-tasks]"))).to.have.members([
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
    const found = await rulesOf({
      config: { jobsEnabled: true, ...logRouter({ Name: "http", Host: "logs.example.com", Port: "8088" }) },
    });
    expect(found.filter((rule) => rule.endsWith(":8088"))).to.have.members([
      "[api-tasks] → 0.0.0.0/0:8088",
      "[api-jobs-tasks] → 0.0.0.0/0:8088",
      "[console-tasks] → 0.0.0.0/0:8088",
    ]);
  });

  it("lets API and console out to the git servers that are configured, at their ports", async () => {
    const found = await rulesOf({
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
      found.filter((rule) => rule.startsWith(`[${task}] → 0.0.0.0/0:`)).map((rule) => rule.split(":")[1] ?? "");
    expect(ports("api-tasks")).to.have.members(["443", "8443", "8444", "80"]);
    expect(ports("console-tasks")).to.have.members(["443", "8443", "80"]);
  });

  it("lets each task out to the registries of its own images, at their ports", async () => {
    const image = (port: number): string => `registry.example.com:${port}/pulumi/image:20260101-1000-signed`;
    const config = { apiImage: image(5001), consoleImage: image(5002), migrationImage: image(5003), jobsEnabled: true };
    const registries = (found: string[]): string[] => found.filter((rule) => /→ 0\.0\.0\.0\/0:5\d{3}$/.test(rule));
    const own = [
      "[api-tasks] → 0.0.0.0/0:5001",
      "[api-jobs-tasks] → 0.0.0.0/0:5001",
      "[console-tasks] → 0.0.0.0/0:5002",
      "[migration-task] → 0.0.0.0/0:5003",
    ];
    expect(registries(await rulesOf({ config }))).to.have.members(own);
    const routed = {
      ...config,
      logRouterImage: image(5004),
      logRouterOptions: { Name: "http", Host: "logs.example.com" },
    };
    expect(registries(await rulesOf({ config: routed }))).to.have.members([
      ...own,
      ...["api", "api-jobs", "console"].map((service) => `[${service}-tasks] → 0.0.0.0/0:5004`),
    ]);
  });

  it("lets a private installation out to nothing but its own VPC, search, S3 and the endpoints", async () => {
    const trial = { config: { internal: true }, above: { search, endpointsSecurityGroupId: "sg-endpoints" } };
    const found = await rulesOf(trial);
    const out = (task: string): string[] => found.filter((rule) => rule.startsWith(`[${task}]`));
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
      above: { endpointsSecurityGroupId: "sg-endpoints" },
    });
    const own = await rulesOf(mail("smtp.example.internal:25"));
    expect(own).to.include.members([
      "[api-tasks] → 10.0.0.0/16:25",
      "[api-tasks] → pl-of-com.amazonaws.eu-central-1.dynamodb:443",
    ]);
    const ses = await rulesOf(mail("email-smtp.eu-central-1.amazonaws.com:587"));
    expect(ses).to.include.members(["[api-tasks] → sg-endpoints:587", "api-tasks → [sg-endpoints]:587"]);
  });

  it("opens no port to a collector beside the container", async () => {
    const local = await rulesOf({ config: { otelEndpoint: "http://localhost:4317" } });
    expect(local.join()).to.not.include("4317");
    const remote = await rulesOf({ config: { otelEndpoint: "http://otel.example.com:4317" } });
    expect(remote).to.include("[api-tasks] → 0.0.0.0/0:4317");
  });
});
