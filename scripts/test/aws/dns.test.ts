import { expect } from "chai";
import { checkHealthCheck, checkRecord, expectedHosts } from "../../aws/dns";

describe("verify: records", () => {
  const loadBalancer = { arn: "", dnsName: "API-1.elb.eu-central-1.amazonaws.com", zoneId: "Z1" };
  const host = { domain: "api.example.com", loadBalancer };
  const alias = (DNSName: string, Type: "A" | "AAAA" = "A") => ({
    Name: "api.example.com.",
    Type,
    AliasTarget: { DNSName, HostedZoneId: "Z1", EvaluateTargetHealth: true },
  });

  it("is content with an alias to the load balancer, however Route 53 spells it", () => {
    for (const name of ["api-1.elb.eu-central-1.amazonaws.com.", "dualstack.api-1.elb.eu-central-1.amazonaws.com."]) {
      expect(checkRecord(host, ["A"], [alias(name)]).verdict).to.equal("ok");
    }
  });

  it("fails what is missing, leads elsewhere, or has no IPv6 where it should", () => {
    const good = alias("api-1.elb.eu-central-1.amazonaws.com.");
    expect(checkRecord(host, ["A"], []).detail).to.equal("A → nothing");
    expect(checkRecord(host, ["A"], [alias("old-1.elb.eu-central-1.amazonaws.com.")]).verdict).to.equal("fail");
    expect(
      checkRecord(host, ["A"], [{ ...good, AliasTarget: undefined, ResourceRecords: [{ Value: "192.0.2.1" }] }])
        .verdict,
    ).to.equal("fail");
    expect(checkRecord(host, ["A", "AAAA"], [good]).verdict).to.equal("fail");
  });

  it("expects the bare domain to lead to the console", () => {
    const service = (domain: string, dnsName: string) => ({ domain, loadBalancer: { ...loadBalancer, dnsName } });
    const application = { api: service("api.example.com", "one"), console: service("app.example.com", "two") };
    const hosts = expectedHosts(application, ["api.example.com", "app.example.com", "example.com"]);
    expect(hosts.map((each) => `${each.domain} ${each.loadBalancer.dnsName}`)).to.deep.equal([
      "api.example.com one",
      "app.example.com two",
      "example.com two",
    ]);
  });
});

describe("verify: health checks", () => {
  const seen = (...statuses: string[]) =>
    statuses.map((Status, index) => ({ Region: `region-${index}` as "us-east-1", StatusReport: { Status } }));
  const success = "Success: HTTP Status Code 200, OK";

  it("are well when every checker succeeds", () => {
    expect(checkHealthCheck("api", seen(success, success)).verdict).to.equal("ok");
  });

  it("warn when some don't, fail when none does, and say why", () => {
    const found = checkHealthCheck("api", seen(success, "Failure: Connection timed out."));
    expect(found).to.deep.include({
      verdict: "warn",
      detail: "1 of 2 checkers succeed; region-1: Failure: Connection timed out.",
    });
    expect(checkHealthCheck("api", seen("Failure: Connection timed out.")).verdict).to.equal("fail");
    expect(checkHealthCheck("api", []).verdict).to.equal("fail");
  });
});
