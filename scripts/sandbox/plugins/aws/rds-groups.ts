import { type DBClusterParameterGroup, type DBSubnetGroup, type Parameter, RDS } from "@aws-sdk/client-rds";
import type { ClusterParameterGroupArgs, SubnetGroupArgs } from "@pulumi/aws/rds";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, each, matching, oneOf, required } from "../checks";
import type { ResourceType } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { fromAws } from "./fields";
import { identifier, refuseIfUsed, retag, tagsOf } from "./rds-common";
import { findSubnets } from "./references";
import { type Tagged, tagList } from "./tags";

type SubnetGroupInputs = Tagged<Unwrap<SubnetGroupArgs>> & { name: string; description: string };
type ParameterGroupInputs = Tagged<Unwrap<ClusterParameterGroupArgs>> & { name: string; description: string };

export const subnetGroup: ResourceType<Account, SubnetGroupInputs> = {
  autoname: "name",
  replaceOn: ["name"],
  updateOn: ["description", "subnetIds"],
  check: allOf(
    required("subnetIds"),
    matching(
      "name",
      /^(?!default$)[a-z0-9 ._-]{1,255}$/,
      "1 to 255 lower-case letters, digits, spaces or ._-, not default",
    ),
  ),
  async checkReferences({ subnetIds }, { account }) {
    const { subnets, problems } = await findSubnets("subnetIds", subnetIds, account);
    const zones = new Set(subnets.map(({ AvailabilityZone }) => AvailabilityZone));
    const reason = `must lie in two availability zones at least, found ${[...zones].join(", ")}`;
    return zones.size < 2 && !problems.length ? [{ property: "subnetIds", reason }] : problems;
  },
  find: async ({ name }, { account }) => (await describeSubnetGroup(name, account))?.DBSubnetGroupName,
  async create({ name, description, subnetIds, tagsAll }, { account }) {
    const group = { DBSubnetGroupName: name, DBSubnetGroupDescription: description, SubnetIds: subnetIds };
    await account.client(RDS).createDBSubnetGroup({ ...group, Tags: tagList(tagsAll) });
    return { id: name };
  },
  async read(id, _known, { account }) {
    const found = await describeSubnetGroup(id, account);
    return (
      found && {
        name: found.DBSubnetGroupName,
        description: found.DBSubnetGroupDescription,
        subnetIds: found.Subnets?.map(({ SubnetIdentifier }) => SubnetIdentifier),
        vpcId: found.VpcId,
        arn: found.DBSubnetGroupArn,
        tagsAll: await tagsOf(found.DBSubnetGroupArn, account),
      }
    );
  },
  async update(id, { description, subnetIds, tagsAll }, olds, { account }) {
    const group = { DBSubnetGroupName: id, DBSubnetGroupDescription: description, SubnetIds: subnetIds };
    await account.client(RDS).modifyDBSubnetGroup(group);
    await retag(account.arn("rds", `subgrp:${id}`), olds.tagsAll, tagsAll, account);
  },
  async delete(id, _olds, { account }) {
    await refuseIfUsed(`subnet group ${id}`, ({ DBSubnetGroup: group }) => group === id, account);
    await unlessMissing(account.client(RDS).deleteDBSubnetGroup({ DBSubnetGroupName: id }));
  },
};

export async function describeSubnetGroup(name: string, account: Account): Promise<DBSubnetGroup | undefined> {
  const describe = account.client(RDS).describeDBSubnetGroups({ DBSubnetGroupName: name });
  return (await unlessMissing(describe))?.DBSubnetGroups?.[0];
}

/** RDS takes so many parameters in one call. */
const mostParameters = 20;

