import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { carryOut, configure } from "../../adoption/carry-out";
import { setting } from "../../adoption/part";
import { replaceState } from "../../adoption/state";
import { refuseDeployed } from "../../adoption/unfinished";
import { scriptedPulumi } from "../support/scripted-account";

describe("Taking over", () => {
  it("gives the password by standard input, never on a command line", async () => {
    const folder = mkdtempSync(join(tmpdir(), "adopted-"));
    const restore = scriptedPulumi(
      `echo "$(basename "$PWD"): $*" >> ${folder}/calls; case "$*" in *--secret*) cat > ${folder}/input;; esac`,
    );
    await configure("prod", [
      setting("databasePassword", "as-it-is-7Q", ""),
      setting("databasePort", "3307", ""),
      setting('resourceOverrides["database-cluster"].clusterIdentifier', "theirs", "", { isPath: true }),
      setting("engineEventsSchemaV2", "false", "", { layer: "application" }),
    ]);
    const calls = readFileSync(join(folder, "calls"), "utf8").trim().split("\n");
    const input = readFileSync(join(folder, "input"), "utf8");
    restore();
    rmSync(folder, { recursive: true });
    expect(input).to.equal("as-it-is-7Q");
    expect(calls).to.deep.equal([
      "infrastructure: config set-all --stack prod --plaintext databasePort=3307",
      'infrastructure: config set-all --stack prod --path --plaintext resourceOverrides["database-cluster"].clusterIdentifier=theirs',
      "infrastructure: config set --secret databasePassword --stack prod",
      "application: config set-all --stack prod --plaintext engineEventsSchemaV2=false",
    ]);
  });

  const imports = [{ name: "database-cluster", type: "aws:rds/cluster:Cluster", id: "theirs" }];
  const held = (type: string, id?: string) => ({ urn: `urn::${type}`, type, ...(id && { id }) });
  const begun = [
    held("pulumi:pulumi:Stack"),
    held("pulumi:providers:aws", "1a2b"),
    held("aws:rds/cluster:Cluster", "theirs"),
  ];

  const importing = { type: "importing" as const, resource: held("aws:rds/cluster:Cluster") };
  const creating = { type: "creating" as const, resource: held("aws:kms/key:Key") };

  it("begins anew where it was interrupted", () => {
    for (const resources of [[], begun]) {
      expect(() => refuseDeployed("prod", { resources, operations: [importing] }, imports)).not.to.throw();
    }
  });

  it("is refused where anything else is in the state, or being made", () => {
    const others = [...begun, held("aws:kms/key:Key", "k")];
    for (const found of [
      { resources: others, operations: [] },
      { resources: begun, operations: [creating] },
    ]) {
      expect(() => refuseDeployed("prod", found, imports)).to.throw("it holds 1 resources of its own");
    }
  });

  /** Has the state hold these when it is exported; gives what went to `pulumi` beside. */
  async function withState(deployment: object | null, work: () => Promise<unknown>): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), "adopted-"));
    writeFileSync(join(folder, "state"), JSON.stringify({ version: 3, deployment }));
    writeFileSync(join(folder, "calls"), "");
    const restore = scriptedPulumi(
      `case "$*" in "stack export"*) cat ${folder}/state;; *) { echo "$*"; cat; } >> ${folder}/calls;; esac`,
    );
    try {
      const outcome = await work().then(() => "", String);
      return outcome + readFileSync(join(folder, "calls"), "utf8");
    } finally {
      restore();
      rmSync(folder, { recursive: true });
    }
  }

  const deployed = { resources: [...begun, held("aws:kms/key:Key", "k")] };

  it("leaves a state that was deployed while the question waited", async () => {
    const environment = { name: "prod", stack: "prod" } as Parameters<typeof carryOut>[0];
    const part = { problems: [], settings: [setting("databasePort", "3307", "")], imports, changes: [] };
    const outcome = await withState(deployed, () => carryOut(environment, "pulumi", part));
    expect(outcome)
      .to.match(/^Error: infrastructure of prod is deployed/)
      .and.not.match(/stack import|config/);
  });

  it("leaves a state that was deployed after it began, also where it undoes what it did", async () => {
    for (const resources of [[], begun]) {
      const outcome = await withState(deployed, () => replaceState("prod", { version: 3 }, resources, imports));
      expect(outcome)
        .to.match(/^Error: infrastructure of prod is deployed/)
        .and.not.include("stack import");
    }
  });

  it("writes a state only where it is to be another one", async () => {
    const replace = (resources: typeof begun) => () => replaceState("prod", { version: 3 }, resources, imports);
    expect(await withState({ resources: begun }, replace(begun))).to.equal("");
    expect(await withState(null, replace([]))).to.equal("");
    expect(await withState({ resources: begun }, replace([]))).to.match(/^stack import --stack prod.*\n\{"version":3/);
    const killed = { resources: begun, pending_operations: [importing] };
    expect(await withState(killed, replace(begun))).to.match(/^stack import/);
  });
});
