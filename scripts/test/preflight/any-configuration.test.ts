import { type Found, type Layer, projectOf } from "@selfhosted/common";
import { type Values } from "@selfhosted/common/testing";
import { type AnyConfiguration, propertiesOf, times } from "@selfhosted/common/testing/any-configuration";
import { answersOf, arbitraryAccount, type OddAccount } from "@selfhosted/common/testing/arbitrary/account";
import { unclearIn } from "@selfhosted/common/testing/arbitrary/plain-words";
import { expect } from "chai";
import fc from "fast-check";
import { anyApplication } from "../../../application/test/any-configuration";
import { anyDns } from "../../../dns/test/any-configuration";
import { anyInfrastructure } from "../../../infrastructure/test/any-configuration";
import type { CheckResult } from "../../report";
import { accountResults, configured, deploy, deployedOutputs, results } from "../support/installation";

const layers: Record<Layer, AnyConfiguration> = {
  infrastructure: anyInfrastructure,
  application: anyApplication,
  dns: anyDns,
};
const settings = Object.values(layers).flatMap((layer) => Object.keys(layer.settings));

describe("preflight of any configuration, whatever AWS answers,", function () {
  this.timeout(60_000);

  for (const [layer, any] of Object.entries(layers) as [Layer, AnyConfiguration][]) {
    const { anyCase, carefulConfig, settled } = propertiesOf(any);

    it(`says in plain words what is wrong with ${layer}`, () =>
      fc.assert(
        fc.asyncProperty(anyCase, async ({ config: { found, secrets }, account }) => {
          const all = [
            ...(await check(layer, found, account)),
            ...(await accountResults({ ...configured(), [layer]: found }, answersOf(account, {}))),
          ];
          const wrong = all.filter(({ verdict }) => verdict !== "ok");
          const keys = [...settings, ...Object.keys(found).map((key) => named(layer, key))];
          const texts = Object.values(found).map(({ text }) => text);
          const unclear = wrong.flatMap(({ key, detail, fix }) =>
            unclearIn({ key: key ?? keys[0] ?? "", reason: detail, fix: fix }, { keys, texts, secrets }),
          );
          expect(unclear).to.deep.equal([]);
        }),
        times(50),
      ));

    it(`finds what the program of ${layer} refuses, and nothing else`, () =>
      fc.assert(
        fc.asyncProperty(carefulConfig, arbitraryAccount(), fc.boolean(), async ({ found }, account, settle) => {
          const raw = (settle ? await settled(found) : undefined) ?? found;
          const all = (await check(layer, raw, account, await deployedOutputs())).filter(isFailure);
          const location = all.filter((checkResult) => checkResult.layer === layer);
          const refused = await refusedBy(layer, raw, account);
          expect(refused).to.include.members(location.map(({ key, detail }) => `${key}: ${detail}`));
          // Where the account itself can't be asked, the first layer says so for all.
          if (all.length === location.length) {
            expect(refused).to.have.length(new Set(location.map(({ key, detail }) => `${key}: ${detail}`)).size);
          }
        }),
        times(8),
      ));
  }
});

function isFailure({ verdict }: CheckResult): boolean {
  return verdict === "fail";
}

function named(layer: Layer, fullKey: string): string {
  return fullKey.replace(`${projectOf(layer)}:`, "");
}

/** A good installation, but for the configuration of a layer. */
function check(
  layer: Layer,
  found: Found,
  account: OddAccount,
  deployed: Awaited<ReturnType<typeof deployedOutputs>> = {},
): Promise<CheckResult[]> {
  const above = layer === "infrastructure" ? {} : deployed;
  return results({ ...configured(), [layer]: found }, answersOf(account, {}), { deployed: above });
}

/** The problems for which a program refuses: `key: reason`. */
async function refusedBy(layer: Layer, found: Found, account: OddAccount): Promise<string[]> {
  const entries = Object.entries(found).map(([key, value]) => [named(layer, key), value] as const);
  const changes: Values = Object.fromEntries(entries.map(([key, { text }]) => [key, text]));
  const inClear = entries.flatMap(([key, { encrypted }]) => (encrypted ? [] : [key]));
  try {
    await deploy(layer, changes, { aws: answersOf(account, {}), inClear });
    return [];
  } catch (error) {
    const [title, ...problems] = (error instanceof Error ? error.message : String(error)).split(/\n {2}(?=\S)/);
    expect(title).to.match(/^The configuration of .* has \d+ problems?:$/);
    return [...new Set(problems.map((problem) => problem.replace(/\n {4}fix: .*$/s, "")))];
  }
}
