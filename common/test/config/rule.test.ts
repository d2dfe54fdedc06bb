import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  allOrNone,
  applyRules,
  type ConfigProblem,
  exactlyOne,
  isOn,
  notWith,
  onlyWith,
  partlyKnown,
  type Rule,
} from "../../config";
import type { Values } from "../../testing";
import { type Config as AnyConfig, parse, problemsOf } from "./settings";

interface Config {
  enabled: boolean;
  schedule?: string;
  days?: number;
  names: string[];
}
const defaults: Config = { enabled: false, names: [] };

/** What a rule finds where these values were typed, over the defaults. */
function findings(
  rule: Rule<Config>,
  raw: Partial<Config>,
  known: Partial<Config> = { ...defaults, ...raw },
): ConfigProblem[] {
  const texts = { has: (key: string) => key in raw, text: (key: string) => String(raw[key as keyof Config]) };
  return applyRules([rule], partlyKnown<Config>(known), texts);
}

describe("a rule", () => {
  it("onlyWith: what means something only beside another has to stand beside it", () => {
    const rule = onlyWith<Config>(["schedule", "days"], "enabled");
    expect(findings(rule, { enabled: true, schedule: "x" })).to.deep.equal([]);
    expect(findings(rule, {})).to.deep.equal([]);
    expect(findings(rule, { schedule: "x", days: 1 })).to.deep.equal([
      {
        key: "schedule",
        reason: "has no effect without enabled",
        fix: "pulumi config rm schedule, or set enabled too",
      },
      { key: "days", reason: "has no effect without enabled", fix: "pulumi config rm days, or set enabled too" },
    ]);
  });

  it("onlyWith: one of several others is enough, and none of them may be unknown", () => {
    const rule = onlyWith<Config>(["schedule"], "enabled", "names");
    expect(findings(rule, { schedule: "x", names: ["a"] })).to.deep.equal([]);
    expect(findings(rule, { schedule: "x" }).map(({ reason }) => reason)).to.deep.equal([
      "has no effect without enabled or names",
    ]);
    expect(findings(rule, { schedule: "x" }, { enabled: false })).to.deep.equal([]);
  });

  it("takes what is set to false or to nothing for what isn't set", () => {
    const without = onlyWith<Config>(["enabled", "names", "days"], "schedule");
    const off = { enabled: false, names: [] };
    expect(findings(without, off, { ...off, schedule: undefined })).to.deep.equal([]);
    const on = { enabled: true, names: ["a"], days: 0 };
    const keys = findings(without, on, { ...on, schedule: undefined }).map(({ key }) => key);
    expect(keys).to.deep.equal(["enabled", "names", "days"]);
    // Neither is known: both are refused by themselves, and have no effect.
    expect(findings(without, { enabled: true, names: ["a"] }, { schedule: undefined })).to.have.length(2);
    expect(findings(notWith<Config>("names", "days", "says all"), { days: 1, names: [] })).to.deep.equal([]);
    expect(findings(allOrNone<Config>("names", "days"), { names: [] })).to.deep.equal([]);
    expect(findings(exactlyOne<Config>("names", "days", "it needs one"), { days: 1, names: [] })).to.deep.equal([]);
  });

  it("allOrNone: names each that is missing", () => {
    const rule = allOrNone<Config>("schedule", "days", "names");
    expect(findings(rule, {})).to.deep.equal([]);
    expect(findings(rule, { schedule: "x", days: 1, names: ["a"] })).to.deep.equal([]);
    expect(findings(rule, { schedule: "x", days: 1 })).to.deep.equal([
      {
        key: "names",
        reason: "not set, though schedule and days are; set all of schedule, days, names, or none",
        fix: "set names too, or: pulumi config rm schedule && pulumi config rm days",
      },
    ]);
    expect(findings(rule, { schedule: "x" }).map(({ key, reason }) => `${key}: ${reason}`)).to.deep.equal([
      "days: not set, though schedule is; set all of schedule, days, names, or none",
      "names: not set, though schedule is; set all of schedule, days, names, or none",
    ]);
  });

  it("notWith: one that contradicts another", () => {
    const rule = notWith<Config>("days", "schedule", "says when already");
    expect(findings(rule, { days: 1 })).to.deep.equal([]);
    expect(findings(rule, { days: 1, schedule: "x" })).to.deep.equal([
      {
        key: "days",
        reason: "set beside schedule, which says when already; allowed: one of them",
        fix: "pulumi config rm days",
      },
    ]);
  });

  it("exactlyOne: neither and both are wrong", () => {
    const rule = exactlyOne<Config>("days", "schedule", "backups need a time");
    expect(findings(rule, { days: 1 })).to.deep.equal([]);
    expect(findings(rule, { schedule: "x" })).to.deep.equal([]);
    expect(findings(rule, {})).to.deep.equal([
      { key: "days", reason: "neither days nor schedule is set; backups need a time", fix: "set one of them" },
    ]);
    expect(findings(rule, { days: 1, schedule: "x" })).to.deep.equal([
      {
        key: "days",
        reason: "set beside schedule; allowed: one of them",
        fix: "pulumi config rm days, or: pulumi config rm schedule",
      },
    ]);
  });

  it("may read settings that Pulumi looks into, though others aren't known", async () => {
    const config = partlyKnown<Config>({ days: 1 });
    const seen = await new Promise((resolve) => pulumi.output(config).apply(resolve));
    expect(seen).to.deep.include({ days: 1 });
  });

  it("takes for on what is true, set, above zero, or not empty", () => {
    for (const on of [true, "x", 1, ["a"], { a: "b" }, pulumi.secret("x")]) {
      expect(isOn(on)).to.equal(true);
    }
    for (const off of [false, "", 0, [], {}, undefined, null]) {
      expect(isOn(off)).to.equal(false);
    }
  });
});

