import { dirname } from "node:path";
import { expect } from "chai";
import { pages, readPage, shellBlocks } from "../support/pages";
import {
  brokenLinks,
  commandsOf,
  endsElsewhere,
  type Page,
  withoutStack,
  wrongAnswers,
  wrongCommands,
  wrongSettings,
} from "./page-mistakes";

const runbooks = "scripts/runbooks";
/** Pages to look something up, and those that only begin an installation. */
const noRunbooks = ["README.md", "install.md", "moving-over.md", "facts.md", "failures.md"];

/** Where the blocks of the README are typed, by heading: how many of them, and by which end-to-end test. */
const typed: Record<string, [blocks: number, test: string]> = {
  "Try it on this machine": [2, "quick/installation.test.ts"],
  "To production": [1, "separate/real-account.test.ts"],
  Commands: [1, "separate/real-account.test.ts"],
  "Remove it": [1, "separate/real-account.test.ts"],
};
/** And those that no test can type. */
const notTyped: Record<string, string> = {
  "pulumi login https://api.pulumi.example.com": "no container runs in the sandbox, so no API answers",
};

const planted = `Type \`make deploi\`, \`make logs KEEP=3\` or \`pulumi config set nothing 1\`; see [it](#no-such) and [that](none.md).

\`\`\`sh
cd dns && pulumi config set apiMaxTasks 3
(cd application && pulumi config set apiMaxTasks many)
make verify FROM=here
\`\`\`
`;

describe("the pages of the repository", () => {
  const all = pages().map((path): Page => ({ path, text: readPage(path) }));
  /** It says what was so once. */
  const current = all.filter(({ path }) => path !== "CHANGELOG.md");
  const mistakes = (find: (page: Page) => string[], among = current): string[] =>
    among.flatMap((page) => find(page).map((found) => `${page.path}: ${found}`));

  it("link to files and headings that there are", () => {
    expect(mistakes(brokenLinks, all)).to.deep.equal([]);
  });

  it("name commands of the Makefile, with variables that those take", () => {
    expect(mistakes(wrongCommands)).to.deep.equal([]);
  });

  it("set what the layers have as settings, to values that those take", () => {
    expect(mistakes(wrongSettings)).to.deep.equal([]);
  });

  it("configure a stack that they name", () => {
    expect(mistakes(withoutStack, all)).to.deep.equal([]);
    const block = (...lines: string[]): string => ["```sh", ...lines, "```", ""].join("\n");
    const text = [
      "`pulumi config rm a`, and `(cd dns && pulumi config set --stack prod a 1)`\n",
      block("pulumi config set a 1", "pulumi config set a 1 --stack prod"),
      block("pulumi stack init prod", "pulumi config set a 1"),
    ].join("\n");
    expect(withoutStack({ path: "README.md", text })).to.deep.equal(["pulumi config rm a", "pulumi config set a 1"]);
    expect(withoutStack({ path: "dns/README.md", text })).to.deep.equal(["pulumi config set a 1"]);
    expect(withoutStack({ path: "dns/SETTINGS.md", text })).to.deep.equal([]);
  });

  it("leave who types them at the top of the repository, where the next command works", () => {
    const isTyped = ({ path }: Page): boolean => path === "README.md" || dirname(path) === runbooks;
    expect(mistakes(endsElsewhere, current.filter(isTyped))).to.deep.equal([]);
    const text = "```sh\n(cd dns && pulumi up)\ncd dns\ncd ..\n```\n\n```sh\ncd dns && pulumi up\n```\n";
    expect(endsElsewhere({ path: "README.md", text })).to.deep.equal(["cd dns && pulumi up"]);
  });

  it("are read as their reader does: each mistake would be found", () => {
    const page = { path: "README.md", text: planted };
    expect(brokenLinks(page)).to.deep.equal(["#no-such", "none.md"]);
    expect(wrongCommands(page)).to.deep.equal(["make deploi", "make logs KEEP", "make verify FROM"]);
    expect(wrongSettings(page)).to.deep.equal([
      "pulumi config set nothing 1",
      "pulumi config set apiMaxTasks 3 in dns/",
      "pulumi config set apiMaxTasks many in application/",
    ]);
    expect(current.flatMap(commandsOf).filter(({ text }) => /^(make|pulumi|aws) /.test(text)).length).to.be.above(500);
  });

  it("have no block of the README that no test types, but for what has a reason", () => {
    const blocks = shellBlocks("README.md").filter(({ lines }) => !(lines.join("\n") in notTyped));
    expect(blocks.length + Object.keys(notTyped).length).to.equal(shellBlocks("README.md").length);
    const counted = Object.fromEntries(
      blocks.map(({ heading }) => [heading, blocks.filter((block) => block.heading === heading).length]),
    );
    expect(counted).to.deep.equal(
      Object.fromEntries(Object.entries(typed).map(([heading, [count]]) => [heading, count])),
    );
    for (const [heading, [, test]] of Object.entries(typed)) {
      expect(readPage(`scripts/test/e2e/${test}`), test).to.include(`commandsUnder("README.md", "${heading}")`);
    }
  });

  it("answer `make init` with settings that there are, and with files for secrets", () => {
    expect(mistakes(wrongAnswers)).to.deep.equal([]);
    const page = {
      path: "README.md",
      text: "```yaml\n# make init ENV=prod ANSWERS=a.yaml\ndomein: a.b # c\nlicenseKey: x\n```\n",
    };
    expect(wrongAnswers(page)).to.deep.equal(["domein", "licenseKey"]);
  });

  for (const { path, text } of all.filter((page) => dirname(page.path) === runbooks)) {
    const name = path.slice(runbooks.length + 1);
    if (name !== "README.md") {
      it(`have ${name} in the index of the runbooks`, () => {
        expect(readPage(`${runbooks}/README.md`)).to.include(`](${name}`);
      });
    }
    if (!noRunbooks.includes(name)) {
      it(`say in ${name} when it is needed, what users notice, and what to do if it doesn't help`, () => {
        expect(text)
          .to.include("**When**: ")
          .and.include("**What it means for users**: ")
          .and.match(/If that\s+doesn't\s+help/);
      });
    }
  }
});
