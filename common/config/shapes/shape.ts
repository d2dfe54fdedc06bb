import { meantChoice } from "../guess";

/** What is wrong with a text. */
export interface Fault {
  /**
   * Why, as the end of the sentence "found …, which …"; where the allowed form says it all, nothing. What it cites from the text is
   * `cited`, so that it can be taken out where the text must not be shown.
   */
  because?: string;
  /** What the user meant, where that is clear. */
  meant?: string;
}

/** A part of a text in a reason. */
export function cited(text: string): string {
  return JSON.stringify(text);
}

/** A reason without what it cites. */
export function withoutCitations(because: string): string {
  return because.replace(/"(?:[^"\\]|\\.)*"/g, "a part (not shown)");
}

/** The form of a text that settings share: the name of a region, an ARN, a network. */
export interface Shape {
  /** What a text may be, as the end of the sentence "allowed: …". */
  allowed: string;
  /** What a file with such a text may be called, where it is set from one, such as `key.pem`. */
  file?: string;
  /** What is wrong with a text; undefined where nothing is. */
  fault(text: string): Fault | undefined;
}

/**
 * A text as a regular expression allows it.
 *
 * @param guess what may have been meant by a text that isn't allowed even when it is spelt well, such as `db.` in front of `r6g.large`.
 */
export function pattern(expression: RegExp, allowed: string, guess?: (text: string) => string): Shape {
  const fits = (text: string): boolean => expression.test(text);
  return {
    allowed,
    fault: (text) => {
      const spellings = [text, ...respelled(text)];
      const guesses = guess === undefined ? [] : spellings.map(guess);
      return fits(text) ? undefined : { meant: [...spellings, ...guesses].find(fits) };
    },
  };
}

/** One of a few words, for the items of a list; for a value by itself there is `choice`. */
export function oneOf(words: readonly string[]): Shape {
  return {
    allowed: `names among ${words.join(", ")}`,
    fault: (text) => (words.includes(text) ? undefined : { meant: meantChoice(text, words) }),
  };
}

/**
 * A text that a function checks.
 *
 * @param flaw says why a text isn't allowed, as the end of the sentence "found …, which …"; undefined where it is.
 */
export function checkedBy(allowed: string, flaw: (text: string) => string | undefined, file?: string): Shape {
  return {
    allowed,
    file,
    fault: (text) => {
      const because = flaw(text);
      const meant = (): string | undefined => respelled(text).find((each) => flaw(each) === undefined);
      return because === undefined ? undefined : { because, meant: meant() };
    },
  };
}

/** A text that several shapes allow, each of which may refuse it. */
export function all(allowed: string, ...shapes: Shape[]): Shape {
  const first = (text: string): Fault | undefined =>
    shapes.map((shape) => shape.fault(text)).find((fault) => fault !== undefined);
  return {
    allowed,
    file: shapes.find(({ file }) => file !== undefined)?.file,
    fault: (text) => {
      const fault = first(text);
      return fault && { ...fault, meant: fault.meant !== undefined && !first(fault.meant) ? fault.meant : undefined };
    },
  };
}

/** Any text but an empty one. */
export const anyText: Shape = pattern(/\S/, "any text that is not empty");

/**
 * What a text is that says where another one is to be found; undefined where it doesn't.
 *
 * @param ending of the names of such files.
 */
export function whereabouts(text: string, ending: RegExp): string | undefined {
  const line = text.trim();
  if (line.includes("\n")) {
    return undefined;
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(line)) {
    return "a URL";
  }
  return /^(~|\.{0,2}[/\\]|[a-z]:\\)/i.test(line) || ending.test(line) ? "the name of a file" : undefined;
}

/** The text as its writer may have meant it: without quotes, spaces, scheme or full stop around it, in lower case. */
function respelled(text: string): string[] {
  const bare = text
    .trim()
    .replace(/^(["'])(.*)\1$/s, "$2")
    .trim();
  const noScheme = bare.replace(/^[a-z0-9+]+:\/\//i, "");
  const [onlyNoEnd = "", noEnd = ""] = [bare, noScheme].map((each) => each.replace(/[/.]+$/, ""));
  const all = [bare, bare.toLowerCase(), noScheme, noEnd, noEnd.toLowerCase(), onlyNoEnd];
  return [...new Set(all)].filter((each) => each !== text);
}
