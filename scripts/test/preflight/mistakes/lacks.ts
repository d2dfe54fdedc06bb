import type { AwsAnswers } from "@selfhosted/common/testing";
import { expect } from "chai";
import { accountResults, type Changes, configured } from "../../support/installation";
import { known } from "./mistakes";

/** What an account lacks, and what preflight says of it. */
export type Lack = [
  what: string,
  changes: Changes,
  aws: Partial<AwsAnswers>,
  expected: { name: string; verdict: "fail" | "warn"; says: RegExp; fix: RegExp },
];

export const withQuota = (code: string, Value: number): Partial<AwsAnswers> => ({
  "quotas:GetServiceQuota": ({ QuotaCode }) => ({ Quota: { Value: QuotaCode === code ? Value : 5000 } }),
});
export const many = (count: number): object[] => Array.from({ length: count }, () => ({}));

/** IAM's simulator decides so. */
export const deciding = (decide: (action: string, resource: string) => string): Partial<AwsAnswers> => ({
  "iam:SimulatePrincipalPolicy": ({ ActionNames, ResourceArns }) => ({
    EvaluationResults: (ActionNames as string[]).flatMap((EvalActionName) =>
      (ResourceArns as string[]).map((EvalResourceName) => ({
        ...{ EvalActionName, EvalResourceName, EvalDecision: decide(EvalActionName, EvalResourceName) },
      })),
    ),
  }),
});

/** Tests that preflight finds each, and nothing else. */
export function lacks(kind: string, rows: Lack[]): void {
  describe(`What an account lacks: ${kind}`, () => {
    for (const [what, changes, aws, { name, verdict, says, fix }] of rows) {
      known.add(`account ${name}: ${says.source}`);
      it(`is found by preflight: ${what}`, async () => {
        const all = await accountResults(configured(changes), aws);
        const found = all.filter((each) => each.verdict === "fail" || each.verdict === "warn");
        expect(found.map((each) => each.name)).to.include(name);
        const mine = found.find((each) => each.name === name);
        expect(mine?.verdict).to.equal(verdict);
        expect(mine?.detail).to.match(says);
        expect(mine?.fix).to.match(fix);
        // The same may be needed in several layers.
        const others = found.filter((each) => each.name !== name && !/^permissions for /.test(each.name));
        expect(others.map((each) => `${each.name}: ${each.detail}`)).to.deep.equal([]);
      });
    }
  });
}

export function throwIfInvalid(error: Error): never {
  throw error;
}
