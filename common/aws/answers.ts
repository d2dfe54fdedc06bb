import type { AwsClients } from "./clients";

/** Everything that AWS answers in pages. */
export async function allPages<T>(
  ask: (token: string | undefined) => Promise<{ items: T[] | undefined; next: string | undefined }>,
): Promise<T[]> {
  const { items = [], next } = await ask(undefined);
  const all = [...items];
  for (let token = next; token !== undefined && token !== "";) {
    const page = await ask(token);
    all.push(...(page.items ?? []));
    token = page.next;
  }
  return all;
}

/**
 * A value that every answer of AWS to an operation has, though the SDK types it as optional.
 *
 * @throws Error where it hasn't: something else than AWS has answered.
 */
export function alwaysIn<T extends object, K extends keyof T & string>(answer: T, key: K): NonNullable<T[K]> {
  const value = answer[key];
  if (value === undefined || value === null) {
    throw new Error(`the answer has no ${key}, as those of AWS have`);
  }
  return value;
}

/** The networks of a prefix list, of the customer or of AWS. */
export function prefixListEntries(ec2: AwsClients["ec2"], id: string): Promise<string[]> {
  return allPages(async (token) => {
    const { Entries: entries = [], NextToken: next } = await ec2.getManagedPrefixListEntries({
      PrefixListId: id,
      NextToken: token,
    });
    return { items: entries.flatMap(({ Cidr }) => Cidr ?? []), next };
  });
}
