import { oneOf, pattern } from "@selfhosted/common";

const multiples = [2, 3, 4, 6, 8, 9, 10, 12, 16, 18, 24, 32, 48].map((count) => `${count}xlarge`);
const sizes = ["micro", "small", "medium", "large", "xlarge", ...multiples];

/** The last part of instance classes and types. Which of them a family has, only AWS knows. */
const size = `(${sizes.join("|")})`;

export const instanceClass = pattern(
  new RegExp(`^db\\.[a-z]\\w*\\.${size}$`),
  "an instance class of Aurora MySQL 3, such as db.r6g.large",
  (text) => `db.${nearestSize(text.replace(/^db\./, ""))}`,
);

export const searchInstanceType = pattern(
  new RegExp(`^[a-z][a-z0-9]*\\.${size}\\.search$`),
  "an OpenSearch instance type, such as m6g.large.search",
  (text) => `${nearestSize(text.replace(/\.(elastic)?search$/, ""))}.search`,
);

/** A class or type with the size that was probably meant. */
function nearestSize(text: string): string {
  return text.replace(/[^.]+$/, (word) => oneOf(sizes).fault(word)?.meant ?? word);
}
