import { expect } from "chai";
import { askPassword, complete, problemsOf, questionsFor } from "../../adoption/answers";

const missing = (given: Record<string, string>, withDatabase = true): Promise<string> =>
  complete(given, questionsFor({ withDatabase }), false).then(() => "", String);

describe("The answers of make adopt", () => {
  it("are listed where nobody is there to be asked, the password as a file", async () => {
    const text = await missing({ clusterIdentifier: "theirs", policyBucket: "policies" });
    expect(text)
      .to.match(/^ {2}databasePasswordFile: /m)
      .and.match(/^ {2}checkpointBucket: /m);
    expect(text).to.not.match(/^ {2}(clusterIdentifier|policyBucket): /m);
  });

  it("say nothing of a database that begins with a snapshot", async () => {
    const text = await missing({}, false);
    expect(text)
      .to.match(/^ {2}serviceKeyId: /m)
      .and.not.match(/clusterIdentifier|databasePassword/);
  });

  it("are refused with a password that RDS doesn't take, which isn't shown", () => {
    const [problem, ...others] = problemsOf({ databasePassword: "s/cret" });
    expect(problem?.reason).to.match(/^found a value \(not shown\), which RDS doesn't take; allowed: 8 to 41/);
    expect(JSON.stringify(problem)).to.not.include("s/cret");
    expect(others).to.deep.equal([]);
  });

  /** Types these one after the other, as far as they are taken. */
  async function typed(texts: string[], isKnown: boolean): Promise<string[]> {
    const taken: string[] = [];
    const password = async ({ validate }: { validate?: (text: string) => unknown }) => {
      for (let text = texts.shift(); text !== undefined; text = texts.shift()) {
        if ((await validate?.(text)) === true) {
          taken.push(text);
          return text;
        }
      }
      throw new Error("asked for more");
    };
    await askPassword({ password: password }, "Password", { isKnown });
    return taken;
  }

  it("have a password that is typed once where the present one is known, twice where it isn't", async () => {
    expect(await typed(["as-it-is-7Q"], true)).to.deep.equal(["as-it-is-7Q"]);
    expect(await typed(["as-it-is-7Q", "as-it-is-7q", "as-it-is-7Q"], false)).to.deep.equal(
      Array(2).fill("as-it-is-7Q"),
    );
  });

  it("have a password that RDS takes", async () => {
    expect(await typed(["s/cret", "as-it-is-7Q"], true)).to.deep.equal(["as-it-is-7Q"]);
  });

  it("are refused where there is no such answer, or another value is allowed", () => {
    const problems = problemsOf({ clusterIdentifer: "theirs", engineEventsSchemaV2: "maybe" });
    expect(problems.map(({ key, reason, fix }) => `${key} ${reason} ${fix ?? ""}`)).to.deep.equal([
      "clusterIdentifer is no answer did you mean clusterIdentifier?",
      "engineEventsSchemaV2 found maybe; allowed: true, false ",
    ]);
  });
});
