import { finder, type KnownSecret, type Place } from "./known";
import { isHarmless, isSecretName } from "./names";
import { encoded, holds, type Rule, rules } from "./rules";

/** Something that was masked: by what it was noticed, and in which line; never what it was. */
export interface Masked {
  rule: string;
  line: number;
}

interface Redacted {
  text: string;
  masked: Masked[];
}

/** Masks what is secret in a text or, where it is given an object, in its JSON. */
export type Redactor = (content: unknown) => Redacted;

/** How deep encodings are followed into each other. */
const deepest = 4;

/**
 * A redactor that masks the known secrets wherever and however they are written, and what looks like one.
 *
 * Of JSON, the names and values; of everything, the text.
 */
export function redactor(secrets: KnownSecret[]): Redactor {
  const known = finder(secrets);

  function redactText(text: string, depth: number): Redacted {
    const lines = text.split("\n").map((line) => redactEmbedded(line, depth));
    let result: Redacted = {
      text: lines.map((line) => line.text).join("\n"),
      masked: lines.flatMap(({ masked }, index) => masked.map(({ rule }) => ({ rule, line: index + 1 }))),
    };
    result = then(result, maskPlaces(result.text, known(result.text)));
    for (const rule of rules) {
      result = then(result, mask(result.text, rule));
    }
    return depth < deepest ? redactEncoded(result, depth) : result;
  }

  /** What is text in another encoding, and says something that would be masked. */
  function redactEncoded(result: Redacted, depth: number): Redacted {
    return encoded.reduce((before, { name, find, decode }) => {
      const says = (found: string): boolean => {
        const text = decode(found);
        return text !== found && isText(text) && redactText(text, depth + 1).masked.length > 0;
      };
      return then(before, mask(before.text, { name, find, holds: says }));
    }, result);
  }

  /** A line that ends with JSON. */
  function redactEmbedded(line: string, depth: number): Redacted {
    for (const { index } of [...line.matchAll(/[{[]/g)].slice(0, 5)) {
      const value = parsed(line.slice(index));
      if (value !== undefined) {
        const inner = redactValue(value, depth);
        const isSame = inner.masked.length === 0;
        return { text: isSame ? line : line.slice(0, index) + JSON.stringify(inner.value), masked: inner.masked };
      }
    }
    return { text: line, masked: [] };
  }

  /** @param name what the value is called, where that is known. */
  function redactValue(value: unknown, depth: number, name = ""): { value: unknown; masked: Masked[] } {
    if (typeof value === "string" || typeof value === "number") {
      if (isSecretName(name) && !isHarmless(String(value))) {
        return { value: maskOf("named value"), masked: [{ rule: "named value", line: 1 }] };
      }
      const { text, masked } = typeof value === "string" ? redactText(value, depth + 1) : { text: value, masked: [] };
      return { value: text, masked };
    }
    if (typeof value !== "object" || value === null) {
      return { value, masked: [] };
    }
    const masked: Masked[] = [];
    const inner = (item: unknown, itsName: string): unknown => {
      const redacted = redactValue(item, depth, itsName);
      masked.push(...redacted.masked);
      return redacted.value;
    };
    if (Array.isArray(value)) {
      return { value: value.map((item) => inner(item, name)), masked };
    }
    const ofValue = nameOf(value as Record<string, unknown>) ?? name;
    const entries = Object.entries(value).map(([key, item]) => {
      return [redactText(key, deepest).text, inner(item, /^value$/i.test(key) ? ofValue : key)] as const;
    });
    return { value: Object.fromEntries(entries), masked };
  }

  return (content) => {
    if (typeof content === "string") {
      return redactText(content, 0);
    }
    const json = JSON.parse(JSON.stringify(content)) as unknown;
    const { value } = redactValue(json, 0);
    // Once more as text: it says the line, and finds what goes over several values.
    const text = JSON.stringify(value, undefined, 2);
    const lines = text
      .split("\n")
      .flatMap((line, index) => [...line.matchAll(masks)].map(([, rule = ""]) => ({ rule, line: index + 1 })));
    return then({ text, masked: lines }, maskPlaces(text, known(text)));
  };
}

/** The name in a pair of name and value, as in the environment of a container. */
function nameOf(value: Record<string, unknown>): string | undefined {
  const found = Object.entries(value).find(([key]) => /^(name|key|parameter(name|key)|variable)$/i.test(key))?.[1];
  return typeof found === "string" ? found : undefined;
}

/** Masks what a rule finds. */
function mask(text: string, rule: Rule): Redacted {
  const places: Place[] = [];
  let from = 0;
  // Where from is said each time: to look into what is encoded uses the same patterns meanwhile.
  const next = (): RegExpExecArray | null => ((rule.find.lastIndex = from), rule.find.exec(text));
  for (let match = next(); match !== null; match = next()) {
    const { secret = match[0], key } = match.groups ?? {};
    const [begin, end] = match.indices?.groups?.["secret"] ?? [match.index, match.index + match[0].length];
    if (isHarmless(secret) || !holds(rule, match)) {
      // Within what was found there may be another.
      from = match.index + (key?.length ?? 1);
    } else {
      places.push({ name: rule.name, begin, end });
      from = Math.max(end, match.index + 1);
    }
  }
  return maskPlaces(text, places);
}

/** Where they overlap, they are one, by the name of the first. */
function maskPlaces(text: string, places: Place[]): Redacted {
  const masked: Masked[] = [];
  let result = "";
  let done = 0;
  let line = 1;
  for (const { name, begin, end } of places.sort((a, b) => a.begin - b.begin || b.end - a.end)) {
    if (end <= done) {
      continue;
    }
    if (begin >= done) {
      line += count(text, done, begin);
      result += text.slice(done, begin) + maskOf(name);
      masked.push({ rule: name, line });
    }
    line += count(text, Math.max(begin, done), end);
    done = end;
  }
  return { text: result + text.slice(done), masked };
}

/** Lines that end in a part of a text. */
function count(text: string, from: number, to: number): number {
  return text.slice(from, to).split("\n").length - 1;
}

function then(before: Redacted, { text, masked }: Redacted): Redacted {
  return { text, masked: [...before.masked, ...masked] };
}

const maskOf = (rule: string): string => `[masked: ${rule}]`;
const masks = /\[masked: ([^\]]*)\]/g;

function parsed(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** No bytes of something else. */
function isText(text: string): boolean {
  return !/[^\P{Cc}\t\n\r\x1b]|\ufffd/u.test(text);
}
