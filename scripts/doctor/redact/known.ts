import { readings } from "./canonical";

/** A secret of the environment, by where it is kept. */
export interface KnownSecret {
  /** For the reader of the bundle, who sees it in the secret's place. */
  name: string;
  value: string;
}

/** Where in a text a secret is. */
export interface Place {
  name: string;
  begin: number;
  end: number;
}

/** Words that are everywhere: a secret that is one of them can't be told from the rest of the text. */
const common = /^(true|false|null|none|yes|no|\d{1,5})$/i;
const shortest = 4;
/** Shorter ones are parts of other words, too. */
const shortestAnywhere = 6;
/** A line of a longer secret, such as one of a key, which a log may have by itself. */
const shortestLine = 20;

/** Secrets that no text can be searched for. */
export function isUnsearchable({ value }: KnownSecret): boolean {
  return canonicalOf(value).some((text) => text.length < shortest) || common.test(value.trim());
}

/**
 * Finds secrets however they are written: quoted, escaped, or folded in any way; as hexadecimal digits; in base64.
 *
 * Both the secrets and the text are read without what such writing adds (`readings`), so that one search finds all of it.
 */
export function finder(secrets: KnownSecret[]): (text: string) => Place[] {
  const wanted = new Map<string, string>();
  const searchable = secrets.filter((each) => !isUnsearchable(each)).sort((a, b) => b.value.length - a.value.length);
  for (const { name, value } of searchable) {
    for (const written of writings(value)) {
      for (const text of canonicalOf(written).filter(({ length }) => length >= shortest)) {
        wanted.set(text, wanted.get(text) ?? name);
      }
    }
  }
  return (text) => readings.flatMap((read) => placesIn(read(text), text, wanted));
}

function placesIn(
  { text, begins, ends }: ReturnType<(typeof readings)[number]>,
  source: string,
  wanted: Map<string, string>,
): Place[] {
  const places: Place[] = [];
  for (const [value, name] of wanted) {
    for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + 1)) {
      const place = { name, begin: begins[at] ?? 0, end: ends[at + value.length - 1] ?? 0 };
      if (value.length >= shortestAnywhere || isWord(source, place)) {
        places.push(place);
      }
    }
  }
  return places;
}

function isWord(text: string, { begin, end }: Place): boolean {
  return !/[A-Za-z0-9]/.test((text[begin - 1] ?? "") + (text[end] ?? ""));
}

function canonicalOf(text: string): string[] {
  return readings.map((read) => read(text).text);
}

/** A secret, its longer lines, and each of these in the encodings that leave no letter as it was. */
function writings(value: string): string[] {
  const lines = value.split(/\r?\n/).filter((line) => line.length >= shortestLine && !line.startsWith("-----"));
  const texts = [...new Set([value, JSON.stringify(value).slice(1, -1), value.trim(), ...lines])];
  return texts.flatMap((text) => {
    const bytes = Buffer.from(text);
    const hex = bytes.toString("hex");
    const encoded = [hex, hex.toUpperCase(), ...[0, 1, 2].map((before) => inBase64(bytes, before))];
    return [text, ...encoded.filter(() => text.length >= shortestAnywhere)];
  });
}

/**
 * Bytes in base64, after as many others as the remainder by three says. The first and the last character, which have bits of a
 * neighbour too, are left out.
 */
function inBase64(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
  const first = [0, 2, 3][before] ?? 0;
  const rest = (bytes.length + before) % 3;
  return text.slice(first, rest === 0 ? undefined : rest - 4);
}
