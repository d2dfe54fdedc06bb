import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import type { Setting } from "@selfhosted/common";
import { settings as application } from "../../../application/exports";
import { settings as dns } from "../../../dns/exports";
import { settings as infrastructure } from "../../../infrastructure/exports";
import { layers } from "../../layers";
import { repository } from "../../repository";
import { anchors, proseOf, shellBlocks } from "../support/pages";

const settings: Record<string, Record<string, Setting<unknown>>> = { infrastructure, application, dns };

/** A page of the repository: where it is, and what is in it. */
export interface Page {
  path: string;
  text: string;
}

/** A command on a page, in a block or within a sentence. */
interface Command {
  text: string;
  /** The layer in whose folder it is typed, where that is known. */
  layer?: string;
}

/** What a page has for the reader to type. */
export function commandsOf(page: Page): Command[] {
  return [...inline(page), ...typed(page)];
}

/** What is shown as code in the sentences of a page. */
function inline({ text }: Page): Command[] {
  const codes = [...proseOf(text).matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code.replaceAll(/\s+/g, " "));
  return codes.flatMap((code) => commandsIn([code]));
}

/** What is typed in the blocks of a page. */
function typed({ path, text: page }: Page): Command[] {
  const own = layers.find((layer) => path.startsWith(`${layer}/`));
  return shellBlocks(path, page).flatMap(({ lines }) => commandsIn(lines, own));
}

/** The commands of lines that are typed one after the other. `cd` leads into a layer; in parentheses, for its line alone. */
function commandsIn(lines: string[], own?: string): Command[] {
  let layer = own;
  return lines.flatMap((line) => {
    const before = layer;
    const isApart = /^\s*\(.*\)\s*$/.test(line);
    const commands = (isApart ? line.replace(/^\s*\(|\)\s*$/g, "") : line).split(" && ");
    const found = commands.map((each): Command => {
      const text = each.trim();
      const [, folder] = /^cd (?:\.\.\/)?(\S+)$/.exec(text) ?? [];
      if (folder !== undefined) layer = layers.find((name) => name === folder);
      return { text, ...(layer !== undefined && { layer }) };
    });
    if (isApart) layer = before;
    return found;
  });
}

/** Links to files and headings that there aren't. */
export function brokenLinks({ path: page, text }: Page): string[] {
  const links = [...proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  return links.filter((link) => {
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : normalize(join(dirname(page), path));
    if (/^(https?|mailto):/.test(link)) return false;
    if (!existsSync(join(repository, target))) return true;
    return anchor !== undefined && !(target.endsWith(".md") && anchors(target).includes(anchor));
  });
}

/** The variables that each target of the Makefile gives its command. */
const variablesByTarget = new Map(
  [...readFileSync(join(repository, "Makefile"), "utf8").matchAll(/^([a-z-]+):.*## .*\n((?:\t.*\n)*)/gm)].map(
    ([, target = "", recipe = ""]) => {
      const shorthands: Record<string, string> = { run: "ENV", yes: "YES", json: "JSON", tag: "IMAGE_TAG" };
      const short = [...recipe.matchAll(/\$\((?:call )?(\w+)/g)].flatMap(([, name = ""]) => shorthands[name] ?? []);
      const own = [...recipe.matchAll(/"\$\$([A-Z_]+)"/g)].map(([, name = ""]) => name);
      return [target, new Set([...short, ...own])];
    },
  ),
);

/** Commands that the Makefile doesn't have, or that don't take a variable. */
export function wrongCommands(page: Page): string[] {
  return commandsOf(page).flatMap(({ text }) => {
    const [, before = "", rest] = /^((?:[A-Z_]+=\S+ )*)make((?: +(?!#)\S+)*)/.exec(text) ?? [];
    const words = `${before}${rest ?? ""}`.split(/\s+/).filter((word) => /^\w/.test(word));
    const variables = words.flatMap((word) => /^([A-Z_]+)=/.exec(word)?.[1] ?? []);
    return words
      .filter((word) => rest !== undefined && !word.includes("="))
      .filter((target) => {
        const known = variablesByTarget.get(target);
        return known === undefined || variables.some((name) => !known.has(name));
      })
      .map((target) => `make ${target} ${variables.join(" ")}`.trim());
  });
}

const settingCommand =
  /pulumi config (?:set|rm|get) ((?:--\w+ )*)(?:'(\w+)[.[][^']*'|([\w:]+))(?: +('[^']*'|[^\s<-]\S*))?/;

/** Settings that a layer doesn't have, or values that they don't take. */
export function wrongSettings(page: Page): string[] {
  return commandsOf(page).flatMap(({ text, layer }) => {
    const [all, options = "", map, key = "", value] = settingCommand.exec(text.replace(/ --stack \S+/, "")) ?? [];
    const found = (layer === undefined ? layers : [layer]).flatMap((each) => settings[each]?.[map ?? key] ?? []);
    const isShown = map === undefined && !options.includes("--secret") && value !== undefined && !/…|^'?</.test(value);
    const isTaken = isShown
      ? found.some((setting) => "value" in setting.parse(value.replace(/^'|'$/g, "")))
      : found.length > 0;
    return all === undefined || isTaken ? [] : [layer === undefined ? all : `${all} in ${layer}/`];
  });
}

/**
 * Commands that change the configuration of whichever stack is selected: `make init` selects none. A block may select one itself. The
 * settings' own pages say once that their examples want it, and a layer's page may name one within a sentence.
 */
export function withoutStack(page: Page): string[] {
  const isLayers = layers.some((layer) => page.path.startsWith(`${layer}/`));
  const typedThere = shellBlocks(page.path, page.text)
    .filter(({ lines }) => !lines.some((line) => /pulumi stack (init|select) /.test(line)))
    .flatMap(({ lines }) => commandsIn(lines));
  return (page.path.endsWith("/SETTINGS.md") ? [] : [...(isLayers ? [] : inline(page)), ...typedThere])
    .map(({ text }) => text)
    .filter((text) => /pulumi config (set|rm) (--\w+ )*[^\s-]/.test(text) && !/ --stack \S/.test(text));
}

/** Blocks after which the reader is in another folder than at the top, where the next command is typed. */
export function endsElsewhere({ path, text }: Page): string[] {
  return shellBlocks(path, text).flatMap(({ lines }) => {
    const moves = lines
      .filter((line) => !/^\s*\(/.test(line))
      .flatMap((line) => [...line.matchAll(/(?:^|&& )cd (\S+)/g)]);
    const folder = moves.reduce((at, [, to = ""]) => normalize(join(at, to)), ".");
    return folder.replace(/\/$/, "") === "." ? [] : [lines.join("\n")];
  });
}

/** Keys of answers to `make init` that are no setting, or a secret, which belongs in a file of its own. */
export function wrongAnswers({ text }: Page): string[] {
  const blocks = [...text.matchAll(/^ *```yaml\n([^]*?)^ *```$/gm)].map(([, yaml = ""]) => yaml);
  const all: Record<string, Setting<unknown>> = { ...infrastructure, ...application, ...dns };
  return blocks
    .filter((yaml) => /# make init |^# dr\.yaml/.test(yaml))
    .flatMap((yaml) => [...yaml.matchAll(/^ *([\w:]+): \S/gm)].map(([, key = ""]) => key))
    .filter((key) => {
      const isFile = all[key.replace(/File$/, "")]?.secret === true && key.endsWith("File");
      return !isFile && all[key]?.secret !== false;
    });
}
