/** One thing that is wrong with a layer's configuration, or with what it names in the account. */
export interface ConfigProblem {
  key: string;
  /** What is wrong, and what would be right. Never a secret. */
  reason: string;
  /** What to do about it: mostly the command to type. */
  fix?: string;
  /** `warning`: worth knowing, but nobody is stopped by it. Default: `error`. */
  severity?: "error" | "warning";
}
