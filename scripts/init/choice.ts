import type { ConfigProblem } from "@selfhosted/common";
import type { Facts, Listed } from "./facts";

/** A value, and why it is that. */
export interface Decision {
  key: string;
  value: string;
  because: string;
  /** It is what holds where nothing is configured, so that it isn't. */
  isDefault?: true;
}

/** What only a person can say. */
export interface Question {
  key: string;
  asks: string;
  choices?: { value: string; name: string }[];
  /** Several of the choices may be meant; these are proposed. */
  several?: string[];
  /** What is proposed. */
  proposal?: string;
  /** What holds where nobody answers, so that nobody need be asked. */
  default?: string;
  /** The answer is the name of a file with the value, which is a secret. */
  isFile?: true;
}

/** What becomes of a setting; undefined where its default is right, or where another answer has to come first. */
export type Choice = Decision | Question | ConfigProblem | undefined;

/** What is decided or answered so far, as text by the names of the settings. */
export type Known = Readonly<Partial<Record<string, string>>>;

/** Decides a setting from what is in the account. */
export type Choose = (facts: Facts, known: Known) => Choice;

export const isDecision = (choice: Choice): choice is Decision => choice !== undefined && "value" in choice;
export const isQuestion = (choice: Choice): choice is Question => choice !== undefined && "asks" in choice;
export const isProblem = (choice: Choice): choice is ConfigProblem => choice !== undefined && "reason" in choice;

/** Nothing fits; where the account could not be read, that is why. */
export function nothing(key: string, what: Listed, { unread }: Facts, reason: string, fix: string): ConfigProblem {
  const unreadable = unread[what];
  return unreadable === undefined
    ? { key, reason, fix }
    : { key, reason: unreadable, fix: `allow that, or name it in the answers: ${key}` };
}
