import { oneOf } from "@selfhosted/common";

const multiples = [2, 3, 4, 6, 8, 9, 10, 12, 16, 18, 24, 32, 48].map((count) => `${count}xlarge`);
const sizes = ["micro", "small", "medium", "large", "xlarge", ...multiples];

/** The last part of instance classes and types, for a regular expression. Which of them a family has, only AWS knows. */
export const instanceSize = `(${sizes.join("|")})`;

/** A class or type with the size that its writer may have meant. */
export function nearestSize(text: string): string {
  return text.replace(/[^.]+$/, (word) => oneOf(sizes).fault(word)?.meant ?? word);
}
