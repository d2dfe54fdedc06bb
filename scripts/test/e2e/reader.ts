import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Outcome } from "../../bench/scratch";
import { pythonWith } from "../../python";
import { repository } from "../../repository";
import { shellBlocks } from "../support/pages";
import type { Customer } from "./customer";

const runbooks = "scripts/runbooks";

/** Where a command asks or says by its exit code what it found, and nobody is there to answer or to read. */
const unattended: [RegExp, string][] = [
  [/\bmake (backend|deploy|destroy|recover) +ENV=\w+/g, "$& YES=1"],
  [/\bmake backups +ENV=\w+ KEEP=\d+/g, "$& YES=1"],
  [/\bmake drift +ENV=\w+/g, "$& || test $? = 2"],
  [/\bpulumi (up|destroy)\b/g, "$& --yes --skip-preview"],
];

/** The commands of a block: lines, each with those that continue it. */
function commandsIn(lines: string[]): string[] {
  const commands: string[] = [];
  let command = "";
  for (const line of lines.filter((each) => each.trim() !== "")) {
    command += command === "" ? line : `\n${line}`;
    const isOpen = command.endsWith("\\") || command.split("'").length % 2 === 0;
    if (!isOpen) {
      commands.push(command);
      command = "";
    }
  }
  return commands;
}

/** Somebody who reads the runbooks and types what they say, each command of a block whatever became of the one before. */
export class Reader {
  private readonly typed = new Set<string>();
  /** What is the reader's in the place of what the pages show. */
  private readonly own = new Map<string, string>();

  /** @param python one that has the `aws` command. */
  private constructor(
    private readonly customer: Customer,
    private readonly python: string,
  ) {
    const { accountId, region, serviceKeyArn } = customer.account.account;
    this.owns("eu-central-1", region);
    this.owns("111122223333", accountId);
    this.owns("1a2b3c4d-5e6f-7081-92a3-b4c5d6e7f809", serviceKeyArn.split("/")[1] ?? "");
  }

  static async of(customer: Customer): Promise<Reader> {
    const report = (line: string): void => console.log(`      ${line}`);
    const requirements = join(__dirname, "aws-cli", "requirements.txt");
    return new Reader(customer, await pythonWith(requirements, { purpose: "the aws command", report }));
  }

  owns(shown: string, own: string): void {
    this.own.set(shown, own);
  }

  /** Types a block of a page, the first below a heading unless another is asked for, and expects that it succeeds. */
  async types(page: string, heading: string, number = 0): Promise<string> {
    return this.enters(...this.block(page, heading, number));
  }

  /** Types a block, and expects that something of it fails. */
  async isRefused(page: string, heading: string, number = 0): Promise<string> {
    const { code, output } = await this.tries(this.block(page, heading, number));
    expect(code, output).not.to.equal(0);
    return output;
  }

  /** The commands of a block, for a reader who types some of them, or has something happen meanwhile. */
  block(page: string, heading: string, number = 0): string[] {
    const blocks = shellBlocks(`${runbooks}/${page}.md`).filter((block) => block.heading === heading);
    const lines = blocks[number]?.lines;
    expect(lines, `block ${number} under "${heading}" in ${page}.md`).not.to.equal(undefined);
    return commandsIn(lines ?? []);
  }

  async enters(...commands: string[]): Promise<string> {
    const { code, output } = await this.tries(commands);
    expect(code, output).to.equal(0);
    return output;
  }

  /** @param onStart gets the process group. */
  tries(commands: string[], onStart?: (pid: number) => void): Promise<Outcome> {
    commands.forEach((command) => this.typed.add(command));
    const mine = commands.map((command) => this.mine(command));
    const shell = [
      `export AWS_REGION=${this.customer.account.account.region}`,
      `aws() { "${this.python}" -m awscli "$@"; }`,
      "failed=0",
    ];
    const each = mine.map((command) => `{ ${command}\n} || failed=$?`);
    return this.customer.type([...shell, ...each, "exit $failed"], onStart);
  }

  private mine(command: string): string {
    const own = [...this.own].reduce((text, [shown, mine]) => text.replaceAll(shown, mine), command);
    return unattended.reduce((text, [question, reply]) => text.replace(question, reply), own);
  }

  /** Commands of the runbooks that were never typed, each with its page and heading. */
  left(): string[] {
    const names = readdirSync(join(repository, runbooks)).filter((name) => name.endsWith(".md"));
    return names
      .flatMap((name) => shellBlocks(`${runbooks}/${name}`))
      .flatMap(({ page, heading, lines }) =>
        commandsIn(lines)
          .filter((command) => !this.typed.has(command))
          .map((command) => `${page.slice(runbooks.length + 1)}, ${heading}: ${command.split("\n")[0]}`),
      );
  }
}
