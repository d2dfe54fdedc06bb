import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { StateResource } from "../../pulumi/stacks";
import { carryOut, importFile } from "../../recovery/carry-out";
import type { Interrupted } from "../../recovery/interrupted";
import type { Plan } from "../../recovery/plan";
import { scriptedPulumi } from "../support/scripted-account";

const urn = (type: string, name: string): string => `urn:pulumi:prod::selfhosted-application::${type}::${name}`;
const root: StateResource = { urn: urn("pulumi:pulumi:Stack", "s"), type: "pulumi:pulumi:Stack" };
const definition: StateResource = {
  urn: urn("selfhosted:application:Task$aws:ecs/taskDefinition:TaskDefinition", "pulumi-prod-api-definition"),
  type: "aws:ecs/taskDefinition:TaskDefinition",
  parent: urn("selfhosted:application:Task", "pulumi-prod-api"),
  provider: `${urn("pulumi:providers:aws", "pulumi-prod")}::0a1b`,
};
const topLevel: StateResource = {
  ...definition,
  urn: urn("aws:iam/role:Role", "a/b"),
  type: "aws:iam/role:Role",
  parent: root.urn,
};

describe("what make recover does", () => {
  let folder: string;
  let restore: () => void;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "recover-test-"));
    restore = scriptedPulumi(`echo "$@" >> ${folder}/calls`);
  });

  afterEach(() => {
    restore();
    rmSync(folder, { recursive: true });
  });

  /** The `pulumi` commands that it runs, without what makes them ask nobody. */
  async function commands(plan: Plan, changed: Partial<Interrupted> = {}): Promise<string[]> {
    const found: Interrupted = {
      layer: "application",
      locks: { locks: [] },
      torn: [],
      operations: [
        ...plan.creations.map(({ resource }) => ({ type: "creating" as const, resource })),
        ...plan.refreshed.map((each) => ({ type: "updating" as const, resource: { ...topLevel, urn: each } })),
      ],
      resources: [root],
    };
    await carryOut({ ...found, ...changed }, "prod", plan);
    const calls = readFileSync(join(folder, "calls"), "utf8").trim().split("\n");
    return calls.map((call) =>
      call.replace(/ --(yes|skip-preview|non-interactive)\b/g, "").replace(/\/\S+\.json/, "FILE"),
    );
  }

  it("lifts the lock, imports, and only then forgets what is pending", async () => {
    const lock = { pid: 1, username: "ci", hostname: "build-7", timestamp: "" };
    const creations: Plan["creations"] = [{ resource: definition, is: "made", id: "arn:2", copies: [] }];
    expect(await commands({ creations, refreshed: [] }, { locks: { locks: [lock] } })).to.deep.equal([
      "cancel --stack prod",
      "import --file FILE --stack prod --protect=false --generate-code=false",
      `refresh --clear-pending-creates --target ${root.urn} --stack prod`,
    ]);
  });

  it("sets what was being replaced aside, under a name that the program doesn't have", async () => {
    const creations: Plan["creations"] = [{ resource: definition, is: "made", id: "arn:2", copies: [] }];
    const resources = [root, { ...definition, id: "arn:1" }];
    const [rename] = await commands({ creations, refreshed: [] }, { resources });
    expect(rename).to.match(
      /^state rename \S+::pulumi-prod-api-definition pulumi-prod-api-definition-replaced-\w+ --stack prod$/,
    );
  });

  it("reads what was being changed again, and nothing else", async () => {
    expect(await commands({ creations: [], refreshed: [definition.urn] })).to.deep.equal([
      `refresh --clear-pending-creates --target ${definition.urn} --stack prod`,
    ]);
  });

  it("names parents and providers in the import, whatever characters a name has", () => {
    const made = [
      { resource: definition, id: "arn:2" },
      { resource: topLevel, id: "a" },
    ];
    expect(importFile(made)).to.deep.equal({
      nameTable: { urn0: urn("pulumi:providers:aws", "pulumi-prod"), urn1: definition.parent },
      resources: [
        { type: definition.type, id: "arn:2", name: "pulumi-prod-api-definition", provider: "urn0", parent: "urn1" },
        { type: topLevel.type, id: "a", name: "a/b", provider: "urn0" },
      ],
    });
  });
});
