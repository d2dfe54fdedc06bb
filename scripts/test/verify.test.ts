import type { CertificateDetail } from "@aws-sdk/client-acm";
import type { TargetHealthDescription } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { GrantListEntry } from "@aws-sdk/client-kms";
import type { DBCluster, DBInstance } from "@aws-sdk/client-rds";
import { covers } from "@selfhosted/common";
import { expect } from "chai";
import { judgeBucket } from "../lib/checks/buckets";
import { judgeCertificate } from "../lib/checks/certificate";
import { judgeDatabase, grantFinding, judgeKey } from "../lib/checks/data";
import { judgeHealthCheck } from "../lib/checks/health-checks";
import { judgeLoadBalancer, type LoadBalancerFacts } from "../lib/checks/load-balancers";
import { expectedHosts, judgeRecords } from "../lib/checks/records";
import { judgeSecret, usedSecrets } from "../lib/checks/secrets";
import type { Finding } from "../lib/report";
import { the, verdicts } from "./findings";

describe("verify: load balancers", () => {
  const application = { certificateArn: "arn:certificate", internal: false };
  const target = (state: TargetHealthDescription["TargetHealth"]): TargetHealthDescription => ({
    Target: { Id: "10.0.1.5" },
    TargetHealth: state,
  });
  const healthy: LoadBalancerFacts = {
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
  const judge = (facts: Partial<LoadBalancerFacts>): Record<string, string> =>
    verdicts(judgeLoadBalancer("api", { ...healthy, ...facts }, application, 2));
  const content = { "api load balancer": "ok", "api listener": "ok", "api targets": "ok" };

  it("is content with TLS on 443 and on the tasks' own port, and as many healthy targets as tasks", () => {
    expect(judge({})).to.deep.equal(content);
  });

  it("does not count targets that leave", () => {
    const targets = [...healthy.targets, target({ State: "draining" })];
    expect(judge({ targets })).to.deep.equal(content);
  });

  it("fails unhealthy targets, with the reason that AWS gives", () => {
    const reason = {
      State: "unhealthy",
      Reason: "Target.FailedHealthChecks",
      Description: "Health checks failed",
    } as const;
    const facts = { ...healthy, targets: [target({ State: "healthy" }), target(reason)] };
    expect(the(judgeLoadBalancer("api", facts, application, 2), "api targets")).to.deep.include({
      verdict: "fail",
      evidence: "1 of 2 healthy; 10.0.1.5 unhealthy Target.FailedHealthChecks Health checks failed",
    });
  });

  it("fails a service without any target", () => {
    expect(judge({ targets: [] })).to.deep.equal({ ...content, "api targets": "fail" });
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
      expect(judge({ listeners: each })).to.deep.equal({ ...content, "api listener": "fail" });
    }
  });

  it("fails one that faces the internet in a private installation", () => {
    const [found] = judgeLoadBalancer("api", healthy, { ...application, internal: true }, 2);
    expect(found).to.deep.include({ verdict: "fail", evidence: "active, internet-facing" });
  });
});

