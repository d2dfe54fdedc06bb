import type { Clients } from "./fixture";

/** One call of the SDK: a request that AWS takes, and what makes it one that AWS refuses, with AWS's code and telling words. */
export interface Case {
  call: `${keyof Clients} ${string}`;
  right: object;
  wrong: [change: object, code: string, words: string][];
  /** The right request isn't sent, because something in this test would be lost or in the way. */
  onlyWrong?: true;
}
