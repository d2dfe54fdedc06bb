import {
  CreateDBClusterParameterGroupCommand,
  CreateDBParameterGroupCommand,
  CreateDBSubnetGroupCommand,
  DeleteDBClusterParameterGroupCommand,
  DeleteDBParameterGroupCommand,
  DeleteDBSubnetGroupCommand,
  DescribeDBClusterParameterGroupsCommand,
  DescribeDBClusterParametersCommand,
  DescribeDBParameterGroupsCommand,
  DescribeDBParametersCommand,
  DescribeDBSubnetGroupsCommand,
  ModifyDBClusterParameterGroupCommand,
  ModifyDBParameterGroupCommand,
  ModifyDBSubnetGroupCommand,
  RDSClient,
  ResetDBClusterParameterGroupCommand,
  ResetDBParameterGroupCommand,
  type DBSubnetGroup,
  type Parameter,
} from "@aws-sdk/client-rds";
import type { ClusterParameterGroupArgs, SubnetGroupArgs } from "@pulumi/aws/rds";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, each, matching, oneOf, required } from "../checks";
import type { ResourceType } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { identifier, refuseIfUsed, retag, tagsOf } from "./rds-common";
import { findSubnets } from "./references";
import { tagList, type Tagged } from "./tags";

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
    await account.client(RDSClient).send(new CreateDBSubnetGroupCommand({ ...group, Tags: tagList(tagsAll) }));
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
    await account.client(RDSClient).send(new ModifyDBSubnetGroupCommand(group));
    await retag(account.arn("rds", `subgrp:${id}`), olds.tagsAll, tagsAll, account);
  },
  async delete(id, _olds, { account }) {
    await refuseIfUsed(`subnet group ${id}`, ({ DBSubnetGroup: group }) => group === id, account);
    await unlessMissing(account.client(RDSClient).send(new DeleteDBSubnetGroupCommand({ DBSubnetGroupName: id })));
  },
};

export async function describeSubnetGroup(name: string, account: Account): Promise<DBSubnetGroup | undefined> {
  const describe = account.client(RDSClient).send(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: name }));
  return (await unlessMissing(describe))?.DBSubnetGroups?.[0];
}

/** What RDS offers for a kind of parameter group. */
interface ParameterGroups {
  arnKind: string;
  describe(name: string, client: RDSClient): Promise<{ family?: string; description?: string } | undefined>;
  parameters(name: string, client: RDSClient): Promise<Parameter[] | undefined>;
  create(
    group: { name: string; family: string; description: string; tags: { Key: string; Value: string }[] },
    client: RDSClient,
  ): Promise<unknown>;
  modify(name: string, parameters: Parameter[], client: RDSClient): Promise<unknown>;
  reset(name: string, parameters: Parameter[], client: RDSClient): Promise<unknown>;
  delete(name: string, account: Account): Promise<unknown>;
}

/** RDS takes so many parameters in one call. */
const mostParameters = 20;

function parameterGroupType(groups: ParameterGroups): ResourceType<Account, ParameterGroupInputs> {
  const put = async (name: string, wanted: Parameter[], client: RDSClient) => {
    for (let start = 0; start < wanted.length; start += mostParameters) {
      await groups.modify(name, wanted.slice(start, start + mostParameters), client);
    }
  };
  return {
    autoname: "name",
    replaceOn: ["name", "family", "description"],
    updateOn: ["parameters"],
    check: allOf(
      required("family"),
      identifier("name", 255),
      matching(
        "family",
        /^(aurora-mysql|aurora-postgresql|mysql|postgres)[0-9.]+$/,
        "a family such as aurora-mysql8.0",
      ),
      each("parameters", allOf(required("name", "value"), oneOf("applyMethod", ["immediate", "pending-reboot"]))),
    ),
    async find({ name }, { account }) {
      return (await groups.describe(name, account.client(RDSClient))) && name;
    },
    async create({ name, family, description, tagsAll }, { account }) {
      await groups.create({ name, family, description, tags: tagList(tagsAll) }, account.client(RDSClient));
      return { id: name };
    },
    async settle(id, inputs, { account }) {
      const client = account.client(RDSClient);
      await put(id, toParameters(inputs), client);
      // The provider reads only what a user has set, so it would want to set the others at every `up`.
      // https://github.com/hashicorp/terraform-provider-aws/issues/23335
      const set = new Set((await groups.parameters(id, client))?.map(({ ParameterName }) => ParameterName));
      const defaults = (inputs.parameters ?? []).map(({ name }) => name).filter((name) => !set.has(name));
      if (defaults.length) throw new Error(`RDS has the values of ${defaults.join(", ")} by itself; leave them out.`);
    },
    async read(id, { parameters = [] }, { account }) {
      const client = account.client(RDSClient);
      const found = await groups.describe(id, client);
      if (!found) return undefined;
      const asked = new Set(parameters.map(({ name }) => name));
      const held = (await groups.parameters(id, client)) ?? [];
      const arn = account.arn("rds", `${groups.arnKind}:${id}`);
      return {
        ...found,
        name: id,
        arn,
        parameters: held
          .filter(({ ParameterName = "" }) => asked.has(ParameterName))
          .map(({ ParameterName, ParameterValue, ApplyMethod }) => ({
            name: ParameterName,
            value: ParameterValue,
            applyMethod: ApplyMethod,
          })),
        tagsAll: await tagsOf(arn, account),
      };
    },
    async update(id, inputs, olds, { account }) {
      const kept = new Set((inputs.parameters ?? []).map(({ name }) => name));
      const dropped = toParameters(olds).filter(({ ParameterName = "" }) => !kept.has(ParameterName));
      if (dropped.length) await groups.reset(id, dropped, account.client(RDSClient));
      await retag(account.arn("rds", `${groups.arnKind}:${id}`), olds.tagsAll, inputs.tagsAll, account);
    },
    async delete(id, _olds, { account }) {
      await unlessMissing(groups.delete(id, account));
    },
  };
}

