import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { pythonWith } from "../../python";
import { repository } from "../../repository";

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

interface Job {
  if?: string;
  environment?: string;
  permissions: Record<string, string>;
  "timeout-minutes": number;
  steps: Step[];
}

interface Workflow {
  on: Record<string, unknown>;
  permissions: object;
  concurrency: { group: string; "cancel-in-progress": boolean };
  jobs: Record<string, Job>;
}

const folder = join(repository, "scripts", "examples", "github-actions");
const files = readdirSync(folder).filter((name) => name.endsWith(".yml"));
const read = (file: string): string => readFileSync(join(folder, file), "utf8");
const workflows = files.map((file) => ({ file, text: read(file), workflow: parse(read(file)) as Workflow }));
const jobs = workflows.flatMap(({ file, workflow }) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ name: `${file}: ${name}`, job })),
);

/** What the linter finds in a workflow: its rules by name, none where all is well. */
async function lint(text: string): Promise<string[]> {
  const python = await pythonWith(join(__dirname, "requirements.txt"), {
    purpose: "the linter of workflows",
    report: (line) => console.error(line),
  });
  const scratch = mkdtempSync(join(tmpdir(), "workflow-"));
  try {
    const file = join(scratch, "workflow.yml");
    writeFileSync(file, text);
    const options = ["--offline", "--no-progress", "--no-exit-codes", "--format", "json", file];
    const { status, stdout, stderr } = spawnSync(join(dirname(python), "zizmor"), options, { encoding: "utf8" });
    expect(status, stderr).to.equal(0);
    return (JSON.parse(stdout) as { ident: string }[]).map(({ ident }) => ident);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/contexts */
const contexts = "github env vars job jobs steps runner secrets strategy matrix needs inputs".split(" ");

describe("the workflows for GitHub Actions", () => {
  it("pass the linter, which refuses what is unsafe", async function () {
    this.timeout(120_000);
    for (const { file, text } of workflows) {
      expect(await lint(text), file).to.deep.equal([]);
    }
    const deploy = read("deploy.yml");
    expect(await lint(deploy.replace(/(?<=aws-credentials)@[0-9a-f]{40}/, "@v4"))).to.include("unpinned-uses");
    expect(await lint(deploy.replace("- run: ", "- run: echo ${{ github.event.head_commit.message }} && "))).to.include(
      "template-injection",
    );
  });

  it("ask for what GitHub has", () => {
    for (const { file, text } of workflows) {
      const asked = [...text.matchAll(/\$\{\{\s*([a-z]+)\./g)].map(([, name]) => name);
      expect(contexts, file).to.include.members(asked);
    }
  });

  it("call `make` with targets and variables that it knows", () => {
    const makefile = readFileSync(join(repository, "Makefile"), "utf8");
    const exported = /^export (ENV .*)$/m.exec(makefile)?.[1]?.split(" ") ?? [];
    const calls = jobs.flatMap(({ job }) =>
      job.steps.flatMap(({ run = "" }) => run.match(/\bmake [^|;&\n]*?(?= 2>|$)/gm) ?? []),
    );
    expect(calls).to.include.members(["make deploy ENV=prod YES=1", "make preview ENV=prod", "make install pulumi"]);
    for (const call of calls) {
      const words = call.trim().split(/\s+/).slice(1);
      const targets = words.filter((word) => !word.includes("="));
      for (const target of targets) {
        const [, help] = new RegExp(`^${target}:(.*)$`, "m").exec(makefile) ?? [];
        expect(help, call).to.be.a("string");
        for (const variable of words.filter((word) => word.includes("="))) {
          const [name = ""] = variable.split("=");
          expect(exported, call).to.include(name);
          expect(help, call).to.match(new RegExp(`\\[.*\\b${name}\\b.*\\]`));
        }
      }
    }
  });

  it("run the file of a command that exists, where they don't go by make", () => {
    const run = jobs.flatMap(({ job }) =>
      job.steps.flatMap(({ run = "" }) => /scripts\/commands\/[\w-]+\.ts/.exec(run)?.[0] ?? []),
    );
    expect(run).to.deep.equal(["scripts/commands/drift.ts"]);
    run.forEach((file) => expect(() => readFileSync(join(repository, file)), file).not.to.throw());
  });

  it("take actions by their full commit, with the version beside it, and leave no token in the checkout", () => {
    for (const { file, text } of workflows) {
      const used = text.match(/uses: .*/g) ?? [];
      used.forEach((line) => expect(line, file).to.match(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/));
    }
    const checkouts = jobs.flatMap(({ job }) => job.steps.filter(({ uses }) => uses?.startsWith("actions/checkout@")));
    expect(checkouts.map((step) => step.with?.["persist-credentials"])).to.deep.equal(checkouts.map(() => false));
  });

  it("have no more permissions than they need, and no key of AWS", () => {
    workflows.forEach(({ file, workflow }) => expect(workflow.permissions, file).to.deep.equal({}));
    for (const { name, job } of jobs) {
      const callsAws = job.steps.some(({ uses }) => uses?.startsWith("aws-actions/"));
      const wanted = callsAws ? { contents: "read", "id-token": "write" } : { issues: "write" };
      expect(job.permissions, name).to.deep.equal(wanted);
      expect(job.environment !== undefined, name).to.equal(callsAws);
      expect(job["timeout-minutes"], name).to.be.a("number");
    }
    workflows.forEach(({ file, text }) =>
      expect(text, file).not.to.match(/secrets\.|access-key-id|pull_request_target/),
    );
  });

  it("cancel no deployment, and give a fork's pull request nothing", () => {
    const by = Object.fromEntries(workflows.map(({ file, workflow }) => [file, workflow]));
    expect(by["deploy.yml"]?.concurrency).to.deep.equal({ group: "deploy-prod", "cancel-in-progress": false });
    const others = ["preview.yml", "drift.yml"].map((file) => by[file]?.concurrency.group);
    expect(others).not.to.include("deploy-prod");
    expect(by["preview.yml"]?.jobs["preview"]?.if).to.equal(
      "github.event.pull_request.head.repo.full_name == github.repository",
    );
  });

  it("get their role by a policy that names the repository and the environment, and nothing wider", () => {
    const policy = readFileSync(join(repository, "scripts", "permissions", "trust", "github-actions.json"), "utf8");
    const { Statement } = JSON.parse(policy) as { Statement: { Condition: Record<string, Record<string, string>> }[] };
    const issuer = "token.actions.githubusercontent.com";
    expect(Statement.map(({ Condition }) => Condition)).to.deep.equal([
      {
        StringEquals: {
          [`${issuer}:aud`]: "sts.amazonaws.com",
          [`${issuer}:sub`]: "repo:my-organization@1234567/my-repository@89012345:environment:prod",
        },
      },
    ]);
    const environments = new Set(jobs.flatMap(({ job }) => job.environment ?? []));
    expect([...environments].sort()).to.deep.equal(["prod", "prod-read"]);
  });
});

/** The script of a step, as GitHub runs it, with a command in the place of Node. */
describe("the step that looks for drift", () => {
  const script = jobs.flatMap(({ job }) => job.steps).find(({ run }) => run?.includes("drift.ts"))?.run ?? "";
  let scratch: string;

  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), "drift-"));
  });
  afterEach(() => rmSync(scratch, { recursive: true }));

  for (const [code, ends, found] of [
    [0, 0, "found=no\n"],
    [2, 0, "found=yes\n"],
    [1, 1, ""],
  ] as const) {
    it(`${ends === 0 ? "passes" : "fails"} where the command ends with ${code}`, () => {
      writeFileSync(join(scratch, "node"), `#!/bin/sh\necho table\nexit ${code}\n`, { mode: 0o755 });
      ["output", "summary"].forEach((name) => writeFileSync(join(scratch, name), ""));
      // https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
      const { status } = spawnSync("bash", ["-e", "-c", script], {
        cwd: scratch,
        env: { PATH: `${scratch}:${process.env.PATH}`, GITHUB_OUTPUT: "output", GITHUB_STEP_SUMMARY: "summary" },
      });
      expect(status).to.equal(ends);
      expect(readFileSync(join(scratch, "output"), "utf8")).to.equal(found);
      expect(readFileSync(join(scratch, "summary"), "utf8")).to.include("table");
    });
  }
});
