import { type AwsClients, awsClients } from "@selfhosted/common";
import { type AwsAnswers, awsError, fakeAws } from "@selfhosted/common/testing";
import { expect } from "chai";
import type { StateResource } from "../../pulumi/stacks";
import { type Interrupted, refusal } from "../../recovery/interrupted";
import { describePlan, type Plan, plan } from "../../recovery/plan";
import { provider, tags, urn } from "./resources";

const role: StateResource = {
  urn: urn("aws:iam/role:Role", "pulumi-prod-api-role"),
  type: "aws:iam/role:Role",
  parent: urn("selfhosted:application:Api", "pulumi-prod-api"),
  provider: `${provider.urn}::p`,
  inputs: { name: "pulumi-prod-api" },
};
const ofTags = (found: object): Partial<AwsAnswers> => ({
  "iam:GetRole": () => ({
    Role: { Tags: Object.entries(found).map(([Key, Value]) => ({ Key, Value: String(Value) })) },
  }),
});

const interrupted = (changed: Partial<Interrupted> = {}): Interrupted => ({
  layer: "application",
  locks: { locks: [] },
  torn: [],
  operations: [{ type: "creating", resource: role }],
  resources: [provider],
  ...changed,
});

/** What is planned in an account that answers so, and the regions that were asked. */
function planned(answers: Partial<AwsAnswers>, changed?: Partial<Interrupted>): Promise<Plan> {
  return plan(interrupted(changed), ({ inputs }): Promise<AwsClients> => {
    return Promise.resolve(awsClients({ region: String(inputs?.["region"]) }, fakeAws(answers)));
  });
}

describe("the plan of make recover", () => {
  it("takes in what this stack has made", async () => {
    const { creations } = await planned(ofTags(tags));
    expect(creations).to.deep.equal([{ resource: role, is: "made", id: "pulumi-prod-api", copies: [] }]);
  });

  it("takes in the latest of several, once, and names the others", async () => {
    const resource: StateResource = { ...role, type: "aws:kms/key:Key", inputs: { description: "data" } };
    const made: Record<string, string> = { one: "2026-03-20T12:00:00Z", two: "2026-03-20T13:00:00Z" };
    const answers: Partial<AwsAnswers> = {
      "kms:ListKeys": () => ({ Keys: Object.keys(made).map((KeyId) => ({ KeyId })) }),
      "kms:ListResourceTags": () => ({
        Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
      }),
      "kms:DescribeKey": ({ KeyId }) => ({
        KeyMetadata: { KeyId, Description: "data", Enabled: true, CreationDate: new Date(made[String(KeyId)] ?? "") },
      }),
    };
    const attempt: Interrupted["operations"][number] = { type: "creating", resource };
    expect(describePlan(await planned(answers, { operations: [attempt, attempt] }))).to.deep.equal([
      "pulumi-prod-api-role (aws:kms/key:Key): was made; two is taken into the state",
      "  and one (2026-03-20T12:00:00.000Z), which no stack has; delete it if nothing uses it",
    ]);
  });

  it("forgets what AWS doesn't have, and what AWS makes again by itself", async () => {
    const missing: Partial<AwsAnswers> = {
      "iam:GetRole": () => {
        throw awsError("NoSuchEntityException", "none");
      },
    };
    const text = describePlan(await planned(missing)).join("\n");
    expect(text).to.include(
      "pulumi-prod-api-role (aws:iam/role:Role): forgotten, the next deployment makes it: AWS has none",
    );
    for (const type of [
      "random:index/randomId:RandomId",
      "pulumi-nodejs:dynamic:Resource",
      "selfhosted:infrastructure:DataBucket",
      "pulumi:providers:aws",
      "pulumi:pulumi:Stack",
    ]) {
      const resource = { ...role, type };
      const { creations } = await planned({}, { operations: [{ type: "creating", resource }] });
      expect(creations[0]).to.include({ is: "unmade" });
    }
  });

  it("takes nothing in twice, and knows an id that is an ARN", async () => {
    const known = { ...role, id: "arn:aws:iam::111122223333:role/pulumi-prod-api" };
    const { creations } = await planned(ofTags(tags), { resources: [provider, known] });
    expect(creations[0]).to.include({ is: "unmade" });
    const another = { ...role, id: "another-pulumi-prod-api" };
    expect((await planned(ofTags(tags), { resources: [provider, another] })).creations[0]).to.include({ is: "made" });
    // What was deleted to be replaced has the name of its replacement.
    const replaced = { ...known, pendingReplacement: true };
    expect((await planned(ofTags(tags), { resources: [provider, replaced] })).creations[0]).to.include({ is: "made" });
  });

  it("stops at what somebody else has made, naming it and how to go on", async () => {
    for (const found of [{}, { ...tags, stack: "test" }]) {
      const { creations } = await planned(ofTags(found));
      expect(creations[0]).to.include({ is: "unclear" });
      expect(describePlan({ creations, refreshed: [] }).join("\n"))
        .to.include("AWS has pulumi-prod-api, and nothing says that this stack has made it")
        .and.include("give it the tags project=pulumi, layer=application, stack=prod; otherwise delete or rename it");
    }
  });

  it("stops where AWS can't be asked, or it isn't known how", async () => {
    const denied: Partial<AwsAnswers> = {
      "iam:GetRole": () => {
        throw Object.assign(awsError("AccessDenied", "not authorized to perform: iam:GetRole"), { $metadata: {} });
      },
    };
    expect(describePlan(await planned(denied)).join("\n")).to.include("iam:GetRole");
    const resource = { ...role, type: "aws:sqs/queue:Queue" };
    const unknown = describePlan(await planned({}, { operations: [{ type: "creating", resource }] })).join("\n");
    expect(unknown)
      .to.include("doesn't know how to find a aws:sqs/queue:Queue")
      .and.include("pulumi import 'aws:sqs/queue:Queue' 'pulumi-prod-api-role' <id>")
      .and.include("pulumi refresh --clear-pending-creates");
  });

  it("reads what was being changed or deleted again", async () => {
    const operations: Interrupted["operations"] = [
      { type: "updating", resource: role },
      { type: "deleting", resource: role },
    ];
    expect(await planned({}, { operations })).to.deep.equal({ creations: [], refreshed: [role.urn] });
  });
});

describe("a command on what was interrupted", () => {
  const lock = { pid: 1, username: "ci", hostname: "build-7", timestamp: "2026-03-20T12:00:00Z" };

  it("is refused with who holds the lock, what is in doubt, and the one command", () => {
    expect(refusal("prod", [interrupted({ locks: { locks: [lock] } })])).to.equal(
      [
        "A command was interrupted in prod, or is at work on another machine. Nothing was changed.",
        "  application: locked by ci@build-7 since 2026-03-20T12:00:00Z (process 1, on another machine)",
        "  application: interrupted while creating pulumi-prod-api-role (aws:iam/role:Role)",
        "When nothing works on it any more: make recover ENV=prod",
      ].join("\n"),
    );
  });

  it("says where it couldn't be seen whether there is a lock", () => {
    const locks = { unread: "who holds a lock can't be read from https://api.pulumi.com" };
    expect(refusal("prod", [interrupted({ locks })])).to.include("application: who holds a lock can't be read");
  });
});
