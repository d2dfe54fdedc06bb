import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { ConfigProblem } from "@selfhosted/common";
import { parse } from "yaml";
import { causeOf } from "../report";
import { shown } from "../shown";
import type { Known } from "./choice";
import { settingOf } from "./settings";

/** Under which name of the answers the file of a secret is named, such as `licenseKeyFile`. */
export function fileKey(key: string): string {
  return `${key}File`;
}

/**
 * The answers in a YAML file: values by the names of the settings, `secretsProvider`, and in place of each secret the name of a file
 * with it, as `licenseKeyFile: licence.txt` beside the answers; `-` is standard input.
 */
export function readAnswers(file: string): { answers: Known; problems: ConfigProblem[] } {
  const found = contentOf(file);
  const answers: Record<string, string> = {};
  const problems: ConfigProblem[] = [];
  for (const [name, value] of Object.entries(found)) {
    const key = name.replace(/File$/, "");
    if (settingOf(name)?.secret) {
      const fix = `put it into a file of its own: ${fileKey(name)}: ${settingOf(name)?.file ?? "value.txt"}`;
      problems.push({ key: name, reason: "is a secret, which doesn't belong in a file of answers", fix });
    } else if (key !== name && settingOf(name) === undefined && settingOf(key)?.secret) {
      const secret = readSecret(name, resolve(dirname(file), textOf(value)), textOf(value) === "-");
      if ("text" in secret) {
        answers[key] = secret.text;
      } else {
        problems.push(secret.problem);
      }
    } else {
      answers[name] = textOf(value);
    }
  }
  return { answers, problems };
}

function contentOf(file: string): object {
  const read = (): unknown => {
    try {
      return parse(readFileSync(file, "utf8")) ?? {};
    } catch (error) {
      // The cause names the file as it was typed, whatever that does to a terminal.
      throw new Error(`ANSWERS is ${shown(file)}, which can't be read: ${causeOf(error).replace(/, \w+ '.*'$/s, "")}`);
    }
  };
  const found = read();
  if (typeof found !== "object" || found === null || Array.isArray(found)) {
    throw new Error(
      `ANSWERS is ${shown(file)}, which holds no answers; allowed: lines such as \`domain: pulumi.example.com\``,
    );
  }
  return found;
}

/** As `pulumi config` takes it. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) {
    return value.map(textOf).join(",");
  }
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}

/** The content of a file without the line break at its end, or why it can't be read. */
export function readSecret(
  key: string,
  file: string,
  fromInput = false,
): { text: string } | { problem: ConfigProblem } {
  try {
    return { text: readFileSync(fromInput ? 0 : file, "utf8").trimEnd() };
  } catch (error) {
    const reason = `the file can't be read: ${causeOf(error)}`;
    return { problem: { key, reason, fix: "name the file that the vendor sent" } };
  }
}
