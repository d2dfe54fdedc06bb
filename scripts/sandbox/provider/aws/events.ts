import type { EventBridge } from "@aws-sdk/client-eventbridge";
import type { EventRuleArgs, EventTargetArgs } from "@pulumi/aws/cloudwatch";
import type { Service } from "../resource";
import type { Account } from "./account";
import { fromAws, toAws } from "./fields";
import { type Inputs, typesOf } from "./table";
import { tagList, tagMap } from "./tags";

const events = typesOf(async () => (await import("@aws-sdk/client-eventbridge")).EventBridge, {
  read: async (aws, ResourceARN) => tagMap((await aws.listTagsForResource({ ResourceARN })).Tags),
  tag: (aws, ResourceARN, tags) => aws.tagResource({ ResourceARN, Tags: tagList(tags) }),
  untag: (aws, ResourceARN, TagKeys) => aws.untagResource({ ResourceARN, TagKeys }),
});

type RuleInputs = Inputs<EventRuleArgs, "name">;
type TargetInputs = Inputs<EventTargetArgs, "targetId">;

const ruleNames = { description: "Description", eventPattern: "EventPattern", name: "Name" } as const;

/** EventBridge; its resources belong to the module `cloudwatch`. */
export const service: Service<Account> = {
  resources: {
    "aws:cloudwatch/eventRule:EventRule": events<RuleInputs>({
      autoname: "name",
      replaceOn: ["name"],
      updateOn: ["description", "eventPattern"],
      async create(aws, inputs) {
        await aws.putRule({ ...toAws(ruleNames, inputs), State: "ENABLED", Tags: tagList(inputs.tagsAll) });
        return inputs.name;
      },
      async get(aws, Name) {
        const found = await aws.describeRule({ Name });
        return { arn: found.Arn, ...fromAws(ruleNames, found) };
      },
      update: (aws, _id, inputs) => aws.putRule({ ...toAws(ruleNames, inputs), State: "ENABLED" }),
      delete: (aws, Name) => aws.deleteRule({ Name }),
    }),

    "aws:cloudwatch/eventTarget:EventTarget": events<TargetInputs>({
      tagged: false,
      replaceOn: ["rule", "targetId"],
      updateOn: ["arn", "inputTransformer"],
      async create(aws, inputs) {
        await putTarget(aws, inputs);
        return `${inputs.rule}/${inputs.targetId}`;
      },
      async get(aws, id) {
        const [rule = "", targetId] = id.split("/");
        const { Targets = [] } = await aws.listTargetsByRule({ Rule: rule });
        const found = Targets.find(({ Id }) => Id === targetId);
        const by = found?.InputTransformer;
        return (
          found && {
            ...{ rule, targetId, arn: found.Arn },
            ...(by && { inputTransformer: { inputPaths: by.InputPathsMap, inputTemplate: by.InputTemplate } }),
          }
        );
      },
      update: (aws, _id, inputs) => putTarget(aws, inputs),
      delete: (aws, _id, { rule, targetId }) => aws.removeTargets({ Rule: rule, Ids: [targetId] }),
    }),
  },
};

function putTarget(aws: EventBridge, { rule, targetId, arn, inputTransformer: by }: TargetInputs) {
  const InputTransformer = by && { InputPathsMap: by.inputPaths, InputTemplate: by.inputTemplate };
  return aws.putTargets({ Rule: rule, Targets: [{ Id: targetId, Arn: arn, InputTransformer }] });
}