describe("verify: certificate", () => {
  const now = new Date("2026-06-01T00:00:00Z");
  const hosts = ["api.pulumi.example.com", "app.pulumi.example.com"];
  const certificate: CertificateDetail = {
    Status: "ISSUED",
    DomainName: "pulumi.example.com",
    SubjectAlternativeNames: ["pulumi.example.com", "*.pulumi.example.com"],
    NotAfter: new Date("2026-12-01T00:00:00Z"),
    Type: "AMAZON_ISSUED",
  };
  const judge = (change: Partial<CertificateDetail>): Finding[] =>
    judgeCertificate({ ...certificate, ...change }, hosts, now);
  const content = { "certificate issued": "ok", "certificate covers the hosts": "ok", "certificate expiry": "ok" };

  it("is content with an issued one that covers the hosts and lasts", () => {
    expect(verdicts(judge({}))).to.deep.equal(content);
  });

  it("warns of one that ends within a month, and fails one that has ended", () => {
    const expiry = (end: string): Finding => the(judge({ NotAfter: new Date(end) }), "certificate expiry");
    expect(expiry("2026-06-20T12:00:00Z")).to.deep.include({ verdict: "warn", evidence: "2026-06-20, in 19 days" });
    expect(expiry("2026-05-31T12:00:00Z")).to.deep.include({ verdict: "fail", evidence: "expired on 2026-05-31" });
  });

  it("fails one that isn't validated yet, and tells what is missing", () => {
    expect(the(judge({ Status: "PENDING_VALIDATION", NotAfter: undefined }), "certificate issued")).to.deep.include({
      verdict: "fail",
      remedy: "create the validation record that ACM shows for it",
    });
  });

  it("fails one of other names, and names the hosts it lacks", () => {
    const found = judge({ DomainName: "api.pulumi.example.com", SubjectAlternativeNames: ["*.example.com"] });
    expect(the(found, "certificate covers the hosts").evidence).to.match(/^app\.pulumi\.example\.com not covered/);
  });

  it("takes a wildcard for exactly one label", () => {
    expect(covers("*.example.com", "api.example.com")).to.equal(true);
    expect(covers("*.EXAMPLE.com", "API.example.com")).to.equal(true);
    expect(covers("*.example.com", "example.com")).to.equal(false);
    expect(covers("*.example.com", "api.pulumi.example.com")).to.equal(false);
    expect(covers("*.example.com", "apiXexample.com")).to.equal(false);
  });
});

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
      expect(judgeRecords(host, ["A"], [alias(name)]).verdict).to.equal("ok");
    }
  });

  it("fails what is missing, leads elsewhere, or has no IPv6 where it should", () => {
    const good = alias("api-1.elb.eu-central-1.amazonaws.com.");
    expect(judgeRecords(host, ["A"], []).evidence).to.equal("A → nothing");
    expect(judgeRecords(host, ["A"], [alias("old-1.elb.eu-central-1.amazonaws.com.")]).verdict).to.equal("fail");
    expect(
      judgeRecords(host, ["A"], [{ ...good, AliasTarget: undefined, ResourceRecords: [{ Value: "192.0.2.1" }] }])
        .verdict,
    ).to.equal("fail");
    expect(judgeRecords(host, ["A", "AAAA"], [good]).verdict).to.equal("fail");
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
    expect(judgeHealthCheck("api", seen(success, success)).verdict).to.equal("ok");
  });

  it("warn when some don't, fail when none does, and say why", () => {
    const found = judgeHealthCheck("api", seen(success, "Failure: Connection timed out."));
    expect(found).to.deep.include({
      verdict: "warn",
      evidence: "1 of 2 checkers succeed; region-1: Failure: Connection timed out.",
    });
    expect(judgeHealthCheck("api", seen("Failure: Connection timed out.")).verdict).to.equal("fail");
    expect(judgeHealthCheck("api", []).verdict).to.equal("fail");
  });
});

describe("verify: data", () => {
  const cluster: DBCluster = {
    Status: "available",
    Engine: "aurora-mysql",
    EngineVersion: "8.0.mysql_aurora.3.08.0",
    StorageEncrypted: true,
    KmsKeyId: "arn:key",
    DeletionProtection: true,
    DBClusterMembers: [
      { DBInstanceIdentifier: "one", IsClusterWriter: true },
      { DBInstanceIdentifier: "two", IsClusterWriter: false },
    ],
  };
  const instances: DBInstance[] = [
    { DBInstanceIdentifier: "one", DBInstanceStatus: "available", AvailabilityZone: "eu-central-1a" },
    { DBInstanceIdentifier: "two", DBInstanceStatus: "available", AvailabilityZone: "eu-central-1b" },
  ];
  const judge = (change: Partial<DBCluster>, ephemeral = false): Record<string, string> =>
    verdicts(judgeDatabase({ cluster: { ...cluster, ...change }, instances }, ephemeral));
  const content = {
    database: "ok",
    "database writer": "ok",
    "database failover": "ok",
    "database encrypted": "ok",
    "database deletion protection": "ok",
  };

  it("is content with an available, encrypted, protected database that can fail over", () => {
    expect(judge({})).to.deep.equal(content);
  });

  it("fails one that isn't available, encrypted or protected", () => {
    expect(judge({ Status: "failing-over" })).to.deep.equal({ ...content, database: "fail" });
    expect(judge({ StorageEncrypted: false })).to.deep.equal({ ...content, "database encrypted": "fail" });
    expect(judge({ DeletionProtection: false })).to.deep.equal({ ...content, "database deletion protection": "fail" });
    expect(judge({ DBClusterMembers: [] })).to.deep.include({ "database writer": "fail", "database failover": "warn" });
  });

  it("wants no deletion protection for a throw-away one", () => {
    expect(judge({ DeletionProtection: false }, true)).not.to.have.property("database deletion protection");
  });

  it("warns where the loss of one zone is an outage", () => {
    const oneZone = instances.map((instance) => ({ ...instance, AvailabilityZone: "eu-central-1a" }));
    expect(verdicts(judgeDatabase({ cluster, instances: oneZone }, false))["database failover"]).to.equal("warn");
  });

  it("fails a key that is off, and says how to save one that is about to be deleted", () => {
    expect(judgeKey("data key", { KeyId: "1", KeyState: "Enabled" }).verdict).to.equal("ok");
    expect(judgeKey("data key", { KeyId: "1", KeyState: "Disabled" }).verdict).to.equal("fail");
    const leaving = judgeKey("data key", {
      KeyId: "1",
      KeyState: "PendingDeletion",
      DeletionDate: new Date("2026-07-01"),
    });
    expect(leaving).to.deep.include({ verdict: "fail", evidence: "PendingDeletion, deleted on 2026-07-01" });
    expect(leaving.remedy).to.match(/cancel its deletion now/);
  });
});

