import type { TargetHealthDescription } from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect } from "chai";
import { checkLoadBalancer, type DescribedLoadBalancer } from "../../aws/load-balancers";
import { the, verdicts } from "../support/results";

describe("verify: load balancers", () => {
  const application = { certificateArn: "arn:certificate", internal: false };
  const target = (state: TargetHealthDescription["TargetHealth"]): TargetHealthDescription => ({
    Target: { Id: "10.0.1.5" },
    TargetHealth: state,
  });
  const healthy: DescribedLoadBalancer = {
    loadBalancer: { State: { Code: "active" }, Scheme: "internet-facing" },
    listeners: [443, 8080].map((Port) => ({
      Port,
      Protocol: "TLS",
      SslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
      Certificates: [{ CertificateArn: "arn:certificate" }],
      DefaultActions: [{ Type: "forward", TargetGroupArn: "arn:targets" }],
    })),
    targetGroupArn: "arn:targets",
    targets: [target({ State: "healthy" }), target({ State: "healthy" })],
  };
  const check = (facts: Partial<DescribedLoadBalancer>): Record<string, string> =>
    verdicts(checkLoadBalancer("api", { ...healthy, ...facts }, application, 2));
  const content = { "api load balancer": "ok", "api listener": "ok", "api targets": "ok" };

  it("is content with TLS on 443 and on the tasks' own port, and as many healthy targets as tasks", () => {
    expect(check({})).to.deep.equal(content);
  });

  it("does not count targets that leave", () => {
    const targets = [...healthy.targets, target({ State: "draining" })];
    expect(check({ targets })).to.deep.equal(content);
  });

  it("fails unhealthy targets, with the reason that AWS gives", () => {
    const reason = {
      State: "unhealthy",
      Reason: "Target.FailedHealthChecks",
      Description: "Health checks failed",
    } as const;
    const facts = { ...healthy, targets: [target({ State: "healthy" }), target(reason)] };
    expect(the(checkLoadBalancer("api", facts, application, 2), "api targets")).to.deep.include({
      verdict: "fail",
      detail: "1 of 2 healthy; 10.0.1.5 unhealthy Target.FailedHealthChecks Health checks failed",
    });
  });

  it("fails a service without any target", () => {
    expect(check({ targets: [] })).to.deep.equal({ ...content, "api targets": "fail" });
  });

  it("fails clear text beside TLS, a third port, another certificate, an old policy, and other tasks than the service's", () => {
    const [tls = {}, registration = {}] = healthy.listeners;
    const elsewhere = [{ Type: "forward" as const, TargetGroupArn: "arn:other-targets" }];
    const listeners = [
      [tls, { Port: 80, Protocol: "TCP" as const }],
      [tls, registration, { ...tls, Port: 8443 }],
      [registration],
      [{ ...tls, Certificates: [{ CertificateArn: "arn:other" }] }],
      [{ ...tls, SslPolicy: "ELBSecurityPolicy-2016-08" }],
      [{ ...tls, DefaultActions: elsewhere }, registration],
      [],
    ];
    for (const each of listeners) {
      expect(check({ listeners: each })).to.deep.equal({ ...content, "api listener": "fail" });
    }
  });

  it("fails one that faces the internet in a private installation", () => {
    const [found] = checkLoadBalancer("api", healthy, { ...application, internal: true }, 2);
    expect(found).to.deep.include({ verdict: "fail", detail: "active, internet-facing" });
  });
});
