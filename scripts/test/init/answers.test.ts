import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readAnswers } from "../../init/answers";
import { licence } from "./account";

describe("a file of answers", () => {
  let folder: string;

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "answers-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function read(text: string) {
    writeFileSync(join(folder, "answers.yaml"), text);
    writeFileSync(join(folder, "licence.txt"), `${licence}\n`);
    return readAnswers(join(folder, "answers.yaml"));
  }

  it("has lists, numbers and maps as `pulumi config` takes them", () => {
    const text =
      "privateSubnetIds: [subnet-a, subnet-b]\ndatabaseBackupDays: 7\nephemeral: true\ntags: { team: platform }\n";
    expect(read(text)).to.deep.equal({
      answers: {
        privateSubnetIds: "subnet-a,subnet-b",
        databaseBackupDays: "7",
        ephemeral: "true",
        tags: '{"team":"platform"}',
      },
      problems: [],
    });
  });

  it("keeps the digits of an account", () => {
    expect(read('accountId: "011122223333"\n').answers).to.deep.equal({ accountId: "011122223333" });
    expect(read("accountId: 111122223333\n").answers).to.deep.equal({ accountId: "111122223333" });
  });

  it("names the file of a secret, relative to itself", () => {
    expect(read("licenseKeyFile: licence.txt\n")).to.deep.equal({ answers: { licenseKey: licence }, problems: [] });
  });

  it("holds no secret itself", () => {
    const { answers, problems } = read(`licenseKey: ${licence}\n`);
    expect(answers).to.deep.equal({});
    expect(problems).to.have.lengthOf(1);
    expect(problems[0]?.fix).to.equal("put it into a file of its own: licenseKeyFile: licence.txt");
    expect(JSON.stringify(problems)).not.to.include(licence);
  });

  it("may name a file that isn't there", () => {
    const [problem] = read("licenseKeyFile: nowhere.txt\n").problems;
    expect(problem?.key).to.equal("licenseKeyFile");
    expect(problem?.reason).to.match(/can't be read: .*ENOENT/);
  });

  for (const text of ["- domain\n", "just words\n", "a: [\n"]) {
    it(`isn't ${JSON.stringify(text)}`, () => {
      expect(() => read(text)).to.throw(/answers\.yaml/);
    });
  }
});
