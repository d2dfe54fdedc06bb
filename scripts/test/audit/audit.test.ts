import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Recorded } from "@selfhosted/common/testing";
import { expect } from "chai";
import { recorded } from "../../controls/recorded";
import { repository } from "../../repository";
import { options } from "../controls/options";
import { planted, withFault } from "../controls/planted";
import { acceptedChecks, acceptedLints, acceptedSecrets, isAccepted, matches } from "./accepted";
import { cloudFormation, isConverted, unconverted } from "./cloudformation";
import { planted as plantedValues, withPlanted } from "./planted";
import { terraformPlan } from "./terraform";
import { cfnLint, checkov, detectSecrets, type Finding, hasCfnLint, inScratch, shellCheck } from "./tools";

const shown = ({ check, where, what }: Finding): string => `${check} ${where}: ${what}`;

function trackedFiles(): string[] {
  const { stdout } = spawnSync("git", ["ls-files"], { cwd: repository, encoding: "utf8" });
  return stdout.trim().split("\n");
}

describe("Checkov", () => {
  let found: Finding[];
  let withOptions: Finding[];

  before(async () => {
    found = await checkov(terraformPlan(await recorded()));
    withOptions = await checkov(terraformPlan(await recorded(options)));
  });

  it("finds nothing without a reason in what the layers make: by default, or with every option of a control", () => {
    const unexpected = [...found, ...withOptions].filter((each) => !isAccepted(each, acceptedChecks));
    expect(unexpected.map(shown)).to.deep.equal([]);
  });

  it("finds everything that is accepted, or the reason is stale", () => {
    const stale = acceptedChecks.filter((each) => ![...found, ...withOptions].some((one) => matches(each, one)));
    expect(stale.map(({ check }) => check)).to.deep.equal([]);
  });

  it("finds 25 and more bad values where they are planted: it isn't blind", async () => {
    const faults = planted.filter(({ checkov: check }) => check !== undefined);
    let resources = await recorded(options);
    for (const fault of faults) {
      resources = withFault(fault, resources).resources;
    }
    const broken = await checkov(terraformPlan(resources));
    const known = new Set(withOptions.map(shown));
    const news = new Set(broken.filter((each) => !known.has(shown(each))).map(({ check }) => check));
    expect(faults.map((fault) => fault.checkov).filter((check) => !news.has(check ?? ""))).to.deep.equal([]);
    expect(faults.length).to.be.at.least(25);
  });
});

describe("cfn-lint", () => {
  let withOptions: Recorded[];
  let found: Finding[];

  before(async function () {
    if (!(await hasCfnLint())) this.skip();
    withOptions = await recorded(options);
    found = [...(await cfnLint(cloudFormation(await recorded()))), ...(await cfnLint(cloudFormation(withOptions)))];
  });

  it("finds nothing without a reason in the main types, by default or with every option", () => {
    expect(found.filter((each) => !isAccepted(each, acceptedLints)).map(shown)).to.deep.equal([]);
    const stale = acceptedLints.filter((each) => !found.some((one) => matches(each, one)));
    expect(stale.map(({ check }) => check)).to.deep.equal([]);
  });

  it("is given every type that isn't named as left out", () => {
    const types = new Set(withOptions.map(({ type }) => type).filter((type) => type.startsWith("aws:")));
    expect([...types].filter((type) => !isConverted(type)).sort()).to.deep.equal(unconverted);
  });

  it("finds a bad value planted in each type, 25 and more: it isn't blind", async () => {
    const known = new Set(found.map(shown));
    const news = (await cfnLint(cloudFormation(withPlanted(withOptions)))).filter((each) => !known.has(shown(each)));
    const missed = plantedValues.filter(
      ({ rule, what }) => !news.some((each) => each.check === rule && each.what.startsWith(what)),
    );
    expect(missed.map(({ rule, what }) => `${rule} ${what}`)).to.deep.equal([]);
    const converted = new Set(withOptions.map(({ type }) => type).filter(isConverted));
    expect(plantedValues.map(({ type }) => type)).to.include.members([...converted]);
    expect(plantedValues).to.have.length.of.at.least(25);
  });
});

describe("detect-secrets", () => {
  let found: Finding[];

  before(async () => {
    found = await detectSecrets(trackedFiles());
  });

  it("finds no secret in the repository, but for what is none", () => {
    expect(found.filter((each) => !isAccepted(each, acceptedSecrets)).map(shown)).to.deep.equal([]);
    const stale = acceptedSecrets.filter((each) => !found.some((one) => matches(each, one)));
    expect(stale.map(({ where }) => where.source)).to.deep.equal([]);
  });

  it("finds one that is planted", async () => {
    // In two parts, so that it isn't found here.
    const text = `const key = "${"AKIA"}${"IOSFODNN7QRSTUVW"}";\n`;
    const planted = await inScratch("settings.ts", text, (file) => detectSecrets([basename(file)], dirname(file)));
    expect(planted.map(({ check }) => check)).to.include("AWS Access Key");
  });
});

describe("ShellCheck", () => {
  it("finds nothing in the scripts for a shell", async () => {
    const isScript = (file: string): boolean =>
      /^#!.*\b(ba)?sh\b/.test(readFileSync(join(repository, file), "utf8").slice(0, 80));
    const scripts = trackedFiles().filter((file) => !file.endsWith(".ts") && isScript(file));
    expect(scripts).to.include(".ci/run");
    expect((await shellCheck(scripts)).map(shown)).to.deep.equal([]);
  });

  it("finds a mistake that is planted", async () => {
    const planted = await inScratch("run", '#!/bin/bash\nrm -rf $1/"*"\n', (file) => shellCheck([file]));
    expect(planted.map(({ check }) => check)).to.include("SC2086");
  });
});
