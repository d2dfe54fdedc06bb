import { expect } from "chai";
import { findExisting } from "../../init/existing";
import { scriptedPulumi } from "../support/scripted-account";

describe("what there is of an environment already", () => {
  let restore: () => void;
  afterEach(() => restore());

  /** Stacks with these resources, by layer; a layer that isn't named has none. */
  function stacks(resources: Record<string, number>): void {
    const cases = Object.entries(resources).map(([layer, count]) => {
      const deployment = { resources: Array.from({ length: count }, () => ({ urn: "urn", type: "t" })) };
      return `*/${layer}" stack output"*) echo "{}";; */${layer}" stack export"*) echo '${JSON.stringify({ deployment })}';;`;
    });
    restore = scriptedPulumi(
      `case "$PWD $*" in ${cases.join(" ")} *) echo "error: no stack named 'nobody' found" >&2; exit 1;; esac`,
    );
  }
  const refusal = (): Promise<string> => findExisting("nobody", "nobody").then(() => "", String);

  it("is nothing where no layer has a stack or a file", async () => {
    stacks({});
    expect(await findExisting("nobody", "nobody")).to.deep.equal({ files: [], stacks: [] });
  });

  it("is not to be touched where a stack holds something, whatever its outputs are", async () => {
    stacks({ infrastructure: 0, application: 2 });
    expect(await refusal()).to.include("nobody is deployed: application holds 2 resources.");
  });

  it("is a stack without a file, which only its owner may remove", async () => {
    stacks({ dns: 0 });
    expect(await refusal())
      .to.include("dns/Pulumi.nobody.yaml")
      .and.to.include("cd dns && pulumi stack rm nobody");
  });
});
