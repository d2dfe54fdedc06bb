import { arnOf, type Recorded } from "@selfhosted/common/testing";

/** Types that Terraform calls otherwise than Pulumi's token says: by the token's module and name. */
const otherTypes: Record<string, string> = {
  "ec2/securityGroup": "aws_security_group",
  "ec2/vpcEndpoint": "aws_vpc_endpoint",
  "lb/loadBalancer": "aws_lb",
  "rds/eventSubscription": "aws_db_event_subscription",
  "rds/subnetGroup": "aws_db_subnet_group",
  "s3/bucketReplicationConfig": "aws_s3_bucket_replication_configuration",
};

/** Blocks that Terraform names in the plural, though there may be many of them. */
const plural = new Set(["log_publishing_options"]);

/** Objects that are no blocks, but maps of any names. */
const maps = new Set(["tags", "options"]);

type Values = Record<string, unknown>;

interface Address {
  type: string;
  name: string;
  address: string;
}

/** Resources as `terraform show -json` gives a plan that makes them: https://developer.hashicorp.com/terraform/internals/json-format */
export function terraformPlan(recorded: readonly Recorded[]): object {
  const resources = recorded.filter(({ type }) => type.startsWith("aws:"));
  // What names a resource in the inputs of another.
  const owners = new Map<unknown, string>();
  for (const resource of resources) {
    const { address } = addressOf(resource);
    for (const value of [`${resource.name}-id`, arnOf(resource), resource.inputs["bucket"], resource.inputs["name"]]) {
      if (value !== undefined && !owners.has(value)) {
        owners.set(value, address);
      }
    }
  }
  const planned = resources.map((resource) => ({
    ...addressOf(resource),
    ...{ mode: "managed", provider_name: "registry.terraform.io/hashicorp/aws", schema_version: 0 },
    values: block(resource.inputs),
  }));
  return {
    format_version: "1.2",
    terraform_version: "1.9.0",
    planned_values: { root_module: { resources: planned } },
    resource_changes: planned.map(({ values: after, ...resource }) => ({
      ...resource,
      change: { actions: ["create"], before: null, after, after_unknown: {} },
    })),
    configuration: {
      root_module: {
        resources: resources.map((resource) => ({
          ...addressOf(resource),
          mode: "managed",
          provider_config_key: "aws",
          expressions: expressions(resource.inputs, owners, addressOf(resource).address),
        })),
      },
    },
  };
}

function addressOf({ type: token, name }: Recorded): Address {
  const [, path = ""] = token.split(":");
  const [module = "", resource = ""] = path.split("/");
  const type = otherTypes[path] ?? `aws_${module}_${snake(resource)}`;
  const label = name.replace(/[^\w-]/g, "_");
  return { type, name: label, address: `${type}.${label}` };
}

/** What refers to other resources, in the blocks of Terraform. */
function expressions(value: Values, owners: Map<unknown, string>, own: string): Values {
  const found = Object.entries(value).flatMap(([key, each]): [string, unknown][] => {
    const blocks = [each].flat().filter(isObject);
    if (blocks.length > 0) {
      return [[snake(key), blocks.map((inner) => expressions(inner, owners, own))]];
    }
    const addresses = [each].flat().flatMap((one) => owners.get(one) ?? []);
    const references = addresses.filter((address) => address !== own).flatMap((address) => [`${address}.id`, address]);
    return references.length > 0 ? [[snake(key), { references }]] : [];
  });
  return Object.fromEntries(found);
}

/** A block of Terraform: one within it is a list, and many of them have a name in the singular. */
function block(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const name = snake(key);
      if (Array.isArray(value)) {
        const blocks = value.filter(isObject);
        return blocks.length > 0 ? [plural.has(name) ? name : singular(name), blocks.map(block)] : [name, value];
      }
      return [name, isObject(value) && !maps.has(name) ? [block(value)] : value];
    }),
  );
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/^_/, "");
}

function singular(name: string): string {
  return name.replace(/ies$/, "y").replace(/s$/, "");
}
