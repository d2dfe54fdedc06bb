import { EC2 } from "@aws-sdk/client-ec2";
import type { GetPrefixListArgs } from "@pulumi/aws/ec2";
import type { DataSource, Service } from "../resource";
import type { Account } from "./account";
import { filters } from "./ec2-common";
import { taggable } from "./tags";
import { vpcEndpoint } from "./vpc-endpoints";

const getPrefixList: DataSource<Account, GetPrefixListArgs> = async (
  { filters: given = [], name, prefixListId },
  account,
) => {
  const exact = filters({ "prefix-list-name": name, "prefix-list-id": prefixListId });
  const request = { Filters: [...exact, ...given.map(({ name: Name, values: Values }) => ({ Name, Values }))] };
  const { PrefixLists = [] } = await account.client(EC2).describePrefixLists(request);
  const [list, ...others] = PrefixLists;
  if (!list || others.length) {
    throw new Error(`There is ${list ? "more than one" : "no"} prefix list with these properties.`);
  }
  return { id: list.PrefixListId, name: list.PrefixListName, cidrBlocks: list.Cidrs ?? [] };
};

/** VPC endpoints, and the prefix lists of AWS's services. */
export const service: Service<Account> = {
  resources: {
    "aws:ec2/vpcEndpoint:VpcEndpoint": taggable(vpcEndpoint),
  },
  dataSources: {
    "aws:ec2/getPrefixList:getPrefixList": getPrefixList,
  },
};
