import type { RoleArgs } from "@pulumi/aws/iam";
import type { Service } from "../resource";
import type { Account } from "./account";
import { fromAws } from "./fields";
import { type Inputs, typesOf } from "./table";
import { tagList, tagMap } from "./tags";

const iam = typesOf(async () => (await import("@aws-sdk/client-iam")).IAM, {
  of: (id) => id,
  read: async (aws, RoleName) => tagMap((await aws.listRoleTags({ RoleName })).Tags),
  tag: (aws, RoleName, tags) => aws.tagRole({ RoleName, Tags: tagList(tags) }),
  untag: (aws, RoleName, TagKeys) => aws.untagRole({ RoleName, TagKeys }),
});

const roleNames = { name: "RoleName", arn: "Arn", path: "Path", maxSessionDuration: "MaxSessionDuration" };

/** Roles and their policies. */
export const service: Service<Account> = {
  resources: {
    "aws:iam/role:Role": iam<Inputs<RoleArgs, "name"> & { assumeRolePolicy: string }>({
      autoname: "name",
      replaceOn: ["name", "path"],
      updateOn: ["assumeRolePolicy", "description", "maxSessionDuration", "permissionsBoundary"],
      defaults: (inputs) => ({ maxSessionDuration: 3600, path: "/", ...inputs }),
      async create(aws, inputs) {
        await aws.createRole({
          RoleName: inputs.name,
          AssumeRolePolicyDocument: inputs.assumeRolePolicy,
          Description: inputs.description,
          Path: inputs.path,
          MaxSessionDuration: inputs.maxSessionDuration,
          PermissionsBoundary: inputs.permissionsBoundary,
          Tags: tagList(inputs.tagsAll),
        });
        return inputs.name;
      },
      async get(aws, RoleName) {
        const { Role } = await aws.getRole({ RoleName });
        return {
          ...fromAws(roleNames, Role),
          description: Role?.Description ?? "",
          assumeRolePolicy: decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ""),
          permissionsBoundary: Role?.PermissionsBoundary?.PermissionsBoundaryArn,
        };
      },
      async update(aws, RoleName, { description: Description = "", permissionsBoundary, ...inputs }, olds) {
        await aws.updateRole({ RoleName, Description, MaxSessionDuration: inputs.maxSessionDuration });
        await aws.updateAssumeRolePolicy({ RoleName, PolicyDocument: inputs.assumeRolePolicy });
        if (permissionsBoundary) {
          await aws.putRolePermissionsBoundary({ RoleName, PermissionsBoundary: permissionsBoundary });
        } else if (olds.permissionsBoundary) await aws.deleteRolePermissionsBoundary({ RoleName });
      },
      delete: (aws, RoleName) => aws.deleteRole({ RoleName }),
    }),

    "aws:iam/rolePolicy:RolePolicy": iam<Record<"name" | "role" | "policy", string>>({
      tagged: false,
      autoname: "name",
      replaceOn: ["name", "role"],
      updateOn: ["policy"],
      async create(aws, { name, role, policy }) {
        await aws.putRolePolicy({ RoleName: role, PolicyName: name, PolicyDocument: policy });
        return `${role}:${name}`;
      },
      async get(aws, id) {
        const found = await aws.getRolePolicy(ofRole(id));
        const policy = decodeURIComponent(found.PolicyDocument ?? "");
        return { role: found.RoleName, name: found.PolicyName, policy };
      },
      update: (aws, id, { policy }) => aws.putRolePolicy({ ...ofRole(id), PolicyDocument: policy }),
      delete: (aws, id) => aws.deleteRolePolicy(ofRole(id)),
    }),

    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": iam<Record<"role" | "policyArn", string>>({
      tagged: false,
      replaceOn: ["role", "policyArn"],
      updateOn: [],
      async create(aws, { role, policyArn }) {
        await aws.attachRolePolicy({ RoleName: role, PolicyArn: policyArn });
        return `${role}/${policyArn}`;
      },
      async get(aws, id) {
        const [role, ...rest] = id.split("/");
        const policyArn = rest.join("/");
        const { AttachedPolicies = [] } = await aws.listAttachedRolePolicies({ RoleName: role });
        return AttachedPolicies.some(({ PolicyArn }) => PolicyArn === policyArn) ? { role, policyArn } : undefined;
      },
      delete: (aws, _id, { role, policyArn }) => aws.detachRolePolicy({ RoleName: role, PolicyArn: policyArn }),
    }),
  },
};

/** What the id of a policy, `role:policy`, names. */
function ofRole(id: string): { RoleName: string; PolicyName: string } {
  const [RoleName = "", PolicyName = ""] = id.split(":");
  return { RoleName, PolicyName };
}
