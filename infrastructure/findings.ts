import { ConfigProblem } from "@selfhosted/common";

/** What the look-ups found wrong, so that everything is told at once. */
export class Findings {
  readonly problems: ConfigProblem[] = [];

  /** The answer of AWS, or undefined and a problem with the key that named the thing. */
  async lookUp<T>(key: string, what: string, answer: Promise<T>): Promise<T | undefined> {
    try {
      return await answer;
    } catch (error) {
      this.add(key, `${what} can't be read; AWS said: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  add(key: string, reason: string): void {
    this.problems.push({ key, reason });
  }
}
