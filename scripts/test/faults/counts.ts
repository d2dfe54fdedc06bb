import { table } from "../../table";

/** What came of the runs of a command under a kind of fault. */
export interface Count {
  runs: number;
  /** How often the fault happened. */
  injected: number;
  /** How the command completed. */
  atOnce: number;
  repeated: number;
  recovered: number;
  /** What is in the account beyond what an undisturbed command leaves, what is there more often, and what isn't there. */
  orphans: number;
  duplicates: number;
  missing: number;
  /** Secrets in what was printed. */
  leaked: number;
}

const none: Count = {
  ...{ runs: 0, injected: 0, atOnce: 0, repeated: 0, recovered: 0 },
  ...{ orphans: 0, duplicates: 0, missing: 0, leaked: 0 },
};
const keys = Object.keys(none) as (keyof Count)[];

/** Counts by kind and command. */
export class Counts {
  private readonly rows = new Map<string, { kind: string; command: string; count: Count }>();

  of(kind: string, command: string): Count {
    const key = `${kind} ${command}`;
    const row = this.rows.get(key) ?? { kind, command, count: { ...none } };
    this.rows.set(key, row);
    return row.count;
  }

  /** A table of them all, with their sum. */
  describe(): string {
    const all = [...this.rows.values()];
    const cells = (count: Count): string[] => {
      const completed = count.atOnce + count.repeated + count.recovered;
      const { runs, injected, atOnce, repeated, recovered, orphans, duplicates, missing, leaked } = count;
      return [runs, injected, completed, atOnce, repeated, recovered, orphans, duplicates, missing, leaked].map(String);
    };
    const sum = { ...none };
    all.forEach(({ count }) => keys.forEach((key) => (sum[key] += count[key])));
    const headings = ["KIND", "COMMAND", "RUNS", "FAULTS", "COMPLETED", "AT ONCE", "AFTER A REPEAT", "AFTER RECOVER"];
    return table(
      [...headings, "ORPHANS", "DUPLICATES", "MISSING", "SECRETS LEAKED"],
      [...all.map(({ kind, command, count }) => [kind, command, ...cells(count)]), ["all", "", ...cells(sum)]],
    );
  }
}
