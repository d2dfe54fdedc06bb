import { flag, list, map, secret, secretMap, text, type Setting } from "@selfhosted/common";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { settings as application } from "../../application/settings";
import { settings as dns } from "../../dns/config";
import { settings as infrastructure } from "../../infrastructure/config";
import { layers } from "../lib/pulumi";
import { groups, readmeOf, withReference } from "../reference";

const settings = { infrastructure, application, dns };

for (const layer of layers) {
  describe(`The reference of ${layer}`, () => {
    it("holds every setting of the layer", () => {
      const documented = Object.values(groups[layer]).flatMap((group) => Object.keys(group));
      expect(documented).to.have.members(Object.keys(settings[layer]));
    });

    it("is in its README as the settings are today; after a change of settings, `make docs`", () => {
      const readme = readFileSync(readmeOf(layer), "utf8");
      expect(readme).to.equal(withReference(readme, groups[layer]));
    });
  });
}

describe("A reference", () => {
  const readme = "before\n<!-- settings -->\nold\n<!-- /settings -->\nafter\n";
  const rowOf = (setting: Setting<unknown>): string | undefined =>
    withReference(readme, { Group: { key: setting } })
      .split("\n")
      .find((line) => line.startsWith("| `key`"));

  it("takes the place of the one before, and of nothing else", () => {
    const written = withReference(readme, { Group: { key: flag({ description: "New." }) } });
    expect(written).to.match(/^before\n<!-- settings -->\n[^]*### Group[^]*New\.[^]*\n<!-- \/settings -->\nafter\n$/);
    expect(written).not.to.contain("old");
  });

  it("needs its markers", () => {
    expect(() => withReference("no markers", {})).to.throw("<!-- settings -->");
  });

  const rows: [string, Setting<unknown>, string][] = [
    ["a required setting", text({ description: "A." }), "| `key` | A. | any text that is not empty | **required** |"],
    ["an optional setting", text({ description: "A.", optional: true, allowed: "x" }), "| `key` | A. | x | – |"],
    ["a default", flag({ description: "A.", default: true }), "| `key` | A. | true or false | `true` |"],
    [
      "a list of defaults",
      list({ description: "A.", default: ["a", "b"] }),
      "| `key` | A. | different texts that are not empty | `a`, `b` |",
    ],
    ["an empty default", map({ description: "A." }), "| `key` | A. | names with texts | none |"],
    ["a required secret", secret({ description: "A.", allowed: "x" }), "| `key` (secret) | A. | x | **required** |"],
    [
      "a secret without its default",
      secret({ description: "A.", allowed: "x", default: "hidden" }),
      "| `key` (secret) | A. | x | – |",
    ],
    ["secret values", secretMap({ description: "A." }), "| `key` (secret) | A. | names with texts | – |"],
    [
      "bars and angle brackets as text",
      text({ description: "At api.<domain>, or `a|<b>`.", allowed: "a|b", default: "a" }),
      "| `key` | At api.\\<domain>, or `a\\|<b>`. | a\\|b | `a` |",
    ],
  ];
  for (const [what, setting, row] of rows) {
    it(`shows ${what}`, () => expect(rowOf(setting)).to.equal(row));
  }
});
