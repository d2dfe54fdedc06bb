import { expect } from "chai";
import { recorded } from "../../controls/recorded";
import type { Resource } from "../../controls/resources";
import { type Cost, costOf, isKnown, regionOf, type Row, sum } from "../../cost/cost";
import { databaseClass, type Price, prices, searchType } from "../../cost/prices";
import { describe as table, notes } from "../../cost/show";
import { resources as made } from "../../docs/permissions/actions";
import { options } from "../controls/options";

const row = ({ rows }: Cost, what: string): Row | undefined => rows.find((each) => each.what === what);

describe("The cost of an installation", function () {
  this.timeout(60_000);
  let byDefault: Resource[];
  before(async () => {
    byDefault = await recorded();
  });

  it("counts what runs: tasks at their minimum, both load balancers, an address in each zone, the database", () => {
    const cost = costOf(byDefault, "us-east-1");
    const counted = cost.rows.filter(({ isAssumed }) => !isAssumed).map(({ what, count, unit }) => [what, count, unit]);
    expect(counted).to.deep.include.members([
      // Two tasks of the API with 1 vCPU and 2 GB, two of the console with 0.25 and 0.5.
      ["tasks: CPU", 2.5, "vCPU"],
      ["tasks: memory", 5, "GB of memory"],
      ["load balancers", 2, "load balancer"],
      ["addresses of the load balancers", 6, "public IPv4 address"],
      ["database instances", 2, "db.r6g.large"],
      ["keys", 1, "KMS key"],
      ["secrets", 2, "secret"],
      ["alarms made of others", 3, "alarm made of others"],
      ["metrics of logs", 2, "custom metric"],
    ]);
    // 2.5 × 0.04048 and 2 × 0.26, for 730 hours.
    expect(row(cost, "tasks: CPU")?.usdPerMonth).to.be.closeTo(73.876, 0.001);
    expect(row(cost, "database instances")?.usdPerMonth).to.be.closeTo(379.6, 0.001);
    // Three of 0.50, two of 0.30.
    expect(row(cost, "alarms made of others")?.usdPerMonth).to.be.closeTo(1.5, 0.001);
    expect(row(cost, "metrics of logs")?.usdPerMonth).to.be.closeTo(0.6, 0.001);
    expect(cost.usdPerMonth).to.be.closeTo(sum(cost.rows), 0.001);
    expect(cost.unknown).to.deep.equal([]);
  });

  it("knows every type of resource that the layers can make", () => {
    // `aws.lb.LoadBalancer` is written `lb.LoadBalancer` there, and a type has its class's name once more, with a small letter.
    const types = Object.keys(made).map((kind) => {
      const [module = "", name = ""] = kind.split(".");
      return `aws:${module}/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`;
    });
    expect(types).to.include.members(
      [...new Set(byDefault.map(({ type }) => type))].filter((type) => /^aws:/.test(type)),
    );
    expect(types.filter((type) => !isKnown(type))).to.deep.equal([]);
    expect(isKnown("aws:sqs/queue:Queue")).to.equal(false);
  });

  it("counts what settings add", async () => {
    const dns = { config: { ...options.dns.config, healthChecks: true } };
    const cost = costOf(await recorded({ ...options, dns }), "us-east-1");
    expect(row(cost, "health checks: HTTPS")).to.include({ count: 2 });
    // Six interface endpoints in three zones; the one of S3 is free.
    expect(row(cost, "endpoints")).to.include({ count: 18, unit: "endpoint in a zone" });
    expect(row(cost, "search: data nodes")).to.include({ count: 3, unit: "t3.medium.search" });
    expect(row(cost, "search: master nodes")).to.include({ count: 3, unit: "m6g.large.search" });
    expect(row(cost, "search: disks")).to.include({ count: 60 });
    expect(row(cost, "buckets: copies in the other region")).to.include({ isAssumed: true });
    // 2 million copies a month at 5 USD for a million, 20 GB to the other region at 0.02.
    expect(row(cost, "buckets: writes of copies")?.usdPerMonth).to.be.closeTo(10, 0.001);
    expect(row(cost, "buckets: traffic to the other region")?.usdPerMonth).to.be.closeTo(0.4, 0.001);
    // A million change records kept all month, at 0.012 for each hour.
    expect(row(cost, "database: backtrack")?.usdPerMonth).to.be.closeTo(0.012 * 730, 0.001);
    const notCounted = cost.notCounted.join();
    for (const thing of ["AWS Backup", "prices of the other region", "yearly rotation"]) {
      expect(notCounted).to.contain(thing);
    }
  });

  it("says that it doesn't count what a vault keeps, also where nothing is put into it any more", () => {
    const vault = { type: "aws:backup/vault:Vault", name: "vault", inputs: {} };
    expect(costOf([vault], "us-east-1").notCounted.join()).to.contain("AWS Backup");
  });

  it("has ACUs, I/O-optimized storage and ARM at their own prices", async () => {
    const cost = costOf(
      await recorded({
        infrastructure: { config: { databaseServerless: true, databaseStorageType: "aurora-iopt1" } },
        application: { config: { cpuArchitecture: "ARM64" } },
      }),
      "us-east-1",
    );
    // Twice the minimum of 2 ACUs, at 0.12 and 30 percent.
    const acus = row(cost, "database instances, at their minimum");
    expect(acus?.usdPerMonth).to.be.closeTo(2 * 2 * 0.12 * 1.3 * 730, 0.001);
    expect(row(cost, "database: storage")?.unit).to.equal("GB, I/O-optimized");
    expect(row(cost, "database: I/O")).to.equal(undefined);
    expect(row(cost, "tasks: CPU")?.unit).to.equal("ARM vCPU");
  });

  it("has no public addresses, and nothing to the internet, where the load balancers are internal", async () => {
    const cost = costOf(
      await recorded({ application: { config: { internal: true, openToInternet: undefined } } }),
      "us-east-1",
    );
    expect(row(cost, "load balancers")).to.include({ count: 2 });
    expect(row(cost, "addresses of the load balancers")).to.equal(undefined);
    expect(row(cost, "answers to the internet")).to.equal(undefined);
  });

  it("takes the region's own prices, and says so where it has none", () => {
    const cost = costOf(byDefault, regionOf(byDefault));
    expect(cost.region).to.equal("eu-central-1");
    expect(row(cost, "tasks: CPU")).to.include({ usd: 0.04656, region: "eu-central-1" });
    expect(row(cost, "load balancers")).to.include({ usd: 0.0225, region: "us-east-1" });
    expect(notes([cost], Infinity)).to.contain("* the price of us-east-1: none was found for eu-central-1.");
    expect(table("prod", cost, Infinity)).to.match(/^load balancers .* 0\.0225 an hour \*/m);
    expect(table("prod", cost, Infinity)).not.to.match(/^tasks: CPU .*\*/m);
  });

  it("counts no instance that it has no price of, and names it", () => {
    const other = { instanceClass: "db.x2g.large" };
    const resources = byDefault.map((each) => ({ ...each, inputs: { ...each.inputs, ...other } }));
    const cost = costOf(resources, "us-east-1");
    expect(row(cost, "database instances")).to.equal(undefined);
    expect(cost.notCounted).to.include("database instances of the type db.x2g.large: no price was found");
  });

  it("says of a type that it doesn't know that it may be missing", () => {
    const cost = costOf([{ type: "aws:sqs/queue:Queue", name: "one", inputs: {} }], "us-east-1");
    expect(table("prod", cost, Infinity)).to.contain(
      "Not known to this command, so perhaps missing: aws:sqs/queue:Queue",
    );
  });
});

