import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { choice, flag, integer, list, map, secret, secretMap, type Setting, text } from "@selfhosted/common";
import { expect } from "chai";
import { settings as application } from "../../../application/exports";
import { settings as dns } from "../../../dns/exports";
import { settings as infrastructure } from "../../../infrastructure/exports";
import { groups, writtenFiles } from "../../docs/docs";
import { policyFolder } from "../../docs/permissions/documents";
import { type Groups, settingsPage, withRequired } from "../../docs/settings-page";
import { layers } from "../../layers";
import { repository } from "../../repository";

const settings = { infrastructure, application, dns };

/** The headings of a page, and the anchors that its links lead to. */
function headings(page: string): string[] {
  return [...page.matchAll(/^##+ (.+)$/gm)].map(([, heading = ""]) => heading.toLowerCase().replace(/[^\w -]/g, ""));
}
function targets(page: string): string[] {
  return [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, target = ""]) => target);
}

describe("What `make docs` writes", function () {
  this.timeout(60_000);

  it("is as the settings and the policies are today: run it where this fails", async () => {
    const files = await writtenFiles();
    for (const [path, written] of Object.entries(files)) {
      const file = join(repository, path);
      expect(existsSync(file) ? readFileSync(file, "utf8") : "no file", path).to.equal(written);
    }
    const policies = readdirSync(join(repository, policyFolder)).filter((name) => name.endsWith(".json"));
    expect(Object.keys(files)).to.include.members(policies.map((name) => `${policyFolder}/${name}`));
  });

  for (const layer of layers) {
    it(`has every setting of ${layer} once, and every link on the page leads to one heading`, () => {
      const documented = Object.values(groups[layer]).flatMap((group) => Object.keys(group));
      expect(documented).to.have.members(Object.keys(settings[layer]));
      const page = settingsPage(layer, groups[layer]);
      const anchors = headings(page).map((heading) => heading.replaceAll(" ", "-"));
      expect(new Set(anchors).size).to.equal(anchors.length);
      expect(anchors).to.include.members(targets(page));
    });

    it(`gives an example of each setting of ${layer} that the layer takes`, () => {
      const page = settingsPage(layer, groups[layer]);
      for (const [key, setting] of Object.entries<Setting<unknown>>(settings[layer])) {
        const [, command = ""] = new RegExp(`^### ${key}$[^]*?\`\`\`sh\n(.+)\n\`\`\``, "m").exec(page) ?? [];
        const [, , name, value] =
          /^pulumi config set (--secret )?(?:--path '\w+\.([\w-]+)'|[\w:]+) '?([^'<]+)'?$/.exec(command) ?? [];
        const raw = name === undefined ? value : JSON.stringify({ [name]: value });
        expect(command).to.match(/^pulumi config set /);
        expect(command.includes("--path"), key).to.equal(setting.kind === "map");
        expect(command.includes("--secret"), key).to.equal(setting.secret);
        expect(raw === undefined ? {} : setting.parse(raw), `${key}: ${command}`).not.to.have.property("fault");
      }
    });
  }
});

describe("The page of a layer's settings", () => {
  /** The section of the setting `key`, on a page with one more. */
  const sectionOf = (setting: Setting<unknown>): string => {
    const page = settingsPage("dns", { Group: { key: setting, otherKey: flag({ description: "B." }) } });
    return /### key\n([^]*?)### otherKey/.exec(page)?.[1] ?? "";
  };

  const facts: [what: string, setting: Setting<unknown>, said: string[]][] = [
    [
      "what it changes, what it may be, and how to set it",
      text({ description: "The domain.", shape: { allowed: "a domain", fault: () => undefined }, example: "a.com" }),
      ["The domain.", "text; a domain", "none, it is required", "pulumi config set key a.com\n"],
    ],
    [
      "the default of each size",
      integer({ description: "A.", min: 1, max: 9, bySize: { small: 1, medium: 2, large: 3 } }),
      ["small `1`, medium `2`, large `3`", "pulumi config set key 2\n"],
    ],
    ["a default", list({ description: "A.", default: ["a", "b"], example: "c" }), ["**Default**: `a`, `b`"]],
    ["that nothing is set", text({ description: "A.", optional: true, example: "x" }), ["**Default**: not set"]],
    [
      "the opposite of a flag's default",
      flag({ description: "A.", default: true }),
      ["pulumi config set key false\n", "**Default**: `true`"],
    ],
    [
      "a secret's command without its value",
      secret({ description: "A.", example: "hidden" }),
      ["text, secret", "pulumi config set --secret key\n"],
    ],
    [
      "how a name of a map is set",
      map({ description: "A.", example: '{"team":"platform"}' }),
      ["**Default**: empty", "pulumi config set --path 'key.team' platform\n"],
    ],
    [
      "how a name of a map is set to an object",
      map({ description: "A.", example: '{"api":{"port":1}}' }),
      ["pulumi config set --path 'key.api' '{\"port\":1}'\n"],
    ],
    [
      "how a secret of a map is set",
      secretMap({ description: "A." }),
      ["map, secret", "pulumi config set --secret --path 'key.NAME'\n"],
    ],
    [
      "the vendor's variables, with the containers that get them",
      flag({ description: "A.", env: { api: "DEBUG", console: "DEBUG", migration: "VERBOSE" } }),
      ["`DEBUG` of api and console, `VERBOSE` of migration"],
    ],
    [
      "since when there is such a setting, and what a change means",
      choice(["a", "b"], { description: "A.", default: "a", since: "1.2.0", change: "No: name another stack." }),
      ["**Since**: 1.2.0", "**Change later**: No: name another stack.", "choice; one of a, b"],
    ],
    [
      "another setting as a link, in code and elsewhere never",
      text({ description: "Only with otherKey, not `otherKey` nor api.<domain>.", optional: true, example: "x" }),
      ["with [`otherKey`](#otherkey), not `otherKey` nor api.\\<domain>"],
    ],
  ];
  for (const [what, setting, said] of facts) {
    it(`says ${what}`, () => said.forEach((each) => expect(sectionOf(setting)).to.contain(each)));
  }

  it("never shows a secret's default or example", () => {
    const hidden = secret({ description: "A.", default: "hush-1", example: "hush-2" });
    expect(settingsPage("dns", { Group: { key: hidden } })).not.to.contain("hush");
  });
});

describe("The README of a layer", () => {
  const readme = "before\n<!-- settings -->\nold\n<!-- /settings -->\nafter\n";
  const three: Groups = {
    First: { must: text({ description: "Needed, a|b.", example: "x" }), may: flag({ description: "May be." }) },
    Second: { sized: integer({ description: "Sized.", min: 1, max: 9, bySize: { small: 1, medium: 2, large: 3 } }) },
  };

  it("has the required settings between its markers, each with a link, and nothing else changes", () => {
    const written = withRequired(readme, three);
    expect(written).to.match(/^before\n<!-- settings -->\n[^]*\n<!-- \/settings -->\nafter\n$/);
    expect(written).to.contain("| [`must`](SETTINGS.md#must) | Needed, a\\|b. | `pulumi config set must x` |");
    expect(written).to.contain("All 3 settings: [SETTINGS.md](SETTINGS.md)");
    expect(written).not.to.match(/old|May be|Sized/);
    expect(withRequired(written, three)).to.equal(written);
  });

  it("has no table where no setting is required", () => {
    expect(withRequired(readme, { Group: { may: flag({ description: "May be." }) } })).not.to.contain("|");
  });

  it("needs its markers", () => {
    expect(() => withRequired("no markers", {})).to.throw("<!-- settings -->");
  });
});
