import { createInterface } from "node:readline/promises";

/**
 * Asks whoever is at the terminal.
 *
 * @param instead the command that doesn't ask.
 * @param expected the answer that agrees.
 * @throws Error where nobody is there to be asked.
 */
export async function confirm(instead: string, question: string, expected: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new Error(`Nobody is here to ask: confirm with \`${instead}\`.`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(question);
  terminal.close();
  return answer.trim() === expected;
}
