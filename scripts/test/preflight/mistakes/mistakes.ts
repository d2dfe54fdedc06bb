import type { Layer } from "@selfhosted/common";
import type { Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import type { CheckResult } from "../../../report";
import { configured, deploy, deployedOutputs, type Deployment, results } from "../../support/installation";

/** A mistake in an otherwise good configuration, and how it is refused. */
export type Mistake = [what: string, layer: Layer, change: Values, key: string, reason: RegExp, more?: More];

interface More extends Deployment {
  /** Before the first deployment only, or after it only. */
  only?: "fresh" | "deployed";
  /** The program of the layer refuses its first deployment too, below a layer that is deployed. */
  firstDeployment?: true;
  /** Nobody is stopped by it. */
  warns?: true;
  /** What to type. */
  fix?: RegExp;
}

/** Findings of preflight that a test provokes, each once: what `count.test.ts` counts. */
export const known = new Set<string>();

/** Tests that preflight and the program of the layer refuse each of these mistakes alike. */
export function mistakes(kind: string, rows: Mistake[]): void {
  describe(`A mistake in the configuration of the kind "${kind}"`, function () {
    this.timeout(30_000);

    for (const [what, layer, change, key, reason, more = {}] of rows) {
      known.add(`${layer} ${key}: ${reason.source}`);
      it(`is found by preflight and by the program of ${layer}: ${what}`, async () => {
        const found = configured({ ...more.others, [layer]: change }, more.inClear);
        const states = more.only ? [more.only] : (["fresh", "deployed"] as const);
        for (const state of states) {
          const deployed = state === "fresh" ? {} : await deployedOutputs();
          const all = await results(found, more.aws, { deployed, named: more.named });
          const verdict = more.warns ? "warn" : "fail";
          const own = all.filter((each) => each.layer === layer && each.verdict === verdict);
          const mine = own.find((each) => each.key === key && reason.test(each.detail));
          expect(
            mine,
            `${state}: ${all
              .filter((each) => each.verdict !== "ok")
              .map(said)
              .join("\n")}`,
          ).not.to.equal(undefined);
          expect(mine?.fix, `the remedy of: ${mine?.detail}`)
            .to.be.a("string")
            .and.match(more.fix ?? /\w/);
          if ((state === "deployed" || more.firstDeployment) && !more.warns) {
            const refused = await refusedBy(layer, change, { ...more, isDeployed: state === "deployed" });
            expect(refused).to.have.length(own.length);
            // A program may add what only those need who don't know what is deployed.
            own.map(said).forEach((line) =>
              expect(
                refused.some((each) => each.startsWith(line)),
                line,
              ).to.equal(true),
            );
          }
        }
      });
    }
  });
}

const said = ({ key, detail }: CheckResult): string => `${key}: ${detail}`;

/** The problems in the message with which a program refuses. */
function refusals(message: string): string[] {
  return message
    .split("\n")
    .filter((line) => /^ {2}\S/.test(line))
    .map((line) => line.trim());
}

async function refusedBy(layer: Layer, change: Values, deployment: Deployment): Promise<string[]> {
  const outcome = await deploy(layer, change, deployment).then(
    () => "",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  return refusals(outcome);
}
