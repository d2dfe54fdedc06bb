import type { CreateVpcEndpointRequest } from "@aws-sdk/client-ec2";
import type { GetPrefixListArgs, VpcEndpointArgs } from "@pulumi/aws/ec2";
import type { DataSource, Service } from "../resource";
import type { Account } from "./account";
import { ec2, filters, tagSpecifications } from "./ec2-common";
import { fromAws, inputsOf, toAws } from "./fields";
import type { Inputs } from "./table";
import { tagMap } from "./tags";

type EndpointInputs = Inputs<VpcEndpointArgs>;

const fixed = { serviceName: "ServiceName", vpcEndpointType: "VpcEndpointType", vpcId: "VpcId" } as const;
const settings = { policy: "PolicyDocument", privateDnsEnabled: "PrivateDnsEnabled" } as const;
/** Changed by what is added and what is removed. */
const lists = { routeTableIds: "RouteTableIds", securityGroupIds: "SecurityGroupIds", subnetIds: "SubnetIds" } as const;

const getPrefixList: DataSource<Account, GetPrefixListArgs> = async (
  { filters: given = [], name, prefixListId },
  account,
) => {
  const exact = filters({ "prefix-list-name": name, "prefix-list-id": prefixListId });
  const request = { Filters: [...exact, ...given.map(({ name: Name, values: Values }) => ({ Name, Values }))] };
  const { EC2 } = await import("@aws-sdk/client-ec2");
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
    "aws:ec2/vpcEndpoint:VpcEndpoint": ec2<EndpointInputs>({
      replaceOn: ["serviceName", "vpcEndpointType", "vpcId"],
      updateOn: ["policy", "privateDnsEnabled", "routeTableIds", "securityGroupIds", "subnetIds"],
      defaults: (inputs) => ({ vpcEndpointType: "Gateway", ...inputs }),
      async create(aws, inputs) {
        const { VpcEndpoint: created } = await aws.createVpcEndpoint({
          ...toAws({ ...fixed, ...settings, ...lists }, inputs),
          TagSpecifications: tagSpecifications("vpc-endpoint", inputs.tagsAll),
        } as CreateVpcEndpointRequest);
        return created?.VpcEndpointId ?? "";
      },
      async get(aws, id) {
        const found = (await aws.describeVpcEndpoints({ VpcEndpointIds: [id] })).VpcEndpoints?.[0];
        // EC2 remembers those that were deleted for a while.
        if (!found || /^delet/i.test(found.State ?? "")) return undefined;
        return {
          ...fromAws({ ...fixed, ...settings, ...lists, state: "State" }, found),
          securityGroupIds: found.Groups?.map(({ GroupId }) => GroupId),
          tagsAll: tagMap(found.Tags),
        };
      },
      update: (aws, VpcEndpointId, inputs, olds) =>
        aws.modifyVpcEndpoint({
          VpcEndpointId,
          ...toAws(settings, inputs),
          ResetPolicy: inputs.policy === undefined && olds.policy !== undefined,
          ...listChanges(inputs, olds),
        }),
      delete: (aws, id) => aws.deleteVpcEndpoints({ VpcEndpointIds: [id] }),
    }),
  },
  dataSources: { "aws:ec2/getPrefixList:getPrefixList": getPrefixList },
};

function listChanges(inputs: EndpointInputs, olds: EndpointInputs): Record<string, string[]> {
  const without = (items: string[] = [], others: string[] = []) => items.filter((item) => !others.includes(item));
  const changes = inputsOf(lists).flatMap((list): [string, string[]][] => [
    [`Add${lists[list]}`, without(inputs[list], olds[list])],
    [`Remove${lists[list]}`, without(olds[list], inputs[list])],
  ]);
  return Object.fromEntries(changes.filter(([, ids]) => ids.length));
}
