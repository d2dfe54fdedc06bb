import { resolve } from "node:path";
import type { ConfigProblem } from "@selfhosted/common";
import { fileKey, readSecret } from "./answers";
import type { Known, Question } from "./choice";
import type { Facts } from "./facts";
import { prompt } from "./prompt";
import { type Proposal, propose, withoutAsking } from "./propose";
import { faultOf, settingOf } from "./settings";

/**
 * A proposal without questions: at a terminal they are asked, elsewhere those without a default are refused.
 *
 * @throws Error with everything that is missing or wrong, at once.
 */
export async function settle(facts: Facts, given: Known, isTerminal: boolean): Promise<Proposal> {
  let answers = given;
  for (;;) {
    const found = propose(facts, answers);
    const proposal = isTerminal ? found : withoutAsking(found);
    const { questions, problems } = proposal;
    if (problems.length > 0 || (questions.length > 0 && !isTerminal)) {
      throw new Error(refusal(problems, questions));
    }
    if (questions.length === 0) {
      return proposal;
    }
    answers = { ...answers, ...(await askAll(questions)) };
  }
}

async function askAll(questions: Question[]): Promise<Known> {
  const answers: Record<string, string> = {};
  for (const question of questions) {
    answers[question.key] = await ask(question);
  }
  return answers;
}

function ask(question: Question): Promise<string> {
  const { key, asks: message, choices = [], several, proposal } = question;
  const validate = (value: string): string | true => sentence(faultOf(key, value)) ?? true;
  if (several !== undefined) {
    return prompt(async ({ checkbox }) => {
      const chosen = await checkbox({
        message,
        choices: choices.map((each) => ({ ...each, checked: several.includes(each.value) })),
        validate: (each) => validate(each.map(({ value }) => value).join(",")),
      });
      return chosen.join(",");
    });
  }
  if (choices.length > 0) {
    return prompt(({ select }) => select({ message, choices, default: question.default }));
  }
  return question.isFile
    ? askForFile(key, message, validate)
    : prompt(({ input }) => input({ message, validate, ...(proposal && { default: proposal }) }));
}

/** @returns the content of the file. */
async function askForFile(key: string, message: string, validate: (text: string) => string | true): Promise<string> {
  let content = "";
  const read = (file: string): string | true => {
    const found = readSecret(fileKey(key), resolve(file.trim()));
    content = "text" in found ? found.text : "";
    return "text" in found ? validate(found.text) : (sentence(found.problem) ?? true);
  };
  await prompt(({ input }) => input({ message, validate: read }));
  return content;
}

function sentence(problem: ConfigProblem | undefined): string | undefined {
  return problem && `${problem.reason}${problem.fix ? `; ${problem.fix}` : ""}`;
}

/** What a person reads where nothing can be asked, or asking doesn't help. */
export function refusal(problems: ConfigProblem[], questions: Question[]): string {
  return [
    "The account and the answers don't make a configuration yet; nothing was written.",
    ...problems.flatMap(({ key, reason, fix }) => [`  ${key}: ${reason}`, ...(fix ? [`    fix: ${fix}`] : [])]),
    ...(questions.length > 0 ? ["These answers are missing. Put them into a file for ANSWERS=…, a line each:"] : []),
    ...questions.flatMap((question) => [
      `  ${question.isFile ? fileKey(question.key) : question.key}: ${exampleFor(question)}`,
      `    ${question.asks}`,
      ...(question.choices ?? []).map(({ value, name }) => `    - ${value}${value === name ? "" : ` (${name})`}`),
    ]),
  ].join("\n");
}

function exampleFor({ key, isFile, proposal, several, choices: [first] = [] }: Question): string {
  const setting = settingOf(key);
  return isFile
    ? (setting?.file ?? "value.txt")
    : (proposal ?? several?.join(",") ?? first?.value ?? setting?.example ?? "…");
}
