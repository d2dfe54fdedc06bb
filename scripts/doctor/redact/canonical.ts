/** A text without what quoting, escaping and folding add to it, which knows where each of its characters was. */
export interface Canonical {
  text: string;
  /** Where the source of each character begins. */
  begins: number[];
  /** Where it ends. */
  ends: number[];
}

/** What some characters of a text are, in so many pieces of it. */
type Piece = [text: string, length: number];

interface Step {
  find: RegExp;
  pieces: (found: string) => Piece[];
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** `%20`, and `%2520` of what was encoded twice. */
const percent: Step = { find: /(?:%(?:25)*[0-9a-f]{2})+/gi, pieces: percentPieces };

const entity: Step = {
  find: /&(?:#\d+|#x[0-9a-f]+|amp|lt|gt|quot|apos);/gi,
  pieces: (found) => {
    const name = found.slice(1, -1).toLowerCase();
    const code = name.startsWith("#x") ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
    return [[entities[name] ?? String.fromCodePoint(Math.min(code, 0x10ffff)), found.length]];
  },
};

/** `\u0041`, after however many backslashes. */
const unicode: Step = {
  find: /\\+u[0-9a-f]{4}/gi,
  pieces: (found) => [[String.fromCharCode(parseInt(found.slice(-4), 16)), found.length]],
};

/** White space as a letter after backslashes. */
const letters: Step = { find: /\\+[nrt]/g, pieces: (found) => [["", found.length]] };

/** White space, which a `+` may be in a URL; backslashes; and what differs between the alphabets of base64. */
const separators: Step = { find: /[\s\\+/_-]+/g, pieces: (found) => [["", found.length]] };

/**
 * Two readings: a `\n` is a line's end where a text is escaped, and else a backslash before a letter. However a text is written, one of
 * them is that of the text itself.
 */
export const readings = [
  (text: string): Canonical => canonical(text, [percent, entity, unicode, letters, separators]),
  (text: string): Canonical => canonical(text, [percent, entity, unicode, separators]),
];

function canonical(text: string, steps: Step[]): Canonical {
  const begins = Array.from({ length: text.length }, (_, index) => index);
  return steps.reduce(apply, { text, begins, ends: begins.map((index) => index + 1) });
}

function apply(source: Canonical, { find, pieces }: Step): Canonical {
  const result: Canonical = { text: "", begins: [], ends: [] };
  const copy = (from: number, to: number): void => {
    result.text += source.text.slice(from, to);
    for (let index = from; index < to; index += 1) {
      result.begins.push(source.begins[index] ?? 0);
      result.ends.push(source.ends[index] ?? 0);
    }
  };
  let done = 0;
  for (const { 0: found, index } of source.text.matchAll(find)) {
    copy(done, index);
    done = index;
    for (const [text, length] of pieces(found)) {
      for (const unit of text.split("")) {
        result.text += unit;
        result.begins.push(source.begins[done] ?? 0);
        result.ends.push(source.ends[done + length - 1] ?? 0);
      }
      done += length;
    }
  }
  copy(done, source.text.length);
  return result;
}

/** A character may be several bytes. */
function percentPieces(found: string): Piece[] {
  const bytes = found.match(/%(?:25)*[0-9a-f]{2}/gi) ?? [];
  const pieces: Piece[] = [];
  for (let index = 0; index < bytes.length;) {
    const value = (at: number): number => parseInt(bytes[at]?.slice(-2) ?? "0", 16);
    const count = value(index) >= 0xf0 ? 4 : value(index) >= 0xe0 ? 3 : value(index) >= 0xc0 ? 2 : 1;
    const own = bytes.slice(index, index + count);
    const text = Buffer.from(own.map((_, offset) => value(index + offset))).toString("utf8");
    pieces.push([text, own.join("").length]);
    index += count;
  }
  return pieces;
}
