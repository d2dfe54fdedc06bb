import type { ResourceType } from "../resource";
import type { Account } from "./account";

/** A type that the emulated account can't have; `what` names it in the plural. It is refused before anything is made. */
export function notEmulated(what: string): ResourceType<Account> {
  const reason = `The emulated AWS account doesn't implement ${what}; turn off the setting that asks for them.`;
  const refuse = () => Promise.reject(new Error(reason));
  return { check: () => [{ property: "", reason }], create: refuse, read: refuse, delete: refuse };
}
