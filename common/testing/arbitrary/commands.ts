import type { Found, Settings } from "../../config";
import { goodTexts } from "./config";

/** A command in a fix. */
interface Command {
  verb: "set" | "rm";
  key: string;
  /** Name within the map of that key (`--path`). */
  name?: string;
  /** Undefined where the command asks for it, or takes it from a file. */
  value?: string;
  secret: boolean;
}

/** The settings of a layer, with values for what its fixes leave to the user. */
export interface Typist {
  settings: Settings;
  project: string;
  samples: Record<string, readonly string[]>;
}

/** The commands in a fix: alternatives, each of commands that go together. */
export function commandsIn(fix: string): Command[][] {
  const quoted = "'(?:[^']|'\\\\'')*'";
  const expression = new RegExp(
    `pulumi config (set|rm)((?: --(?:secret|plaintext|path))*) (${quoted}|[\\w.:-]+\\w)(?: (?:-- )?(${quoted}|[\\w./:@,-]*[\\w/]))?`,
    "g",
  );
  const alternatives: Command[][] = [];
  let end = 0;
  for (const match of fix.matchAll(expression)) {
    const [, verb = "", options = "", key = "", value] = match;
    const isPath = options.includes("--path");
    const [, plain = "", dotted, bracketed] =
      /^([\w:-]+)(?:\.([\w-]+)|\["(.*)"\])?$/.exec(isPath ? unquoted(key) : "") ?? [];
    const secret = options.includes("--secret");
    const command: Command = {
      verb: verb as Command["verb"],
      key: isPath ? plain : key,
      name: dotted ?? bracketed,
      value: verb === "rm" || secret || value === undefined ? undefined : unquoted(value),
      secret,
    };
    const goesOn = / && $|\band $/.test(fix.slice(end, match.index));
    if (goesOn && alternatives.length > 0) {
      alternatives.at(-1)?.push(command);
    } else {
      alternatives.push([command]);
    }
    end = match.index + match[0].length;
  }
  return alternatives;
}

function unquoted(word: string): string {
  return word.startsWith("'") ? word.slice(1, -1).replaceAll("'\\''", "'") : word;
}

/**
 * The configuration after commands.
 *
 * @throws Error where one of them can't have been meant: it names no setting, a value that the setting refuses, or removes what
 *   isn't there.
 */
export function afterCommands(commands: Command[], found: Found, typist: Typist): Found {
  return commands.reduce((before, command) => afterCommand(command, before, typist), found);
}

function afterCommand({ verb, key, name, value, secret }: Command, found: Found, typist: Typist): Found {
  const full = key.includes(":") ? key : `${typist.project}:${key}`;
  const setting = typist.settings[key];
  const before = found[full];
  if (verb === "rm") {
    if (before === undefined) {
      throw new Error(`${key} is to be removed, but isn't set`);
    }
    const { [full]: _removed, ...others } = found;
    return name === undefined
      ? others
      : { ...others, [full]: { ...before, text: changed(before.text, (map) => delete map[name]) } };
  }
  if (setting === undefined) {
    throw new Error(`${key} is to be set, but is no setting`);
  }
  const good = (): string => typist.samples[key]?.[0] ?? goodTexts(setting)[0] ?? "";
  const text =
    name === undefined
      ? (value ?? good())
      : changed(before?.text ?? "{}", (map) => (map[name] = value ?? textIn(setting)));
  if ("fault" in setting.parse(text)) {
    throw new Error(`${key} refuses the ${JSON.stringify(text)} that is to be set`);
  }
  return { ...found, [full]: { text, encrypted: secret } };
}

/** A text that a map takes. */
function textIn({ example = "{}" }: Settings[string]): string {
  return Object.values(JSON.parse(example) as Record<string, string>)[0] ?? "text";
}

function changed(text: string, change: (map: Record<string, string>) => void): string {
  const map = JSON.parse(text) as Record<string, string>;
  change(map);
  return JSON.stringify(map);
}
