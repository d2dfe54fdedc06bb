import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ECS } from "@aws-sdk/client-ecs";
import { RDS } from "@aws-sdk/client-rds";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import type { Layer, SecretReference } from "@selfhosted/common";
import { expect } from "chai";
import { type Outcome, run, type Scratch, scratchCheckout } from "../../../bench/scratch";
import { rolledBack } from "../../../sandbox/test/faults";
import { deny, rewrite } from "../../../sandbox/test/proxy";
import { configure } from "../configuration";
import { licence } from "../credentials";
import { send } from "../kill";
import { plainPulumi } from "../plain-pulumi";
import { afterwards, interpose, type Interposed } from "../proxied";
import { recordCalls } from "../rotation-calls";
import { access, outputsOf } from "../sandbox";
import { operationsOf } from "../state";

describe("make rotate", function () {
  this.timeout(600_000);
  this.bail(true);
  let scratch: Scratch;
  let account: Interposed;
  let ecs: ECS;
  let rds: RDS;
  let secrets: SecretsManager;

  before(async () => {
    scratch = scratchCheckout();
    const { code, output } = await scratch.make("deploy", "ENV=local");
    expect(code, output).to.equal(0);
    const aws = access(scratch);
    [ecs, rds, secrets] = [new ECS(aws), new RDS(aws), new SecretsManager(aws)];
    account = await interpose(scratch);
  });

  after(async () => {
    await account?.remove();
    await scratch?.remove();
  });

  const rotate = (...args: string[]): Promise<Outcome> => scratch.make("rotate", "ENV=local", ...args);
  async function must(...args: string[]): Promise<string> {
    const { code, output } = await rotate(...args);
    expect(code, output).to.equal(0);
    return output;
  }
  async function refused(...args: string[]): Promise<string> {
    const { code, output } = await rotate(...args);
    expect(code, output).not.to.equal(0);
    return output;
  }

  /** Where a service's tasks get a variable: secret, key and version. */
  async function pinned(name: "api" | "console", variable: string): Promise<SecretReference & { key: string }> {
    const { application } = outputsOf(scratch);
    const { services } = await ecs.describeServices({
      ...{ cluster: application.clusterName, services: [application[name].serviceName] },
    });
    const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: services?.[0]?.taskDefinition });
    const all = taskDefinition?.containerDefinitions?.flatMap((container) => container.secrets ?? []) ?? [];
    const parts = all.find((each) => each.name === variable)?.valueFrom?.split(":") ?? [];
    return { arn: parts.slice(0, 7).join(":"), key: parts[7] ?? "", versionId: parts[9] ?? "" };
  }
  async function valueOf({ arn, key, versionId }: SecretReference & { key: string }): Promise<string | undefined> {
    const { SecretString = "{}" } = await secrets.getSecretValue({ SecretId: arn, VersionId: versionId });
    return (JSON.parse(SecretString) as Record<string, string>)[key];
  }
  async function stagesOf({ arn, versionId }: SecretReference): Promise<string[] | undefined> {
    return (await secrets.describeSecret({ SecretId: arn })).VersionIdsToStages?.[versionId];
  }
  const password = () => pinned("api", "PULUMI_DATABASE_USER_PASSWORD");

  async function endpointIsOn(): Promise<boolean | undefined> {
    const { clusterIdentifier } = outputsOf(scratch).infrastructure.database;
    const { DBClusters } = await rds.describeDBClusters({ DBClusterIdentifier: clusterIdentifier });
    return DBClusters?.[0]?.HttpEndpointEnabled;
  }

  async function setting(key: string): Promise<string> {
    const { stdout } = await plainPulumi(scratch, "infrastructure", ["config", "get", key, "--stack", "local"]);
    return stdout.trim();
  }

  describe("of the database's password", () => {
    it("keeps the former one before it is changed, until the services have rolled, with the HTTP endpoint off meanwhile", async () => {
      const before = await password();
      const formerValue = await valueOf(before);
      const calls = recordCalls(account);
      const output = await must("WHAT=database");
      account.clear();
      const { serviceName } = outputsOf(scratch).application.api;
      expect(calls).to.deep.equal([
        ...["EnableHttpEndpoint", "keep", "DisableHttpEndpoint", "ModifyDBCluster", "PutSecretValue"],
        ...["EnableHttpEndpoint", "DisableHttpEndpoint", `roll ${serviceName}`],
        ...["EnableHttpEndpoint", "discard", "DisableHttpEndpoint", "retire"],
      ]);
      const after = await password();
      const value = await valueOf(after);
      expect(value).not.to.equal(formerValue);
      expect(await stagesOf(after)).to.deep.equal(["AWSCURRENT"]);
      expect(await stagesOf(before)).to.satisfy((stages?: string[]) => !stages?.length);
      expect(await endpointIsOn()).to.equal(false);
      expect(await setting("databasePasswordVersion")).to.equal("2");
      expect(output).not.to.include(value).and.not.include(formerValue);
    });

    it("leaves nothing that a deployment would change", async () => {
      expect(await operationsOf(scratch, () => scratch.make("deploy", "ENV=local"))).to.deep.equal([]);
    });

    it("is refused while anything else waits in either layer, or the checkout is a former one", async () => {
      const waiting: [Layer, string, unknown, string][] = [
        ["infrastructure", "databaseBackupRetentionDays", 9, "Other changes wait in infrastructure/, so nothing was"],
        ["application", "consoleMinTasks", 3, "Other changes wait in application/, so nothing was changed"],
        ["infrastructure", "databasePasswordVersion", 1, "Pull first what was committed since"],
      ];
      const done = await operationsOf(scratch, async () => {
        for (const [layer, key, value, reason] of waiting) {
          configure(scratch, layer, { [key]: value });
          expect(await refused("WHAT=database")).to.include(reason);
          configure(scratch, layer, { [key]: key === "databasePasswordVersion" ? 2 : undefined });
        }
      });
      expect(done).to.deep.equal([]);
    });

    const moments: Record<string, [service: string, action: string]> = {
      "the password was changed": ["rds", "ModifyDBCluster"],
      "a service was rolled": ["ecs", "UpdateService"],
    };
    for (const [moment, call] of Object.entries(moments)) {
      it(`goes on after it was killed when ${moment}: tasks may have the password that is kept, which it keeps`, async () => {
        const before = await password();
        let group = 0;
        account.inject(afterwards(...call, () => send("SIGKILL", "group", group)));
        const command = ["rotate", "ENV=local", "WHAT=database"];
        const killed = await run(scratch.folder, "make", command, { onStart: (pid) => (group = pid) });
        account.clear();
        expect(killed.code, killed.output).not.to.equal(0);
        expect(await refused("WHAT=database")).to.include("make recover ENV=local");
        const recovered = await scratch.make("recover", "ENV=local", "YES=1");
        expect(recovered.code, recovered.output).to.equal(0);

        const calls = recordCalls(account);
        await must("WHAT=database");
        account.clear();
        expect(calls).to.include("discard").and.not.include("keep");
        const after = await password();
        expect(after.versionId).not.to.equal(before.versionId);
        expect(await stagesOf(after)).to.deep.equal(["AWSCURRENT"]);
        expect(await endpointIsOn()).to.equal(false);
      });
    }

    it("is refused where nothing can be kept, before anything changes, and goes on where the user accepts that", async () => {
      const [version, before] = [await setting("databasePasswordVersion"), await password()];
      const noOffer = rewrite((body) => body.replaceAll(/(<SupportsHttpEndpoint>)true/g, "$1false"));
      account.inject({ service: "rds", action: "DescribeOrderableDBInstanceOptions", play: noOffer });
      expect(await refused("WHAT=database")).to.include("this region has no RDS Data API for db.r6g.large");
      account.clear();
      account.inject({ service: "rds", action: "EnableHttpEndpoint", play: deny() });
      expect(await refused("WHAT=database"))
        .to.include("rds:EnableHttpEndpoint")
        .and.include("make rotate ENV=local WHAT=database ALLOW_WINDOW=1");
      expect([await setting("databasePasswordVersion"), await password()]).to.deep.equal([version, before]);
      await must("WHAT=database", "ALLOW_WINDOW=1");
      account.clear();
      expect((await password()).versionId).not.to.equal(before.versionId);
    });

    it("keeps one that was given too, which leaves the configuration", async () => {
      configure(scratch, "infrastructure", { databasePasswordVersion: undefined });
      const given = ["config", "set", "--secret", "databasePassword", "as-it-is-7Q", "--stack", "local"];
      await plainPulumi(scratch, "infrastructure", given);
      const deployed = await scratch.make("deploy", "ENV=local");
      expect(deployed.code, deployed.output).to.equal(0);
      expect(await valueOf(await password())).to.equal("as-it-is-7Q");
      const calls = recordCalls(account);
      await must("WHAT=database");
      account.clear();
      expect(calls.indexOf("keep")).to.be.within(0, calls.indexOf("ModifyDBCluster"));
      expect(calls).to.include("discard");
      expect(await setting("databasePassword")).to.equal("");
      expect(await valueOf(await password())).to.have.length(32);
    });
  });

  describe("of the licence", () => {
    function file(text: string): string {
      writeFileSync(join(scratch.folder, "licence.txt"), `${text}\n`);
      return "VALUE_FILE=licence.txt";
    }
    const current = () => pinned("api", "PULUMI_LICENSE_KEY");

    it("is refused where the value isn't a licence, before anything changes", async () => {
      const before = await current();
      const done = await operationsOf(scratch, async () => {
        const output = await refused("WHAT=licence", file("no licence"));
        expect(output).to.include("is no JSON web token").and.include("Nothing was changed");
        expect(output).not.to.include("no licence");
      });
      expect(done).to.deep.equal([]);
      expect(await current()).to.deep.equal(before);
    });

    it("is refused while anything else waits in its layer", async () => {
      configure(scratch, "application", { consoleMinTasks: 3 });
      expect(await refused("WHAT=licence", file(licence("other")))).to.include("Other changes wait in application/");
      configure(scratch, "application", { consoleMinTasks: undefined });
    });

    it("gives the API the new one, retires the former version, and prints neither", async () => {
      const before = await current();
      const output = await must("WHAT=licence", file(licence("second")));
      const after = await current();
      expect(await valueOf(after)).to.equal(licence("second"));
      expect(await stagesOf(after)).to.deep.equal(["AWSCURRENT"]);
      expect(await stagesOf(before)).to.satisfy((stages?: string[]) => !stages?.length);
      expect(output).not.to.include(licence("second"));
    });

    it("leaves the services and the configuration with the former one where the API doesn't start with the new one", async () => {
      const before = await current();
      account.inject(...rolledBack(outputsOf(scratch).application.api.serviceName));
      const output = await refused("WHAT=licence", file(licence("third")));
      account.clear();
      expect(output).to.include("the configuration names the former value again");
      expect(output).not.to.include(licence("third"));
      expect(await valueOf(await current())).to.equal(await valueOf(before));
      const { code, output: deployed } = await scratch.make("deploy", "ENV=local");
      expect(code, deployed).to.equal(0);
      expect(await valueOf(await current())).to.equal(licence("second"));
    });
  });
});
