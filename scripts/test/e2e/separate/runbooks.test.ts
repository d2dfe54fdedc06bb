import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ApplicationAutoScaling } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { ECR } from "@aws-sdk/client-ecr";
import { ECS } from "@aws-sdk/client-ecs";
import { KMS } from "@aws-sdk/client-kms";
import { RDS } from "@aws-sdk/client-rds";
import { S3 } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { StatusRow } from "../../../report";
import { failingTasks, logLines, rolledBack } from "../../../sandbox/test/faults";
import { rewriteJson } from "../../../sandbox/test/proxy";
import { importCertificate, licence } from "../credentials";
import { type Customer, customerFor } from "../customer";
import { afterwards } from "../proxied";
import { Reader } from "../reader";
import { notTyped } from "../runbooks-not-typed";

const [older, newer] = ["20251103-204-signed", "20260105-317-signed"];
const cluster = "pulumi-prod-cluster";
const api = "pulumi-prod-api";

describe("the runbooks, typed", function () {
  this.timeout(300_000);
  this.bail(true);
  let customer: Customer;
  let reader: Reader;
  const folder = (file: string): string => join(customer.scratch.folder, file);

  async function runs(): Promise<Record<string, string>> {
    const region = `export AWS_REGION=${customer.account.account.region}`;
    const rows = JSON.parse(await customer.must(region, "make --silent status ENV=prod JSON=1")) as StatusRow[];
    return Object.fromEntries(rows.map(({ what, version }) => [what.trim(), version]));
  }

  /** What a service may scale to, and what its tasks are. */
  async function inForce(service: string) {
    const ResourceIds = [`service/${cluster}/${service}`];
    const scaling = new ApplicationAutoScaling(customer.aws);
    const { ScalableTargets } = await scaling.describeScalableTargets({ ServiceNamespace: "ecs", ResourceIds });
    const ecs = new ECS(customer.aws);
    const { services } = await ecs.describeServices({ cluster, services: [service] });
    const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: services?.[0]?.taskDefinition });
    const [target] = ScalableTargets ?? [];
    const image = taskDefinition?.containerDefinitions?.[0]?.image;
    return { least: target?.MinCapacity, most: target?.MaxCapacity, cpu: taskDefinition?.cpu, image };
  }

  before(async function () {
    customer = await customerFor(this);
    const { zone, licenseKey } = customer.account.account;
    reader = await Reader.of(customer);
    reader.owns("--desired-value 64", "--desired-value 100000");
    writeFileSync(folder("licence.txt"), licenseKey);
    const answers = `domain: ${zone.name}\nlicenseKeyFile: licence.txt\nopenToInternet: true\nimageTag: ${older}\n`;
    writeFileSync(folder("prod.yaml"), answers);
    await reader.types("install", "The place for Pulumi's state");
    await reader.enters(
      "pulumi login 's3://pulumi-state-111122223333-eu-central-1?region=eu-central-1'",
      "make init ENV=prod ANSWERS=prod.yaml",
    );
    await reader.types("install", "Deploy");
  });

  afterEach(() => customer?.proxy.clear());
  after(() => customer?.remove());

  describe("of services", () => {
    it("start one that somebody stopped, as verify says", async () => {
      await new ECS(customer.aws).updateService({ cluster, service: "pulumi-prod-console", desiredCount: 0 });
      const output = await reader.isRefused("services", "A service is down or fails", 0);
      expect(output).to.include("0 of 0 running").and.include("--service pulumi-prod-console --desired-count 2");
      for (const number of [1, 2, 3, 0]) {
        await reader.types("services", "A service is down or fails", number);
      }
    });

    it("see a deployment that ECS rolled back through, and give tasks more memory on the way", async () => {
      const { image } = await inForce(api);
      customer.proxy.inject(...rolledBack(api, image), logLines("panic: out of memory"));
      expect(await reader.isRefused("scale", "A service has too little capacity", 2)).to.include(
        "panic: out of memory",
      );
      await reader.types("services", "A deployment was rolled back", 0);
      customer.proxy.clear();
      await reader.types("services", "A deployment was rolled back", 1);
      expect(await inForce(api)).to.include({ cpu: "4096" });
    });

    it("go on after a kill, and let more tasks run", async () => {
      await reader.types("scale", "A service has too little capacity", 0);
      let group = 0;
      customer.proxy.inject(
        afterwards("application-autoscaling", "RegisterScalableTarget", () => process.kill(-group, "SIGKILL")),
      );
      await reader.tries(reader.block("scale", "A service has too little capacity", 1), (pid) => (group = pid));
      customer.proxy.clear();
      expect(await reader.isRefused("services", "A deployment was rolled back", 1)).to.include("make recover ENV=prod");
      await reader.types("killed", "A command that was killed", 0);
      await reader.types("killed", "A command that was killed", 1);
      expect(await inForce(api)).to.include({ least: 2, most: 12 });
    });
  });

  describe("of the database, quotas and certificate", () => {
    it("change all that they name with one deployment", async () => {
      await reader.types("database", "The database");
      await reader.types("database", "The database failed over", 0);
      await reader.types("database", "Deadlocks");
      await reader.enters(...reader.block("database", "Too many connections").slice(0, 2));
      await reader.enters(...reader.block("database", "A replica lags").slice(0, 1));
      await reader.enters(...reader.block("rotate", "By hand").slice(0, 1));
      reader.owns("00000000-0000-0000-0000-000000000000", await importCertificate(customer));
      await reader.types("certificate", "The certificate expires", 2);
      await reader.enters(...reader.block("certificate", "The certificate expires", 3).slice(0, 1));
      await reader.types("quotas", "A quota is near", 2);
      await reader.types("scale", "The database has too little capacity");

      const { DBInstances } = await new RDS(customer.aws).describeDBInstances({});
      const classes = DBInstances?.map(({ DBInstanceClass, PendingModifiedValues: pending }) => {
        return pending?.DBInstanceClass ?? DBInstanceClass;
      });
      expect(classes).to.deep.equal(Array.from({ length: 3 }, () => "db.r6g.xlarge"));
      expect(await inForce(api)).to.include({ most: 4 });
    });

    it("find a certificate that expired, and quotas that are near", async () => {
      const expired = rewriteJson<{ Certificate: object }>(({ Certificate }) => ({
        Certificate: { ...Certificate, NotAfter: 1_700_000_000 },
      }));
      customer.proxy.inject({ service: "acm", action: "DescribeCertificate", play: expired });
      expect(await reader.isRefused("certificate", "The certificate expires", 0)).to.include("expired on 2023-11-14");
      customer.proxy.clear();
      await reader.types("certificate", "The certificate expires", 1);
      await reader.types("quotas", "A quota is near", 0);
      await reader.types("quotas", "A quota is near", 1);
    });
  });

  describe("of releases", () => {
    it("read why a migration left the database dirty, and upgrade once it is repaired", async () => {
      const [, verifying = "", upgrading = ""] = [0, 1, 2].flatMap((each) =>
        reader.block("upgrade", "Upgrade to a new release", each),
      );
      await reader.enters(verifying);
      customer.proxy.inject(failingTasks(1), logLines("error: Dirty database version 214. Fix and force version."));
      const { code, output } = await reader.tries([upgrading]);
      expect(code, output).not.to.equal(0);
      expect(output).to.include("The database is dirty");
      await reader.types("migration", "A migration failed", 0);
      customer.proxy.clear();
      await reader.types("migration", "The database is dirty", 0);
      expect(await reader.types("migration", "The database is dirty", 1)).to.include(`-before-${newer}`);
      // Its log, from which a rollback knows what it did.
      const logs = new CloudWatchLogs(customer.aws);
      const stream = { logGroupName: "pulumi-prod-migration-logs", logStreamName: "migration/migration/0123456789" };
      customer.proxy.inject(
        afterwards("ecs", "RunTask", async () => {
          await logs.createLogStream(stream);
          const logEvents = [{ timestamp: Date.now(), message: "214/u add_index (12.3ms)" }];
          await logs.putLogEvents({ ...stream, logEvents });
        }),
      );
      await reader.types("migration", "A migration failed", 1);
      expect(await runs()).to.include({ api: newer, console: newer, migration: newer });
    });

    it("roll back where the vendor allows it, since the migration changed the database", async () => {
      await reader.types("rollback", "Go back to the release before", 0);
      const refusal = await reader.isRefused("rollback", "Go back to the release before", 1);
      expect(refusal).to.include("214/u add_index (12.3ms)").and.include(`-before-${newer}`);
      await reader.types("rollback", "It refuses, since the migration changed the database");
      expect(await runs()).to.include({ api: older, console: older, migration: newer });
    });

    it("run the same migration again", async () => {
      const migrations = async (): Promise<number> => {
        const logs = new CloudWatchLogs(customer.aws);
        const { logStreams = [] } = await logs.describeLogStreams({ logGroupName: "pulumi-prod-migration-logs" });
        return logStreams.length;
      };
      const before = await migrations();
      await reader.types("migration", "The release is older");
      await reader.types("migration", "Run the same migration again");
      expect(await migrations()).to.equal(before + 1);
    });
  });

  describe("of keys, secrets and buckets", () => {
    it("cancel the deletion of a key", async () => {
      const [, KeyId] = customer.account.account.serviceKeyArn.split("/");
      await new KMS(customer.aws).scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
      expect(await reader.isRefused("keys", "A key is disabled or will be deleted", 0)).to.include("PendingDeletion");
      await reader.types("keys", "A key is disabled or will be deleted", 1);
      await reader.types("keys", "A key is disabled or will be deleted", 0);
    });

    it("rotate the database's password and the licence", async () => {
      writeFileSync(folder("licence.txt"), licence("second"));
      await reader.types("keys", "A secret was not rotated", 0);
      await reader.types("rotate", "Rotate a secret", 1);
      const settings = readFileSync(folder("infrastructure/Pulumi.prod.yaml"), "utf8");
      expect(settings).to.match(/databasePasswordVersion: "?3/);
    });

    it("put the protection of a bucket back", async () => {
      const { accountId, region } = customer.account.account;
      const Bucket = `pulumi-checkpoint-prod-${accountId}-${region}`;
      await new S3(customer.aws).deletePublicAccessBlock({ Bucket });
      const [looking] = reader.block("buckets", "Requests to a bucket fail", 0);
      expect(await reader.isRefused("buckets", "Requests to a bucket fail", 0)).to.include("public access NOT blocked");
      await reader.types("buckets", "Requests to a bucket fail", 1);
      await reader.types("buckets", "Requests to a bucket fail", 2);
      await reader.enters(looking ?? "");
    });
  });

  describe("of the rest", () => {
    it("back up, look, and call somebody", async () => {
      const output = await reader.types("backup", "Back up now");
      expect(output).to.match(/make restore ENV=new FROM=pulumi-prod-backup-\d+/);
      await reader.types("backup", "A backup failed", 1);
      await reader.types("quotas", "A quota is near", 3);
      writeFileSync(folder("pager.txt"), "https://pager.example.com/pulumi");
      await reader.types("README", "Who is called");
      await reader.types("README", "Support");
      await reader.types("install", "Settings");
    });

    it("remove the installation, and all that was made for it", async () => {
      await reader.enters(...reader.block("destroy", "Remove an installation", 0).slice(1));
      expect(await reader.isRefused("destroy", "Remove an installation", 2)).to.include("lost: database pulumi-prod-");
      for (const number of [3, 4, 5]) {
        await reader.types("destroy", "Remove an installation", number);
      }
      const { Buckets = [] } = await new S3(customer.aws).listBuckets({});
      expect(Buckets.map(({ Name }) => Name)).to.deep.equal([]);
      const { repositories } = await new ECR(customer.aws).describeRepositories({});
      expect(repositories).to.deep.equal([]);
    });

    it("have nothing left that nobody typed, but for what has a reason", () => {
      const left = reader.left();
      const hasReason = (command: string): boolean => Object.keys(notTyped).some((each) => command.startsWith(each));
      expect(left.filter((command) => !hasReason(command))).to.deep.equal([]);
      const needless = Object.keys(notTyped).filter((each) => !left.some((command) => command.startsWith(each)));
      expect(needless).to.deep.equal([]);
    });
  });
});
