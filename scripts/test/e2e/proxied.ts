import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Scratch } from "../../bench/scratch";
import { type Fault, type Proxy, startProxy } from "../../sandbox/test/proxy";

/** The calls that change something, by the names of their operations; for S3 and Route 53 by their methods. */
export const changing = /^(?!(BatchGet|Describe|Get|List|Head|GET |HEAD ))/;

/** A proxy that every command in a scratch checkout takes for its emulated account. */
export interface Interposed extends Pick<Proxy, "inject" | "clear"> {
  /** Lets the commands speak to the account itself again. */
  remove: () => Promise<void>;
}

/** Puts a proxy before the running account of a checkout, by way of the file in which its commands look the account up. */
export async function interpose({ folder }: Scratch): Promise<Interposed> {
  const file = join(folder, ".local", "emulator.json");
  const record = JSON.parse(readFileSync(file, "utf8")) as { url: string };
  const proxy = await startProxy(record.url);
  writeFileSync(file, JSON.stringify({ ...record, url: proxy.url }));
  return {
    inject: (...faults) => proxy.inject(...faults),
    clear: () => proxy.clear(),
    remove: async () => {
      writeFileSync(file, JSON.stringify(record));
      await proxy.close();
    },
  };
}

/** Something happens once the account has done what a call asks, and before the caller hears of it. Only the first such call counts. */
export function afterwards(service: string, action: string, happens: () => unknown): Fault {
  return {
    service,
    action,
    times: 1,
    play: async (_call, forward) => {
      const answer = await forward();
      await happens();
      return answer;
    },
  };
}
