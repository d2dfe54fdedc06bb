import { projectOf, type Found, type Layer } from "@selfhosted/common";
import { type Values } from "@selfhosted/common/testing";
import { propertiesOf, times, type AnyConfiguration } from "@selfhosted/common/testing/any-configuration";
import { answersOf, arbitraryAccount, type OddAccount } from "@selfhosted/common/testing/arbitrary-account";
import { unclearIn } from "@selfhosted/common/testing/plain-words";
import { expect } from "chai";
import fc from "fast-check";
import { anyApplication } from "../../application/test/any-configuration";
import { anyDns } from "../../dns/test/any-configuration";
import { anyInfrastructure } from "../../infrastructure/test/any-configuration";
import type { LayerFinding } from "../lib/check-layers";
import { configured, deploy, deployedOutputs, findings } from "./installation";

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
          const wrong = (await check(layer, found, account)).filter(({ verdict }) => verdict !== "ok");
          const keys = [...settings, ...Object.keys(found).map((key) => named(layer, key))];
          const texts = Object.values(found).map(({ text }) => text);
          const unclear = wrong.flatMap(({ key, evidence, remedy }) =>
            unclearIn({ key: key ?? keys[0] ?? "", reason: evidence, fix: remedy }, { keys, texts, secrets }),
          );
          expect(unclear).to.deep.equal([]);
        }),
        times(50),
      ));

    it(`finds what the program of ${layer} refuses, and nothing else`, () =>
      fc.assert(
        fc.asyncProperty(carefulConfig, arbitraryAccount(), fc.boolean(), async ({ found }, account, settle) => {
          const typed = (settle ? await settled(found) : undefined) ?? found;
          const all = (await check(layer, typed, account, await deployedOutputs())).filter(isFailure);
          const here = all.filter((finding) => finding.layer === layer);
          const refused = await refusedBy(layer, typed, account);
          expect(refused).to.include.members(here.map(({ key, evidence }) => `${key}: ${evidence}`));
          // Where the account itself can't be asked, the first layer says so for all.
          if (all.length === here.length) {
            expect(refused).to.have.length(new Set(here.map(({ key, evidence }) => `${key}: ${evidence}`)).size);
          }
        }),
        times(8),
      ));
  }
});

function isFailure({ verdict }: LayerFinding): boolean {
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
): Promise<LayerFinding[]> {
  const above = layer === "infrastructure" ? {} : deployed;
  return findings({ ...configured(), [layer]: found }, answersOf(account, {}), { deployed: above });
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