describe("rules of a configuration", () => {
  const rules: Rule<AnyConfig>[] = [
    ({ instances, level }) => (level === "small" && instances > 2 ? [{ key: "instances", reason: "too many" }] : []),
    ({ internal, cidrs }) => (internal && cidrs.includes("0.0.0.0/0") ? [{ key: "cidrs", reason: "too wide" }] : []),
    ({ vpcId }) => (vpcId === "vpc-0" ? [{ key: "vpcId", reason: "unlucky" }] : []),
  ];
  const reasons = (values: Values): string[] => {
    const { config, raw, problems } = parse(values);
    return [...problems, ...applyRules(rules, config, raw)].map(({ key, reason }) => `${key}: ${reason.slice(0, 9)}`);
  };

  it("see defaults too, and a bad value silences only those that read it", () => {
    expect(reasons({ instances: "3", internal: "true", vpcId: "vpc-0" })).to.deep.equal([
      "instances: too many",
      "cidrs: too wide",
      "vpcId: unlucky",
    ]);
    expect(reasons({ instances: "99", internal: "true", vpcId: "vpc-0" })).to.deep.equal([
      'instances: found "99',
      "cidrs: too wide",
      "vpcId: unlucky",
    ]);
  });

  it("and single values give ten problems for ten mistakes", () => {
    const problems = problemsOf({
      "aws:region": "here",
      "aws:profile": "prod",
      vpcId: "vpc",
      instances: "none",
      memory: "1 byte",
      capacity: "much",
      internal: "perhaps",
      level: "huge",
      cidrs: "any",
      colour: "red",
    });
    expect(problems.map(({ key }) => key)).to.have.members(
      "aws:region aws:profile vpcId instances memory capacity internal level cidrs colour".split(" "),
    );
  });

  it("that fail for another reason fail the program", () => {
    const broken: Rule<AnyConfig> = () => {
      throw new TypeError("a bug");
    };
    const { config, raw } = parse({});
    expect(() => applyRules([broken], config, raw)).to.throw("a bug");
  });

  it("allow that an object which is partly known is awaited or printed", async () => {
    const { config } = parse({ vpcId: "wrong" });
    expect(await Promise.resolve(config)).to.equal(config);
    expect(JSON.stringify({ config })).to.include('"memory":1024');
    expect(() => config.vpcId).to.throw("vpcId isn't known");
  });
});
