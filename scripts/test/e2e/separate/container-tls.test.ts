import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeServicesCommand, ECSClient, ListServicesCommand } from "@aws-sdk/client-ecs";
import {
  DescribeListenersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  type Listener,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ApplicationOutputs } from "@selfhosted/common";
import { expect } from "chai";
import { type Outcome, type Scratch, scratchCheckout } from "../../../bench/scratch";
import { givenUp } from "../../../sandbox/test/faults";
import type { Fault } from "../../../sandbox/test/proxy";
import { configure, configureSecrets } from "../configuration";
import { type Access, inventory } from "../inventory";
import { plainPulumi, upArguments } from "../plain-pulumi";
import { interpose, type Interposed } from "../proxied";
import { access, outputsOf, seeded } from "../sandbox";
import { operationsOf } from "../state";

describe("containers that speak TLS, and what else is turned on and off", function () {
  this.timeout(600_000);
  this.bail(true);
  let scratch: Scratch;
  let aws: Access;
  let account: Interposed;
  let plain: string[];
  let application: ApplicationOutputs;
  /** Calls that change services and listeners, as they came. */
  let calls: string[] = [];

  async function make(...args: string[]): Promise<string> {
    const { code, output } = await scratch.make(...args);
    expect(code, output).to.equal(0);
    return output;
  }
  const up = (): Promise<Outcome> => plainPulumi(scratch, "application", upArguments("local"));
  async function mustUp(): Promise<void> {
    const { code, output } = await up();
    expect(code, output).to.equal(0);
  }
  function lookUp(): void {
    ({ application } = outputsOf(scratch));
  }
  /** Deploys the layer, and finds all well. */
  async function deploy(): Promise<void> {
    calls = [];
    await mustUp();
    await make("verify", "ENV=local");
    lookUp();
  }
  /** Once for each thing that can be on or off, in both its states. */
  async function expectNothingToDo(): Promise<void> {
    expect(await operationsOf(scratch, mustUp)).to.deep.equal([]);
  }

  const elb = (): ElasticLoadBalancingV2Client => new ElasticLoadBalancingV2Client(aws);
  async function listeners(): Promise<Listener[]> {
    const { arn } = application.api.loadBalancer;
    return (await elb().send(new DescribeListenersCommand({ LoadBalancerArn: arn }))).Listeners ?? [];
  }
  /** Where the clients of the API get to: protocol and port of the tasks, and how many of those are healthy. */
  async function entry(): Promise<string> {
    const forClients = (await listeners()).find(({ Port }) => Port === 443);
    const TargetGroupArn = forClients?.DefaultActions?.[0]?.TargetGroupArn ?? "";
    const { TargetGroups } = await elb().send(new DescribeTargetGroupsCommand({ TargetGroupArns: [TargetGroupArn] }));
    const health = await elb().send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    const healthy = health.TargetHealthDescriptions?.filter(({ TargetHealth }) => TargetHealth?.State === "healthy");
    return `${TargetGroups?.[0]?.Protocol}:${TargetGroups?.[0]?.Port} ${healthy?.length} healthy`;
  }
  async function services(): Promise<string[]> {
    const { clusterName: cluster } = application;
    const ecs = new ECSClient(aws);
    const { serviceArns } = await ecs.send(new ListServicesCommand({ cluster }));
    const described = await ecs.send(new DescribeServicesCommand({ cluster, services: serviceArns }));
    const active = described.services?.filter(({ status }) => status === "ACTIVE") ?? [];
    return active.map(({ serviceName = "" }) => serviceName).sort();
  }
  const speakTls = async (): Promise<void> => {
    const [api, console] = [certificate("api"), certificate("console")];
    configure(scratch, "application", {
      apiTlsCertificate: api.certificate,
      consoleTlsCertificate: console.certificate,
    });
    await configureSecrets(scratch, "application", { apiTlsPrivateKey: api.key, consoleTlsPrivateKey: console.key });
  };
  const speakPlainly = (): void =>
    configure(scratch, "application", {
      ...{ apiTlsCertificate: undefined, apiTlsPrivateKey: undefined },
      ...{ consoleTlsCertificate: undefined, consoleTlsPrivateKey: undefined },
    });
  /** The order in which clients got from one service of the API to the other. */
  const order = (from: string, to: string): string[] =>
    calls.filter((call) =>
      [`CreateService ${to}`, `ModifyListener`, `DeleteService ${from}`].some((each) => call === each),
    );

  const log = (service: string, action: RegExp): Fault => ({
    service,
    action,
    play: (call, forward) => {
      const { serviceName, service: arn = "" } =
        service === "ecs" ? (JSON.parse(call.body) as { serviceName?: string; service?: string }) : {};
      calls.push([call.action, serviceName ?? arn.split("/").at(-1)].filter(Boolean).join(" "));
      return forward();
    },
  });
  const watch = (...faults: Fault[]): void => {
    account.clear();
    account.inject(...faults, log("ecs", /^(Create|Delete)Service$/), log("elasticloadbalancing", /^ModifyListener$/));
  };

  before(async () => {
    scratch = scratchCheckout();
    await make("env", "ENV=local");
    aws = access(scratch);
    account = await interpose(scratch);
    watch();
    await make("deploy", "ENV=local");
    lookUp();
    plain = await inventory(aws);
  });

  after(async () => {
    await account?.remove();
    await scratch?.remove();
  });

  it("begin to speak TLS beside those that serve, and get requests once they are healthy", async () => {
    expect(await entry()).to.equal("TCP:8080 2 healthy");
    await speakTls();
    await deploy();
    expect(await entry()).to.equal("TLS:8443 2 healthy");
    expect(await services()).to.deep.equal(["pulumi-local-api-tls", "pulumi-local-console-tls"]);
    expect(application.api.serviceName).to.equal("pulumi-local-api-tls");
    expect((await listeners()).map(({ Port }) => Port)).to.have.members([443, 8443]);
    // Two load balancers, each switched after both ends of the change.
    expect(order("pulumi-local-api", "pulumi-local-api-tls").filter((call) => call !== "ModifyListener")).to.deep.equal(
      ["CreateService pulumi-local-api-tls", "DeleteService pulumi-local-api"],
    );
    const switched = calls.flatMap((call, index) => (call === "ModifyListener" ? [index] : []));
    expect(switched).to.have.length(2);
    expect(Math.max(...switched)).to.be.lessThan(calls.indexOf("DeleteService pulumi-local-api"));
    expect(Math.max(...switched)).to.be.greaterThan(calls.indexOf("CreateService pulumi-local-api-tls"));
    await expectNothingToDo();
  });

  it("get another certificate by an ordinary roll, without another service", async () => {
    await speakTls();
    await deploy();
    expect(await entry()).to.equal("TLS:8443 2 healthy");
    expect(calls).to.deep.equal([]);
  });

  it("end it in the same way, and nothing is left of it", async () => {
    speakPlainly();
    await deploy();
    expect(await entry()).to.equal("TCP:8080 2 healthy");
    expect(withoutRevisions(await inventory(aws))).to.deep.equal(withoutRevisions(plain));
  });

  it("leave the service that serves as it is where they don't get healthy; one deployment then takes them out", async () => {
    await speakTls();
    watch(...givenUp("pulumi-local-api-tls"));
    const { code, output } = await up();
    expect(code).not.to.equal(0);
    expect(output).to.match(/pulumi-local-api-tls.*tasks failed to start/);
    expect(await entry()).to.equal("TCP:8080 2 healthy");
    expect(await services()).to.include("pulumi-local-api");

    watch();
    speakPlainly();
    await deploy();
    expect(await entry()).to.equal("TCP:8080 2 healthy");
    expect(await services()).to.deep.equal(["pulumi-local-api", "pulumi-local-console"]);
    expect(withoutRevisions(await inventory(aws))).to.deep.equal(withoutRevisions(plain));
    await expectNothingToDo();
  });

  it("may begin again, with shells, spare capacity and a certificate of its own for the load balancers", async () => {
    await speakTls();
    const { zone } = seeded(scratch);
    configure(scratch, "application", {
      ...{ execEnabled: "true", consoleSpot: "true" },
      ...{ certificateArn: undefined, certificateZoneId: zone.id },
    });
    await deploy();
    expect(await entry()).to.equal("TLS:8443 2 healthy");
    const own = (await listeners()).map(({ Certificates }) => Certificates?.[0]?.CertificateArn);
    expect(new Set(own)).to.deep.equal(new Set([application.certificateArn]));
    expect(application.certificateArn).not.to.equal(seeded(scratch).certificateArn);
    expect(await consoleCapacity()).to.deep.equal(["FARGATE_SPOT"]);
  });

  it("go off all at once, and on again, where the proofs of the domain are found as they were left", async () => {
    const { certificateArn, zone } = seeded(scratch);
    const off = { execEnabled: undefined, consoleSpot: undefined, certificateArn, certificateZoneId: undefined };
    configure(scratch, "application", off);
    await deploy();
    expect(application.certificateArn).to.equal(certificateArn);
    expect(await consoleCapacity()).to.deep.equal(["FARGATE"]);
    const proofs = (await inventory(aws)).filter((line) => /^record CNAME _/.test(line));
    expect(proofs).to.have.length(3);

    configure(scratch, "application", {
      ...{ execEnabled: "true", consoleSpot: "true" },
      ...{ certificateArn: undefined, certificateZoneId: zone.id },
    });
    await deploy();
    expect(await consoleCapacity()).to.deep.equal(["FARGATE_SPOT"]);
    expect((await inventory(aws)).filter((line) => proofs.includes(line))).to.deep.equal(proofs);
    await expectNothingToDo();
  });

  async function consoleCapacity(): Promise<(string | undefined)[] | undefined> {
    const { services: found } = await new ECSClient(aws).send(
      new DescribeServicesCommand({
        cluster: application.clusterName,
        services: [application.console.serviceName],
      }),
    );
    return found?.[0]?.capacityProviderStrategy?.map(({ capacityProvider }) => capacityProvider);
  }
});

/** Task definitions have one more revision after each change. */
function withoutRevisions(lines: string[]): string[] {
  return lines.map((line) => line.replace(/:\d+$/, ""));
}

/** A self-signed certificate and its key, another one each time. */
function certificate(host: string): { certificate: string; key: string } {
  const folder = mkdtempSync(join(tmpdir(), "certificate-"));
  const [certificateFile, keyFile] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  const subject = ["-subj", `/CN=${host}.pulumi.example.com`, "-days", "2"];
  const files = ["-keyout", keyFile, "-out", certificateFile];
  try {
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject, ...files], {
      stdio: "ignore",
    });
    return { certificate: readFileSync(certificateFile, "utf8"), key: readFileSync(keyFile, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
