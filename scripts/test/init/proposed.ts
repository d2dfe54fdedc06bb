import { expect } from "chai";
import type { Known } from "../../init/choice";
import type { Facts } from "../../init/facts";
import { type Proposal, propose, withoutAsking } from "../../init/propose";
import { account, answers } from "./account";

/** What init proposes for an account with these changes, where nobody can be asked. */
export const proposed = (changes: Partial<Facts> = {}, more: Known = {}): Proposal =>
  withoutAsking(propose(account(changes), { ...answers, ...more }));

/** What is decided of a setting, in a proposal that is whole; undefined where its default is left. */
export function value(key: string, changes: Partial<Facts> = {}, more: Known = {}): string | undefined {
  const proposal = proposed(changes, more);
  expect(proposal.problems).to.deep.equal([]);
  expect(proposal.questions).to.deep.equal([]);
  return proposal.decisions.find((each) => each.key === key && !each.isDefault)?.value;
}

/** The choices of a question. */
export function question(key: string, changes: Partial<Facts>, more: Known = {}): string[] | undefined {
  const { questions } = proposed(changes, more);
  return questions.find((each) => each.key === key)?.choices?.map(({ value: each }) => each);
}

/** The one problem, as `key: reason → fix`. */
export function problem(changes: Partial<Facts>, more: Known = {}): string {
  const { problems } = proposed(changes, more);
  expect(problems).to.have.lengthOf(1);
  const [{ key = "", reason = "", fix = "" } = {}] = problems;
  expect(fix, "each refusal says what to do").not.to.equal("");
  return `${key}: ${reason} → ${fix}`;
}