function toParameters({ parameters = [] }: ParameterGroupInputs): Parameter[] {
  return parameters.map(({ name, value, applyMethod = "immediate" }) => ({
    ParameterName: name,
    ParameterValue: value,
    ApplyMethod: applyMethod as Parameter["ApplyMethod"],
  }));
}

export const clusterParameterGroup = parameterGroupType({
  arnKind: "cluster-pg",
  async describe(DBClusterParameterGroupName, client) {
    const request = new DescribeDBClusterParameterGroupsCommand({ DBClusterParameterGroupName });
    const found = (await unlessMissing(client.send(request)))?.DBClusterParameterGroups?.[0];
    return found && { family: found.DBParameterGroupFamily, description: found.Description };
  },
  async parameters(DBClusterParameterGroupName, client) {
    const request = new DescribeDBClusterParametersCommand({ DBClusterParameterGroupName, Source: "user" });
    return (await client.send(request)).Parameters;
  },
  create({ name, family, description, tags }, client) {
    const group = { DBClusterParameterGroupName: name, DBParameterGroupFamily: family, Description: description };
    return client.send(new CreateDBClusterParameterGroupCommand({ ...group, Tags: tags }));
  },
  modify(DBClusterParameterGroupName, Parameters, client) {
    return client.send(new ModifyDBClusterParameterGroupCommand({ DBClusterParameterGroupName, Parameters }));
  },
  reset(DBClusterParameterGroupName, Parameters, client) {
    return client.send(new ResetDBClusterParameterGroupCommand({ DBClusterParameterGroupName, Parameters }));
  },
  async delete(name, account) {
    await refuseIfUsed(`cluster parameter group ${name}`, (one) => one.DBClusterParameterGroup === name, account);
    const request = new DeleteDBClusterParameterGroupCommand({ DBClusterParameterGroupName: name });
    return account.client(RDSClient).send(request);
  },
});

export const parameterGroup = parameterGroupType({
  arnKind: "pg",
  async describe(DBParameterGroupName, client) {
    const request = new DescribeDBParameterGroupsCommand({ DBParameterGroupName });
    const found = (await unlessMissing(client.send(request)))?.DBParameterGroups?.[0];
    return found && { family: found.DBParameterGroupFamily, description: found.Description };
  },
  async parameters(DBParameterGroupName, client) {
    return (await client.send(new DescribeDBParametersCommand({ DBParameterGroupName, Source: "user" }))).Parameters;
  },
  create({ name, family, description, tags }, client) {
    const group = { DBParameterGroupName: name, DBParameterGroupFamily: family, Description: description };
    return client.send(new CreateDBParameterGroupCommand({ ...group, Tags: tags }));
  },
  modify(DBParameterGroupName, Parameters, client) {
    return client.send(new ModifyDBParameterGroupCommand({ DBParameterGroupName, Parameters }));
  },
  reset(DBParameterGroupName, Parameters, client) {
    return client.send(new ResetDBParameterGroupCommand({ DBParameterGroupName, Parameters }));
  },
  delete(DBParameterGroupName, account) {
    return account.client(RDSClient).send(new DeleteDBParameterGroupCommand({ DBParameterGroupName }));
  },
});
