import type { ConfigProblem } from "@selfhosted/common";
import type { Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { readConfig } from "../../config";
import { foundWith } from "../layer";

export const arnOf = (service: string, rest: string): string => `arn:aws:${service}:eu-central-1:111122223333:${rest}`;
export const keyId = "key/00000000-0000-0000-0000-000000000000";
export const key = arnOf("kms", keyId);
/** A key in another region. */
export const elsewhere = `arn:aws:kms:eu-west-1:111122223333:${keyId}`;

/** What is wrong with these settings over those that fit: `key: reason`, and in the next line the fix. */
export const errors = (config: Values): string[] => problems(config, "error");
/** What is doubtful about them. */
export const warnings = (config: Values): string[] => problems(config, "warning");

function problems(config: Values, wanted: ConfigProblem["severity"]): string[] {
  return readConfig(foundWith(config))
    .problems.filter(({ severity = "error" }) => severity === wanted)
    .map(({ key, reason, fix }) => `${key}: ${reason}${fix === undefined ? "" : `\n fix: ${fix}`}`);
}

/** What is wrong or doubtful, the settings over those that fit, and the only problem. */
type Mistake = [mistake: string, config: Values, problem: RegExp];

export function itRefuses(mistakes: Mistake[]): void {
  for (const [mistake, config, problem] of mistakes) {
    it(`is refused: ${mistake}`, () => {
      const [first, ...others] = errors(config);
      expect(first).to.match(problem);
      expect(first).to.not.match(/<\w+>/, "what to type is named");
      expect(others).to.deep.equal([]);
    });
  }
}

export function itWarns(doubts: Mistake[]): void {
  for (const [doubt, config, problem] of doubts) {
    it(`gets a warning: ${doubt}`, () => {
      expect(errors(config)).to.deep.equal([]);
      expect(warnings(config)).to.have.length(1);
      expect(warnings(config)[0]).to.match(problem);
    });
  }
}
