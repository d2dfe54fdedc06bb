import type { AwsClients } from "./aws";
import { allPages } from "./paging";

/** The networks of a prefix list, a customer's own or one of AWS. */
export function prefixListEntries(ec2: AwsClients["ec2"], id: string): Promise<string[]> {
  return allPages(async (token) => {
    const { Entries: entries = [], NextToken: next } = await ec2.getManagedPrefixListEntries({
      PrefixListId: id,
      NextToken: token,
    });
    return { items: entries.flatMap(({ Cidr }) => Cidr ?? []), next };
  });
}
