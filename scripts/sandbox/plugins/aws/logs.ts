import { CloudWatchLogs, type LogGroup } from "@aws-sdk/client-cloudwatch-logs";
import type { LogGroupArgs, LogResourcePolicyArgs } from "@pulumi/aws/cloudwatch";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, matching, oneOf, required } from "../checks";
import type { ResourceType, Service } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { documentText, policyDocument } from "./policies";
import { keyExists } from "./references";
import { tagChanges, taggable, type Tagged } from "./tags";

type GroupInputs = Tagged<Unwrap<LogGroupArgs>>;
type PolicyInputs = Omit<Unwrap<LogResourcePolicyArgs>, "policyDocument"> & { policyDocument: string };

/** Days that CloudWatch Logs can keep events; 0 is for ever. */
const retentions = [
  ...[0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827],
  ...[2192, 2557, 2922, 3288, 3653],
];

const group: ResourceType<Account, GroupInputs> = {
  autoname: "name",
  replaceOn: ["name", "logGroupClass"],
  updateOn: ["retentionInDays", "kmsKeyId", "skipDestroy"],
  defaults: (inputs) => ({ retentionInDays: 0, ...inputs }),
  check: allOf(
    matching("name", /^[.\-_/#A-Za-z0-9]{1,512}$/, "1 to 512 letters, digits or .-_/#"),
    oneOf("retentionInDays", retentions),
    oneOf("logGroupClass", ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"]),
    matching("kmsKeyId", /^arn:/, "the ARN of a key"),
  ),
  checkReferences: ({ kmsKeyId }, { account }) => keyExists("kmsKeyId", kmsKeyId, account),
  find: async ({ name = "" }, { account }) => (await describeLogGroup(name, account))?.logGroupName,
  async create({ name, kmsKeyId, logGroupClass, tagsAll }, { account }) {
    const request = { logGroupName: name, kmsKeyId, tags: tagsAll };
    const options = { logGroupClass: logGroupClass as LogGroup["logGroupClass"] };
    await account.client(CloudWatchLogs).createLogGroup({ ...request, ...options });
    return { id: name ?? "" };
  },
  async settle(id, { retentionInDays }, { account }) {
    const client = account.client(CloudWatchLogs);
    if (retentionInDays) await client.putRetentionPolicy({ logGroupName: id, retentionInDays });
    else await client.deleteRetentionPolicy({ logGroupName: id });
  },
  async read(id, { logGroupClass }, { account }) {
    const found = await describeLogGroup(id, account);
    if (!found) return undefined;
    return {
      arn: arnOf(found),
      name: found.logGroupName,
      retentionInDays: found.retentionInDays ?? 0,
      kmsKeyId: found.kmsKeyId,
      logGroupClass: found.logGroupClass ?? logGroupClass,
      tagsAll: await tagsOf(found, account),
    };
  },
  async update(id, { kmsKeyId, tagsAll }, olds, { account }) {
    const client = account.client(CloudWatchLogs);
    const isOther = kmsKeyId !== olds.kmsKeyId;
    if (isOther && kmsKeyId) await client.associateKmsKey({ logGroupName: id, kmsKeyId });
    else if (isOther) await client.disassociateKmsKey({ logGroupName: id });
    const { set, removed } = tagChanges(olds.tagsAll, tagsAll);
    const resourceArn = account.arn("logs", `log-group:${id}`);
    if (removed.length) await client.untagResource({ resourceArn, tagKeys: removed });
    if (Object.keys(set).length) await client.tagResource({ resourceArn, tags: set });
  },
  async delete(id, { skipDestroy }, { account }) {
    if (skipDestroy) return;
    await unlessMissing(account.client(CloudWatchLogs).deleteLogGroup({ logGroupName: id }));
  },
};

export async function describeLogGroup(name: string, account: Account): Promise<LogGroup | undefined> {
  const { logGroups = [] } = await account.client(CloudWatchLogs).describeLogGroups({ logGroupNamePrefix: name });
  return logGroups.find(({ logGroupName }) => logGroupName === name);
}

async function tagsOf(found: LogGroup, account: Account): Promise<Record<string, string>> {
  return (await account.client(CloudWatchLogs).listTagsForResource({ resourceArn: arnOf(found) })).tags ?? {};
}

/** The ARN as other services take it, without the `:*` for the streams within. */
function arnOf({ arn = "" }: LogGroup): string {
  return arn.replace(/:\*$/, "");
}

const resourcePolicy: ResourceType<Account, PolicyInputs> = {
  replaceOn: ["policyName"],
  updateOn: ["policyDocument"],
  defaults: (inputs) => documentText(inputs, "policyDocument"),
  check: allOf(required("policyName", "policyDocument"), policyDocument("policyDocument", "resource", 5120)),
  async create({ policyName = "", policyDocument: document }, { account }) {
    const request = { policyName, policyDocument: document };
    await account.client(CloudWatchLogs).putResourcePolicy(request);
    return { id: policyName };
  },
  async read(id, _known, { account }) {
    const { resourcePolicies = [] } = await account.client(CloudWatchLogs).describeResourcePolicies({});
    const found = resourcePolicies.find(({ policyName }) => policyName === id);
    return found && { policyName: id, policyDocument: found.policyDocument };
  },
  async update(id, { policyDocument: document }, _olds, { account }) {
    const request = { policyName: id, policyDocument: document };
    await account.client(CloudWatchLogs).putResourcePolicy(request);
  },
  async delete(id, _olds, { account }) {
    await unlessMissing(account.client(CloudWatchLogs).deleteResourcePolicy({ policyName: id }));
  },
};

/** CloudWatch Logs; its resources belong to the module `cloudwatch`. */
export const service: Service<Account> = {
  resources: {
    "aws:cloudwatch/logGroup:LogGroup": taggable(group),
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": resourcePolicy,
  },
};
