import type { ConfigProblem } from "../../config";
import { withoutCitations } from "../../config/shapes/shape";

const noWords: [what: string, form: RegExp][] = [
  ["a value of JavaScript", /\b(undefined|NaN|null)\b|\[object /],
  ["an error of JavaScript", /\b\w+Error\b|Cannot read|is not (a function|iterable|defined)|^ +at /m],
  ["an unknown value, which is for lookUp to skip", /\w isn't known$/m],
  ["a placeholder", /<\w[^>\n]*>|(?<!PRIVATE )\b(KEY|VALUE|TODO|XXX)\b/],
  ["a gap", / {2,}|(^| )[,;.:]( |$)|,,|\(\s*\)|: *;|\bwhich *[,;.]|\b(found|allowed:) *($|[;,])/],
  ["a fake account without an answer", /the test has no answer/],
];

/**
 * What a person could do nothing with in a problem: empty where it is in plain words.
 *
 * @param keys of the layer's settings, and those that are set; of a map also its names, as in `tags.team`.
 * @param texts of the settings: they may be anything, and be shown.
 * @param secrets texts that no message may hold.
 */
export function unclearIn(
  { key, reason, fix = "" }: ConfigProblem,
  { keys, texts, secrets }: { keys: readonly string[]; texts: readonly string[]; secrets: readonly string[] },
): string[] {
  const said = `${reason}\n${fix}`;
  const own = said.split("\n").map(withoutCitations).join("\n");
  const isTyped = (form: RegExp): boolean => texts.some((text) => form.test(text));
  return [
    ...(keys.includes(key) || keys.includes(key.replace(/\..*/, "")) ? [] : [`${key} is no setting`]),
    ...(reason.trim() === "" ? ["there is no reason"] : []),
    ...(reason.length > 1200 ? ["the reason is too long"] : []),
    ...noWords.flatMap(([what, form]) => (form.test(own) && !isTyped(form) ? [`there is ${what}`] : [])),
    ...secrets.flatMap((secret) => (said.includes(secret) ? ["there is a secret"] : [])),
  ].map((what) => `${what}: ${key}: ${said}`);
}
