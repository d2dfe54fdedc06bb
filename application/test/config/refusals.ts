import { expect } from "chai";
import { read, refusals, type Trial } from "../fixtures";

export type Refused = [what: string, trial: Trial, sentences: RegExp[]];

/** Tests that each configuration is refused in these sentences, which show nothing secret (`canary`) and no placeholder. */
export function itRefuses(refused: Refused[]): void {
  for (const [what, trial, sentences] of refused) {
    it(`refuses ${what}`, () => {
      const message = refusals(trial);
      for (const sentence of sentences) {
        expect(message).to.match(sentence);
      }
      expect(message).to.not.match(/canary|<\w+>|undefined/);
    });
  }
}

/** Tests that each configuration is accepted, with this one warning. */
export function itWarns(warned: [what: string, trial: Trial, warning: RegExp][]): void {
  for (const [what, trial, warning] of warned) {
    it(`takes ${what}, with a warning`, () => {
      expect(refusals(trial)).to.equal("");
      const warnings = read(trial).problems.map(({ key, reason }) => `${key}: ${reason}`);
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.match(warning);
    });
  }
}

/** Keys of settings with problems, warnings included. */
export function problemKeys(trial: Trial): string[] {
  return read(trial).problems.map(({ key }) => key);
}
