import { type Layer, setCommand, type Setting, type Settings } from "@selfhosted/common";
import { markdownTable, withMarked } from "./marked";

/** The settings of a layer by the title of their group, in the order in which they are shown. */
export type Groups = Record<string, Settings>;

/** The version that settings without `since` came with. */
const firstVersion = "0.1.0";

/** `SETTINGS.md` of a layer: a table of contents, and a section for each setting. */
export function settingsPage(layer: Layer, groups: Groups): string {
  const keys = Object.values(groups).flatMap((settings) => Object.keys(settings));
  const sections = Object.entries(groups).flatMap(([title, settings]) => [
    `## ${title}`,
    ...Object.entries(settings).map(([key, setting]) => withLinks(section(key, setting), key, keys)),
  ]);
  return [
    `# Settings of ${layer}`,
    "<!-- `make docs` writes this file from the settings in code. -->",
    `${keys.length} settings. Set them in \`${layer}/\`, for one stack: the examples are meant with \`--stack prod\`, or after ` +
      "`pulumi stack select prod`.\nWhat needs no value has a default or may be left out. A mistake is refused before anything " +
      "is changed, by `make preflight` and by\n`pulumi up` alike.",
    contents(groups),
    ...sections,
  ]
    .join("\n\n")
    .concat("\n");
}

function contents(groups: Groups): string {
  return Object.entries(groups)
    .map(([title, settings]) => `- ${link(title)}: ${Object.keys(settings).map(keyLink).join(", ")}`)
    .join("\n");
}

/** A README with the required settings, without which nothing can be deployed, between its markers. */
export function withRequired(readme: string, groups: Groups): string {
  const all = Object.values(groups).flatMap((settings) => Object.entries(settings));
  const required = all.filter(([, setting]) => isRequired(setting));
  const more = `${required.length > 0 ? "These are required. " : ""}All ${all.length} settings: [SETTINGS.md](SETTINGS.md).`;
  const rows = required.map(([key, setting]) => [
    `[\`${key}\`](SETTINGS.md#${anchor(key)})`,
    prose(setting.description),
    `\`${exampleOf(key, setting)}\``,
  ]);
  const shown = rows.length === 0 ? [] : [markdownTable(["setting", "what it is for", "set it"], rows)];
  return withMarked("The README", readme, "settings", [more, ...shown].join("\n\n"));
}

function section(key: string, setting: Setting<unknown>): string {
  const facts = [
    `**Type**: ${typeOf(setting)}`,
    `**Default**: ${defaultOf(setting)}`,
    ...variablesOf(setting).map((variables) => `**Sets**: ${variables}`),
    `**Change later**: ${prose(setting.change ?? "Yes, by the next deployment.")}`,
    `**Since**: ${setting.since ?? firstVersion}`,
  ];
  return [
    `### ${key}`,
    prose(setting.description),
    facts.map((fact) => `- ${fact}`).join("\n"),
    `\`\`\`sh\n${exampleOf(key, setting)}\n\`\`\``,
  ].join("\n\n");
}

const kinds: Record<Setting<unknown>["kind"], string> = {
  text: "text",
  number: "number",
  flag: "flag",
  choice: "choice",
  list: "list, with commas between",
  map: "map",
  secret: "text",
};

function typeOf({ kind, allowed, secret }: Setting<unknown>): string {
  return `${kinds[kind]}${secret ? ", secret" : ""}; ${prose(allowed)}`;
}

function isRequired({ default: value, bySize, optional }: Setting<unknown>): boolean {
  return value === undefined && bySize === undefined && !optional;
}

function defaultOf(setting: Setting<unknown>): string {
  const { default: value, bySize, secret } = setting;
  if (bySize !== undefined) {
    const values = Object.entries(bySize).map(([size, each]) => `${size} ${shown(each)}`);
    return `by the installation's size: ${values.join(", ")}`;
  }
  if (isRequired(setting)) {
    return "none, it is required";
  }
  return value === undefined || secret ? "not set" : shown(value);
}

function shown(value: unknown): string {
  const values = [value].flat().map((each) => (typeof each === "string" ? each : JSON.stringify(each)));
  return values.length === 0 || values[0] === "{}" ? "empty" : values.map((each) => `\`${each}\``).join(", ");
}

/** Such as `SMTP_SERVER` of the API's container. */
function variablesOf({ env = {} }: Setting<unknown>): string[] {
  const names = [...new Set(Object.values(env))];
  const all = names.map((name) => {
    const containers = Object.entries(env).flatMap(([container, each]) => (each === name ? [container] : []));
    return `\`${name}\` of ${containers.join(" and ")}`;
  });
  return all.length === 0 ? [] : [all.join(", ")];
}

/**
 * The command that sets it. A secret is typed when Pulumi asks, or comes from a file, as what has several lines does.
 *
 * @throws Error where a value is needed and the setting has no example.
 */
function exampleOf(key: string, setting: Setting<unknown>): string {
  const { kind, secret, example, file, default: value, bySize, choices = [], min } = setting;
  const source = file === undefined ? "" : ` < ${file}`;
  if (kind === "map") {
    const [[name, inner]] = Object.entries({ NAME: "value", ...parsed(example) }).slice(-1) as [[string, unknown]];
    const path = `--path '${key}.${name}'`;
    return secret ? `pulumi config set --secret ${path}` : setCommand(path, inner);
  }
  if (secret || file !== undefined) {
    return `pulumi config set ${secret ? "--secret " : ""}${key}${source}`;
  }
  const raw = kind === "flag" ? value !== true : (example ?? bySize?.medium ?? value ?? choices[0] ?? min);
  if (raw === undefined) {
    throw new Error(`The setting ${key} needs an example.`);
  }
  return setCommand(key, raw);
}

/** A section in which the names of other settings lead to them. Those that are words of English too stay as they are. */
function withLinks(text: string, own: string, keys: string[]): string {
  return text
    .split(/(```[^]*?```|`[^`]*`)/)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replace(/\b[a-z]+[A-Z]\w*/g, (word) => (word !== own && keys.includes(word) ? keyLink(word) : word)),
    )
    .join("");
}

function parsed(example: string | undefined): Record<string, unknown> {
  return example === undefined ? {} : (JSON.parse(example) as Record<string, unknown>);
}

/** Text outside of code, in which Markdown would take these characters for its own. */
function prose(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replace(/[<*[\]]/g, "\\$&")))
    .join("");
}

function link(heading: string): string {
  return `[${heading}](#${anchor(heading)})`;
}

function keyLink(key: string): string {
  return `[\`${key}\`](#${anchor(key)})`;
}

/** As GitHub spells the anchor of a heading. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}