describe("verify: the grant on the service key", () => {
  const role = "arn:aws:iam::111122223333:role/pulumi-prod-data-access-api";
  const wanted = {
    name: "pulumi-prod-data-access-service-key",
    keyArn: "arn:aws:kms:eu-central-1:111122223333:key/1",
    roleArn: role,
  };
  const operations = ["Encrypt", "Decrypt", "GenerateDataKey", "DescribeKey"] as const;
  const grant = (GranteePrincipal: string, values: GrantListEntry = {}): GrantListEntry => ({
    GrantId: "0c23",
    Name: wanted.name,
    GranteePrincipal,
    Operations: [...operations],
    ...values,
  });
  const revoke = `aws kms revoke-grant --region eu-central-1 --key-id ${wanted.keyArn} --grant-id 0c23`;

  it("is content with one for the API's role among others", () => {
    const grants = [grant("arn:aws:iam::111122223333:role/other", { Name: "other" }), grant(role)];
    expect(grantFinding(grants, wanted).verdict).to.equal("ok");
  });

  it("fails one that names a role which is gone: it is revoked, for the provider can't read it, and made again", () => {
    const others = grant("AROAOFANOTHERSTACK", { Name: "pulumi-test-data-access-service-key", GrantId: "77" });
    expect(grantFinding([others, grant("AROAEXAMPLEOFADELETEDROLE")], wanted)).to.deep.equal({
      name: "service key grant",
      verdict: "fail",
      evidence:
        `none to ${role} for Decrypt, Encrypt, GenerateDataKey; ` +
        "0c23 is for AROAEXAMPLEOFADELETEDROLE, a role that is gone",
      remedy: `${revoke}, then in infrastructure/: pulumi up --refresh`,
    });
  });

  it("fails one that opens too little, which Pulumi can't replace while it is protected, and one that isn't there", () => {
    const narrow = grantFinding([grant(role, { Operations: ["Encrypt"] })], wanted);
    expect(narrow.evidence).to.match(/for Decrypt, GenerateDataKey; 0c23 opens less$/);
    expect(narrow.remedy).to.contain(revoke);
    expect(grantFinding([], wanted).remedy).to.equal("in infrastructure/: pulumi up --refresh");
  });
});

describe("verify: buckets", () => {
  const closed = {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  };
  const facts = {
    versioning: "Enabled",
    encryption: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const } }],
    publicAccessBlock: closed,
  };

  it("is content with a versioned, encrypted, private one", () => {
    expect(judgeBucket("checkpoint", "b", facts)).to.deep.include({
      verdict: "ok",
      evidence: "b, versioned, encrypted (aws:kms), private",
    });
  });

  it("fails one that lost any of it, and says which", () => {
    const evidence = (change: Partial<typeof facts>): string => {
      const found = judgeBucket("checkpoint", "b", { ...facts, ...change });
      expect(found.verdict).to.equal("fail");
      return found.evidence;
    };
    expect(evidence({ publicAccessBlock: { ...closed, RestrictPublicBuckets: false } })).to.contain(
      "public access NOT blocked",
    );
    expect(evidence({ versioning: "Suspended" })).to.contain("NOT versioned");
    expect(evidence({ encryption: [] })).to.contain("NOT encrypted");
  });
});

describe("verify: secrets", () => {
  const arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:acme-prod-api-AbCdEf";
  const described = (versions: Record<string, string[]>, deleted?: Date) => ({
    $metadata: {},
    VersionIdsToStages: versions,
    DeletedDate: deleted,
  });

  it("finds each secret that the containers start with, once", () => {
    const secrets = ["LICENSE", "PASSWORD"].map((name) => ({ name, valueFrom: `${arn}:${name}::v1` }));
    const parameter = { name: "X", valueFrom: "arn:aws:ssm:eu-central-1:111122223333:parameter/x" };
    const definition = { containerDefinitions: [{ secrets: [...secrets, parameter] }, {}] };
    expect(usedSecrets([definition, definition])).to.deep.equal([{ arn, versionId: "v1" }]);
  });

  it("fails one that is deleted or lost its version, and warns of a stale one", () => {
    const used = { arn, versionId: "v1" };
    expect(judgeSecret(used, described({ v1: ["AWSCURRENT"] })).verdict).to.equal("ok");
    expect(judgeSecret(used, described({ v1: ["AWSPREVIOUS"], v2: ["AWSCURRENT"] })).verdict).to.equal("warn");
    expect(judgeSecret(used, described({ v2: ["AWSCURRENT"] })).verdict).to.equal("fail");
    expect(judgeSecret(used, described({ v1: ["AWSCURRENT"] }, new Date())).remedy).to.contain("restore-secret");
  });
});
