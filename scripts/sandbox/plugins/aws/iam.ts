import { IAM, type Role } from "@aws-sdk/client-iam";
import type { RoleArgs } from "@pulumi/aws/iam";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, between, matching, required } from "../checks";
import type { Problem, Properties, ResourceType, Service } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { fromAws } from "./fields";
import { documentText, policyDocument } from "./policies";
import { exists } from "./references";
import { tagChanges, taggable, type Tagged, tagList, tagMap, type Tags } from "./tags";

type RoleInputs = Omit<Tagged<Unwrap<RoleArgs>>, "assumeRolePolicy"> & { assumeRolePolicy: string };
type RolePolicyInputs = Record<"name" | "role" | "policy", string>;
type AttachmentInputs = Record<"role" | "policyArn", string>;

const named = (property: string, most: number) =>
  matching(property, new RegExp(`^[\\w+=,.@-]{1,${most}}$`), `1 to ${most} letters, digits or +=,.@-_`);

const role: ResourceType<Account, RoleInputs> = {
  autoname: "name",
  replaceOn: ["name", "path"],
  updateOn: ["assumeRolePolicy", "description", "maxSessionDuration", "permissionsBoundary", "forceDetachPolicies"],
  defaults: (inputs) => ({ maxSessionDuration: 3600, path: "/", ...documentText(inputs, "assumeRolePolicy") }),
  check: allOf(
    required("assumeRolePolicy"),
    named("name", 64),
    policyDocument("assumeRolePolicy", "trust", 2048),
    between("maxSessionDuration", 3600, 43200),
    matching("path", /^\/([!-~]+\/)?$/, "a path that begins and ends with a slash"),
    matching("description", /^[^\p{Cc}]{0,1000}$/u, "up to 1000 characters"),
  ),
  checkReferences: async ({ permissionsBoundary: arn }, { account }) =>
    arn ? policyExists("permissionsBoundary", arn, account) : [],
  find: async ({ name = "" }, { account }) => (await describeRole(name, account))?.RoleName,
  async create(inputs, { account }) {
    const request = {
      RoleName: inputs.name,
      AssumeRolePolicyDocument: inputs.assumeRolePolicy,
      Description: inputs.description,
      Path: inputs.path,
      MaxSessionDuration: inputs.maxSessionDuration,
      PermissionsBoundary: inputs.permissionsBoundary,
      Tags: tagList(inputs.tagsAll),
    };
    await account.client(IAM).createRole(request);
    return { id: inputs.name ?? "" };
  },
  async read(id, _known, { account }) {
    const found = await describeRole(id, account);
    return found && roleOutputs(found);
  },
  async update(id, inputs, olds, { account }) {
    const client = account.client(IAM);
    const RoleName = id;
    const { description: Description = "", maxSessionDuration, permissionsBoundary, assumeRolePolicy } = inputs;
    await client.updateRole({ RoleName, Description, MaxSessionDuration: maxSessionDuration });
    await client.updateAssumeRolePolicy({ RoleName, PolicyDocument: assumeRolePolicy });
    if (permissionsBoundary) {
      await client.putRolePermissionsBoundary({ RoleName, PermissionsBoundary: permissionsBoundary });
    } else if (olds.permissionsBoundary) {
      await client.deleteRolePermissionsBoundary({ RoleName });
    }
    await retag(RoleName, olds.tagsAll, inputs.tagsAll, account);
  },
  async delete(id, _olds, { account }) {
    await unlessMissing(account.client(IAM).deleteRole({ RoleName: id }));
  },
};

const rolePolicy: ResourceType<Account, RolePolicyInputs> = {
  autoname: "name",
  replaceOn: ["name", "role"],
  updateOn: ["policy"],
  defaults: (inputs) => documentText(inputs, "policy"),
  check: allOf(required("role", "policy"), named("name", 128), policyDocument("policy", "identity", 10_240)),
  async create({ role: RoleName, name: PolicyName, policy }, { account }) {
    await account.client(IAM).putRolePolicy({ RoleName, PolicyName, PolicyDocument: policy });
    return { id: `${RoleName}:${PolicyName}` };
  },
  async read(id, _known, { account }) {
    const [RoleName, PolicyName] = id.split(":");
    const get = account.client(IAM).getRolePolicy({ RoleName, PolicyName });
    const found = await unlessMissing(get);
    return found && { role: RoleName, name: PolicyName, policy: decodeURIComponent(found.PolicyDocument ?? "") };
  },
  async update(_id, { role: RoleName, name: PolicyName, policy }, _olds, { account }) {
    await account.client(IAM).putRolePolicy({ RoleName, PolicyName, PolicyDocument: policy });
  },
  async delete(id, _olds, { account }) {
    const [RoleName, PolicyName] = id.split(":");
    await unlessMissing(account.client(IAM).deleteRolePolicy({ RoleName, PolicyName }));
  },
};

const attachment: ResourceType<Account, AttachmentInputs> = {
  replaceOn: ["role", "policyArn"],
  updateOn: [],
  check: required("role", "policyArn"),
  checkReferences: ({ policyArn }, { account }) => policyExists("policyArn", policyArn, account),
  async create({ role: RoleName, policyArn }, { account }) {
    await account.client(IAM).attachRolePolicy({ RoleName, PolicyArn: policyArn });
    return { id: `${RoleName}/${policyArn}` };
  },
  async read(id, _known, { account }) {
    const RoleName = id.slice(0, id.indexOf("/"));
    const policyArn = id.slice(RoleName.length + 1);
    const list = account.client(IAM).listAttachedRolePolicies({ RoleName });
    const attached = (await unlessMissing(list))?.AttachedPolicies?.some(({ PolicyArn }) => PolicyArn === policyArn);
    return attached ? { role: RoleName, policyArn } : undefined;
  },
  async delete(_id, { role: RoleName, policyArn: PolicyArn }, { account }) {
    await unlessMissing(account.client(IAM).detachRolePolicy({ RoleName, PolicyArn }));
  },
};

async function policyExists(property: string, arn: string, account: Account): Promise<Problem[]> {
  return exists(property, arn, account.client(IAM).getPolicy({ PolicyArn: arn }));
}

async function describeRole(name: string, account: Account): Promise<Role | undefined> {
  const client = account.client(IAM);
  const found = await unlessMissing(client.getRole({ RoleName: name }));
  if (!found?.Role) return undefined;
  const { Tags } = await client.listRoleTags({ RoleName: name });
  return { ...found.Role, Tags };
}

function roleOutputs(found: Role): Properties {
  return {
    ...fromAws({ name: "RoleName", arn: "Arn", path: "Path", uniqueId: "RoleId" }, found),
    description: found.Description ?? "",
    maxSessionDuration: found.MaxSessionDuration,
    assumeRolePolicy: decodeURIComponent(found.AssumeRolePolicyDocument ?? ""),
    permissionsBoundary: found.PermissionsBoundary?.PermissionsBoundaryArn,
    createDate: found.CreateDate?.toISOString(),
    tagsAll: tagMap(found.Tags),
  };
}

async function retag(RoleName: string, olds: Tags, news: Tags, account: Account): Promise<void> {
  const { set, removed } = tagChanges(olds, news);
  const client = account.client(IAM);
  if (removed.length) await client.untagRole({ RoleName, TagKeys: removed });
  if (Object.keys(set).length) await client.tagRole({ RoleName, Tags: tagList(set) });
}

/** Roles and what is attached to them. */
export const service: Service<Account> = {
  resources: {
    "aws:iam/role:Role": taggable(role),
    "aws:iam/rolePolicy:RolePolicy": rolePolicy,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": attachment,
  },
};
