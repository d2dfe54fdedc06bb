import {
  AssociateKmsKeyCommand,
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteResourcePolicyCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeResourcePoliciesCommand,
  DisassociateKmsKeyCommand,
  ListTagsForResourceCommand,
  PutResourcePolicyCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type LogGroup,
} from "@aws-sdk/client-cloudwatch-logs";
import type { GetLogGroupArgs, GetLogGroupsArgs, LogGroupArgs, LogResourcePolicyArgs } from "@pulumi/aws/cloudwatch";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, matching, oneOf, required } from "../checks";
import type { DataSource, ResourceType, Service } from "../resource";
import type { Account } from "./account";
import { exactlyOne, unlessMissing } from "./errors";
import { documentText, policyDocument } from "./policies";
import { keyExists } from "./references";
import { tagChanges, taggable, type Tagged } from "./tags";

type GroupInputs = Tagged<Unwrap<LogGroupArgs>>;
type PolicyInputs = Omit<Unwrap<LogResourcePolicyArgs>, "policyDocument"> & { policyDocument: string };

/** Days that CloudWatch Logs can keep events; 0 stands for ever. */
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
  find: async ({ name = "" }, { account }) => (await describeGroup(name, account))?.logGroupName,
  async create({ name, kmsKeyId, logGroupClass, tagsAll }, { account }) {
    const request = { logGroupName: name, kmsKeyId, tags: tagsAll };
    const options = { logGroupClass: logGroupClass as LogGroup["logGroupClass"] };
    await account.client(CloudWatchLogsClient).send(new CreateLogGroupCommand({ ...request, ...options }));
    return { id: name ?? "" };
  },
  async settle(id, { retentionInDays }, { account }) {
    const client = account.client(CloudWatchLogsClient);
    if (retentionInDays) await client.send(new PutRetentionPolicyCommand({ logGroupName: id, retentionInDays }));
    else await client.send(new DeleteRetentionPolicyCommand({ logGroupName: id }));
  },
  async read(id, { logGroupClass }, { account }) {
    const found = await describeGroup(id, account);
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
    const client = account.client(CloudWatchLogsClient);
    const isOther = kmsKeyId !== olds.kmsKeyId;
    if (isOther && kmsKeyId) await client.send(new AssociateKmsKeyCommand({ logGroupName: id, kmsKeyId }));
    else if (isOther) await client.send(new DisassociateKmsKeyCommand({ logGroupName: id }));
    const { set, removed } = tagChanges(olds.tagsAll, tagsAll);
    const resourceArn = account.arn("logs", `log-group:${id}`);
    if (removed.length) await client.send(new UntagResourceCommand({ resourceArn, tagKeys: removed }));
    if (Object.keys(set).length) await client.send(new TagResourceCommand({ resourceArn, tags: set }));
  },
  async delete(id, { skipDestroy }, { account }) {
    if (skipDestroy) return;
    await unlessMissing(account.client(CloudWatchLogsClient).send(new DeleteLogGroupCommand({ logGroupName: id })));
  },
};

async function describeGroup(name: string, account: Account): Promise<LogGroup | undefined> {
  const request = new DescribeLogGroupsCommand({ logGroupNamePrefix: name });
  const { logGroups = [] } = await account.client(CloudWatchLogsClient).send(request);
  return logGroups.find(({ logGroupName }) => logGroupName === name);
}

async function tagsOf(found: LogGroup, account: Account): Promise<Record<string, string>> {
  const request = new ListTagsForResourceCommand({ resourceArn: arnOf(found) });
  return (await account.client(CloudWatchLogsClient).send(request)).tags ?? {};
}

const getLogGroup: DataSource<Account, GetLogGroupArgs> = {
  async read({ name }, account) {
    const group = await describeGroup(name, account);
    const found = exactlyOne(group && [group], `log group ${name}`);
    const { retentionInDays = 0, kmsKeyId = "", logGroupClass = "STANDARD" } = found;
    return {
      id: name,
      name,
      arn: arnOf(found),
      retentionInDays,
      kmsKeyId,
      logGroupClass,
      tags: await tagsOf(found, account),
    };
  },
};

const getLogGroups: DataSource<Account, GetLogGroupsArgs> = {
  async read({ logGroupNamePrefix }, account) {
    const request = new DescribeLogGroupsCommand({ logGroupNamePrefix });
    const { logGroups = [] } = await account.client(CloudWatchLogsClient).send(request);
    return {
      id: account.region,
      arns: logGroups.map(arnOf),
      logGroupNames: logGroups.map(({ logGroupName }) => logGroupName),
    };
  },
};

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
    await account.client(CloudWatchLogsClient).send(new PutResourcePolicyCommand(request));
    return { id: policyName };
  },
  async read(id, _known, { account }) {
    const { resourcePolicies = [] } = await account
      .client(CloudWatchLogsClient)
      .send(new DescribeResourcePoliciesCommand({}));
    const found = resourcePolicies.find(({ policyName }) => policyName === id);
    return found && { policyName: id, policyDocument: found.policyDocument };
  },
  async update(id, { policyDocument: document }, _olds, { account }) {
    const request = { policyName: id, policyDocument: document };
    await account.client(CloudWatchLogsClient).send(new PutResourcePolicyCommand(request));
  },
  async delete(id, _olds, { account }) {
    const request = new DeleteResourcePolicyCommand({ policyName: id });
    await unlessMissing(account.client(CloudWatchLogsClient).send(request));
  },
};

/** CloudWatch Logs; its resources belong to the module `cloudwatch`. */
export const service: Service<Account> = {
  resources: {
    "aws:cloudwatch/logGroup:LogGroup": taggable(group),
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": resourcePolicy,
  },
  dataSources: {
    "aws:cloudwatch/getLogGroup:getLogGroup": getLogGroup,
    "aws:cloudwatch/getLogGroups:getLogGroups": getLogGroups,
  },
};