export const clusterParameterGroup: ResourceType<Account, ParameterGroupInputs> = {
  autoname: "name",
  replaceOn: ["name", "family", "description"],
  updateOn: ["parameters"],
  check: allOf(
    required("family"),
    identifier("name", 255),
    matching("family", /^(aurora-mysql|aurora-postgresql|mysql|postgres)[0-9.]+$/, "a family such as aurora-mysql8.0"),
    each("parameters", allOf(required("name", "value"), oneOf("applyMethod", ["immediate", "pending-reboot"]))),
  ),
  find: async ({ name }, { account }) => (await describeParameterGroup(name, account)) && name,
  async create({ name, family, description, tagsAll }, { account }) {
    await account.client(RDS).createDBClusterParameterGroup({
      DBClusterParameterGroupName: name,
      DBParameterGroupFamily: family,
      Description: description,
      Tags: tagList(tagsAll),
    });
    return { id: name };
  },
  async settle(id, inputs, { account }) {
    const wanted = toParameters(inputs);
    for (let start = 0; start < wanted.length; start += mostParameters) {
      const Parameters = wanted.slice(start, start + mostParameters);
      await account.client(RDS).modifyDBClusterParameterGroup({ DBClusterParameterGroupName: id, Parameters });
    }
    // The provider reads only what a user has set, so it would want to set the others at every `up`.
    // https://github.com/hashicorp/terraform-provider-aws/issues/23335
    const set = new Set((await parametersOf(id, account)).map(({ ParameterName }) => ParameterName));
    const defaults = (inputs.parameters ?? []).map(({ name }) => name).filter((name) => !set.has(name));
    if (defaults.length) throw new Error(`RDS has the values of ${defaults.join(", ")} by itself; leave them out.`);
  },
  async read(id, { parameters = [] }, { account }) {
    const found = await describeParameterGroup(id, account);
    if (!found) return undefined;
    const asked = new Set(parameters.map(({ name }) => name));
    const held = (await parametersOf(id, account)).filter(({ ParameterName = "" }) => asked.has(ParameterName));
    const arn = parameterGroupArn(id, account);
    return {
      ...fromAws({ family: "DBParameterGroupFamily", description: "Description" }, found),
      name: id,
      arn,
      parameters: held.map((parameter) => fromAws(parameterFields, parameter)),
      tagsAll: await tagsOf(arn, account),
    };
  },
  async update(id, inputs, olds, { account }) {
    const kept = new Set((inputs.parameters ?? []).map(({ name }) => name));
    const Parameters = toParameters(olds).filter(({ ParameterName = "" }) => !kept.has(ParameterName));
    if (Parameters.length) {
      await account.client(RDS).resetDBClusterParameterGroup({ DBClusterParameterGroupName: id, Parameters });
    }
    await retag(parameterGroupArn(id, account), olds.tagsAll, inputs.tagsAll, account);
  },
  async delete(id, _olds, { account }) {
    await refuseIfUsed(`cluster parameter group ${id}`, (one) => one.DBClusterParameterGroup === id, account);
    await unlessMissing(account.client(RDS).deleteDBClusterParameterGroup({ DBClusterParameterGroupName: id }));
  },
};

const parameterFields = { name: "ParameterName", value: "ParameterValue", applyMethod: "ApplyMethod" } as const;

function toParameters({ parameters = [] }: ParameterGroupInputs): Parameter[] {
  return parameters.map(({ name, value, applyMethod = "immediate" }) => ({
    ParameterName: name,
    ParameterValue: value,
    ApplyMethod: applyMethod as Parameter["ApplyMethod"],
  }));
}

function parameterGroupArn(name: string, account: Account): string {
  return account.arn("rds", `cluster-pg:${name}`);
}

async function describeParameterGroup(name: string, account: Account): Promise<DBClusterParameterGroup | undefined> {
  const answer = account.client(RDS).describeDBClusterParameterGroups({ DBClusterParameterGroupName: name });
  return (await unlessMissing(answer))?.DBClusterParameterGroups?.[0];
}

/** Those that a user has set. */
async function parametersOf(name: string, account: Account): Promise<Parameter[]> {
  const request = { DBClusterParameterGroupName: name, Source: "user" };
  return (await account.client(RDS).describeDBClusterParameters(request)).Parameters ?? [];
}
