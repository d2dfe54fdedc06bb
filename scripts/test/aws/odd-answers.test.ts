import { answerCalls, awsClients } from "@selfhosted/common";
import { unclearIn } from "@selfhosted/common/testing/arbitrary/plain-words";
import { expect } from "chai";
import fc from "fast-check";
import { databaseRows, describeDatabase } from "../../aws/database";
import { findEvents } from "../../aws/events";
import { describeLoadBalancer, loadBalancerRow } from "../../aws/load-balancers";
import { describeService, serviceRow } from "../../aws/services";
import { backupRows } from "../../overview";
import type { States } from "../../pulumi/stacks";
import type { StatusRow } from "../../report";
import { checkInstallation } from "../../verify";
import { deployed, healthyAnswers } from "../support/deployed";
import { arbitraryOddities, type Oddity, withOddity } from "../support/odd-answers";

const environment = { name: "prod", isSandbox: true } as Parameters<typeof checkInstallation>[0];
const { application, infrastructure } = deployed;

/** The same cases in every run. RUNS=20 SEED=2 tries more and others. */
const times = { numRuns: 300 * Number(process.env["RUNS"] ?? 1), seed: Number(process.env["SEED"] ?? 1) };

/** The operations that were called. */
const called = new Set<string>();

/** Does something in an account whose answers have these oddities. */
async function inAccount<T>(oddities: [string, Oddity][], act: () => Promise<T>): Promise<T> {
  const answers = new Map(Object.entries(healthyAnswers));
  for (const [operation, oddity] of oddities) {
    answers.set(operation, withOddity(answers.get(operation) ?? {}, oddity));
  }
  answerCalls((service, operation) => {
    called.add(`${service}:${operation}`);
    return Promise.resolve(answers.get(`${service}:${operation}`) ?? {});
  });
  try {
    return await act();
  } finally {
    answerCalls(undefined);
  }
}

/** What a person could do nothing with in a text. */
const unclear = (name: string, reason: string, fix?: string): string[] =>
  unclearIn({ key: name, reason, fix }, { keys: [name], texts: [], secrets: [] }).filter(
    // Lists may be as long as AWS's.
    (each) => !each.startsWith("the reason is too long"),
  );

/** What `make status` and `make events` show. */
async function shown(): Promise<StatusRow[]> {
  const { ecs, elb, rds } = awsClients({ region: "eu-central-1" });
  const service = { name: "api" as const, serviceName: application.api.serviceName };
  const sources = { cluster: application.clusterName, services: [service], database: "database" };
  const { events, unread } = await findEvents({ ecs, rds }, sources, new Date(0));
  expect(unread).to.deep.equal([]);
  return [
    serviceRow("api", await describeService(ecs, application.clusterName, application.api.serviceName)),
    loadBalancerRow("api load balancer", await describeLoadBalancer(elb, application.api)),
    ...databaseRows(await describeDatabase(rds, "database")),
    ...(await backupRows(infrastructure)),
    ...events.map(({ at, what, message }) => ({ what, where: at.toISOString(), version: "", state: message })),
  ];
}

const stateOf = (outputs: object) => ({ outputs: { ...outputs }, resources: [], operations: [] });
const states: States = {
  infrastructure: stateOf(deployed.infrastructure),
  application: stateOf(deployed.application),
  dns: stateOf(deployed.dns),
};

describe("whatever AWS answers", function () {
  this.timeout(120_000);
  const oddities = arbitraryOddities(Object.keys(healthyAnswers));

  it("verify says in plain words what it found, and what to do about what isn't well", async () => {
    await fc.assert(
      fc.asyncProperty(oddities, async (odd) => {
        const results = await inAccount(odd, () => checkInstallation(environment, states));
        expect(results.length).to.be.above(20);
        expect(results.flatMap(({ name, detail, fix }) => unclear(name, detail, fix))).to.deep.equal([]);
        const bare = results.filter(({ verdict, fix }) => ["warn", "fail"].includes(verdict) && !fix);
        expect(bare.map(({ name }) => name)).to.deep.equal([]);
      }),
      times,
    );
  });

  it("status and events show rows in plain words", async () => {
    await fc.assert(
      fc.asyncProperty(oddities, async (odd) => {
        const rows = await inAccount(odd, shown);
        const texts = rows.flatMap(({ what, where, version, state }) => [what, where, version, state]);
        expect(texts.filter((text) => /\b(undefined|NaN|null)\b|\[object /.test(text))).to.deep.equal([]);
      }),
      times,
    );
  });

  it("is tried on all that they ask", async () => {
    await inAccount([], async () => {
      await checkInstallation(environment, states);
      await shown();
    });
    expect([...called].filter((operation) => healthyAnswers[operation] === undefined)).to.deep.equal([]);
    expect(Object.keys(healthyAnswers).filter((operation) => !called.has(operation))).to.deep.equal([]);
  });
});
