import { expect } from "chai";
import { databaseRows } from "../aws/database";
import { loadBalancerRow } from "../aws/load-balancers";
import { serviceRow } from "../aws/services";

const definition = (revision: number, tag: string) => ({
  taskDefinitionArn: `arn:aws:ecs:eu-central-1:111122223333:task-definition/acme-prod-api:${revision}`,
  containerDefinitions: [{ image: `111122223333.dkr.ecr.eu-central-1.amazonaws.com/pulumi/service:${tag}` }],
});

describe("status", () => {
  it("shows a service with the release that it runs, its tasks and since when", () => {
    const service = {
      status: "ACTIVE",
      runningCount: 2,
      desiredCount: 3,
      deployments: [
        { status: "PRIMARY", rolloutState: "IN_PROGRESS" as const, updatedAt: new Date("2026-06-01T10:20:30Z") },
      ],
    };
    expect(serviceRow("api", { service, taskDefinition: definition(8, "20260105-317-signed") })).to.deep.equal({
      what: "api",
      where: "acme-prod-api:8",
      version: "20260105-317-signed",
      state: "2/3 running, IN_PROGRESS, since 2026-06-01T10:20Z",
      healthy: false,
    });
  });

  it("shows a service that is gone", () => {
    expect(serviceRow("api", { service: {}, taskDefinition: {} })).to.include({ state: "0/0 running", healthy: false });
  });

  it("takes a service for healthy that runs what it should, also while it rolls", () => {
    const healthy = (
      runningCount: number,
      rolloutState: "COMPLETED" | "IN_PROGRESS" | "FAILED",
    ): boolean | undefined => {
      const deployments = [{ status: "PRIMARY", rolloutState }];
      return serviceRow("api", {
        service: { status: "ACTIVE", runningCount, desiredCount: 2, deployments },
        taskDefinition: {},
      }).healthy;
    };
    expect([healthy(2, "COMPLETED"), healthy(2, "IN_PROGRESS")]).to.deep.equal([true, true]);
    expect([healthy(1, "COMPLETED"), healthy(2, "FAILED")]).to.deep.equal([false, false]);
  });

  it("shows a load balancer with its TLS policy and how many of its targets are healthy", () => {
    const row = loadBalancerRow("api load balancer", {
      loadBalancer: { DNSName: "api-1.elb.example", State: { Code: "active" } },
      listeners: [443, 8080].map((Port) => ({ Port, SslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06" })),
      targetGroupArn: "arn:targets",
      targets: [{ TargetHealth: { State: "healthy" } }, { TargetHealth: { State: "initial" } }],
    });
    expect(row).to.deep.equal({
      what: "api load balancer",
      where: "api-1.elb.example",
      version: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
      state: "active, 1/2 targets healthy",
      healthy: false,
    });
  });

  it("shows which instance of the database is the writer", () => {
    const instance = (id: string, zone: string) => ({
      DBInstanceIdentifier: id,
      AvailabilityZone: zone,
      DBInstanceClass: "db.r6g.large",
      DBInstanceStatus: "available",
    });
    const rows = databaseRows({
      cluster: {
        Status: "available",
        Endpoint: "db.cluster.example",
        Engine: "aurora-mysql",
        EngineVersion: "8.0.mysql_aurora.3.08.0",
        DBClusterMembers: [
          { DBInstanceIdentifier: "one", IsClusterWriter: false },
          { DBInstanceIdentifier: "two", IsClusterWriter: true },
        ],
      },
      instances: [instance("one", "eu-central-1a"), instance("two", "eu-central-1b")],
    });
    expect(rows.map(({ healthy }) => healthy)).to.deep.equal([true, true, true]);
    expect(rows.map(({ what, where }) => `${what.trim()}: ${where}`)).to.deep.equal([
      "database: db.cluster.example",
      "reader: one in eu-central-1a",
      "writer: two in eu-central-1b",
    ]);
  });
});
