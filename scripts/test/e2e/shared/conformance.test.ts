import { expect } from "chai";
import { type Scratch, scratchCheckout } from "../../../bench/scratch";
import { layers } from "../../../layers";
import type { ResourceState } from "../../../sandbox/engine/state/state";
import { isDefaultProvider } from "../../../sandbox/engine/state/urn";
import { realPulumi } from "../../../sandbox/test/real-pulumi";
import { inventory, withoutRandom } from "../inventory";
import { plainPulumi } from "../plain-pulumi";
import { access } from "../sandbox";
import { stateOf } from "../state";
import { type Installation, installed } from "./installed";

const real = realPulumi();

describe(`a deployment by the stand-in and by the real command${real ? "" : " (skipped: no pulumi command)"}`, function () {
  this.timeout(600_000);
  let byReal: Scratch;
  let byStandIn: Scratch;
  let installation: Installation;

  before(async function () {
    if (real === undefined) {
      this.skip();
    }
    installation = await installed();
    byReal = installation.scratch;
    byStandIn = scratchCheckout({ SANDBOX_PULUMI: "stand-in" });
  });

  after(() => byStandIn?.remove());

  it("needs no pulumi command in the sandbox", async () => {
    const { code, output } = await byStandIn.make("deploy", "ENV=local");
    expect(code, output).to.equal(0);
    expect(output).to.include("pulumi: the sandbox's stand-in");
  });

  it("makes the same things in the account", async () => {
    expect(withoutRandom(await inventory(access(byStandIn)))).to.deep.equal(withoutRandom(installation.inventory));
  });

  it("registers the same resources, and gives the same outputs", () => {
    for (const layer of layers) {
      // Which of its own default providers an engine notes down is its business.
      const [found = [], expected = []] = [byStandIn, byReal].map((each) =>
        stateOf(each, layer).filter(({ urn }) => !isDefaultProvider(urn)),
      );
      expect(found.map(({ urn }) => urn)).to.have.members(expected.map(({ urn }) => urn));
      expect(outputs(found)).to.deep.equal(outputs(expected));
    }
  });

  for (const [by, other] of [
    ["stand-in", "real"],
    ["real", "stand-in"],
  ] as const) {
    it(`leaves the ${other} command nothing to do where the ${by} one deployed`, async () => {
      const scratch = by === "real" ? byReal : byStandIn;
      const asked = { ...scratch, variables: { SANDBOX_PULUMI: other } };
      for (const layer of layers) {
        const args = ["preview", "--expect-no-changes", "--stack", "local"];
        const { code, output } = await plainPulumi(asked, layer, args);
        expect(code, output).to.equal(0);
      }
    });
  }
});

/** What AWS and Pulumi make up: UUIDs, ids in hexadecimal digits, the endings of the names of secrets and of database endpoints. */
const madeUp = [
  /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
  /[0-9a-f]{16,17}(?=")/g,
  /(?<=:secret:[^"]*)(-[0-9a-f]{7})?-\w{6}(?=")/g,
  /(?<=\.cluster-)\w+/g,
  /(?<="zoneId":")[0-9A-Z]{20,}/g,
];

/** The stack's outputs; what differs from account to account is numbered in the order in which it appears. */
function outputs(resources: ResourceState[]): unknown {
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  const text = JSON.stringify(stack?.outputs ?? {});
  const known: string[] = [];
  const number = (value: string): string => {
    if (!known.includes(value)) {
      known.push(value);
    }
    return `#${known.indexOf(value)}`;
  };
  return JSON.parse(madeUp.reduce((kept, pattern) => kept.replace(pattern, number), text));
}