describe("A price", () => {
  it("is positive, and dated, with where it was read and where AWS has it", () => {
    for (const { unit, page, quotes } of Object.values(prices)) {
      expect(page, unit).to.match(/^https:\/\/aws\.amazon\.com\/[a-z0-9/-]+\/pricing\/$/);
      for (const { usd, date, source } of Object.values(quotes)) {
        expect(usd, unit).to.be.greaterThan(0);
        expect(date, unit).to.match(/^202\d-\d\d-\d\d$/);
        if (source.url !== undefined) expect(source.url, unit).to.match(/^https:\/\/\S+$/);
      }
    }
  });

  it("can be looked up, but for those of eu-central-1 that the page of facts names", () => {
    const lost = Object.values<Price>(prices).flatMap(({ unit, quotes }) =>
      Object.entries(quotes).flatMap(([region, { source }]) =>
        source.url === undefined ? [`${unit} in ${region}`] : [],
      ),
    );
    expect(lost).to.deep.equal([
      "vCPU in eu-central-1",
      "GB of memory in eu-central-1",
      "GB of logs, written in eu-central-1",
      "endpoint in a zone in eu-central-1",
      "GB through endpoints in eu-central-1",
    ]);
  });

  it("is there for the classes and types of every size, and not for others", () => {
    for (const name of ["db.r6g.large", "db.r6g.xlarge", "db.r6g.4xlarge"]) {
      expect(databaseClass(name), name).not.to.equal(undefined);
    }
    for (const name of ["t3.medium.search", "m6g.large.search", "r6g.large.search"]) {
      expect(searchType(name), name).not.to.equal(undefined);
    }
    expect(databaseClass("db.r6g.tiny")).to.equal(undefined);
  });
});
