import { type AwsAnswers, awsError, withFakeAws } from "@selfhosted/common/testing";
import { expect } from "chai";
import type { StateResource } from "../../pulumi/stacks";
import { describePlan } from "../../recovery/plan";
import { findUnrecorded, type Unrecorded, unrecordedSince } from "../../recovery/unrecorded";
import { scriptedPulumi } from "../support/scripted-account";
import { provider, tags, urn } from "./resources";

/** The policy as a preview or the state has it, with the name that Pulumi made up for it. */
function policy(digits: string): StateResource {
  return {
    urn: urn("aws:iam/rolePolicy:RolePolicy", "pulumi-prod-api-policy"),
    type: "aws:iam/rolePolicy:RolePolicy",
    provider: `${provider.urn}::p`,
    inputs: { role: "r", name: `pulumi-prod-api-policy-${digits}` },
  };
}

const key: StateResource = {
  urn: urn("aws:kms/key:Key", "pulumi-prod-key"),
  type: "aws:kms/key:Key",
  provider: `${provider.urn}::p`,
  inputs: { description: "data at rest" },
};

const since = new Date("2026-03-20T12:00:00Z");

function inAccount(...names: string[]): Partial<AwsAnswers> {
  return { "iam:ListRolePolicies": () => ({ PolicyNames: names.map((digits) => `pulumi-prod-api-policy-${digits}`) }) };
}

function keyOf(time: string): Partial<AwsAnswers> {
  const Description = key.inputs?.["description"];
  return {
    "kms:ListKeys": () => ({ Keys: [{ KeyId: "1" }] }),
    "kms:ListResourceTags": () => ({
      Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
    }),
    "kms:DescribeKey": () => ({ KeyMetadata: { Description, Enabled: true, CreationDate: new Date(time) } }),
  };
}

describe("what a failed deployment made without a record", () => {
  it("is looked for from the first failure on, or from an earlier copy of the state", () => {
    const [earlier, later] = [new Date("2026-03-20T12:00:00Z"), new Date("2026-03-20T13:00:00Z")];
    const from = (failing?: Date, copy?: Date): [Date, string] | undefined => {
      const found = unrecordedSince(failing, copy && { since: copy, kept: [] });
      return found && [found.since, found.because];
    };
    expect(from()).to.equal(undefined);
    expect(from(earlier)).to.deep.equal([earlier, "deployments have failed since"]);
    expect(from(earlier, later)).to.deep.equal([earlier, "deployments have failed since"]);
    expect(from(later, earlier)).to.deep.equal([earlier, "the state is that of"]);
    expect(from(undefined, later)).to.deep.equal([later, "the state is that of"]);
  });

  /** What is found where a preview has this step, the state these resources beside its provider, and the account these answers. */
  async function found(
    step: { op: string; newState: StateResource },
    state: StateResource[],
    answers: Partial<AwsAnswers>,
  ): Promise<Unrecorded> {
    const preview = JSON.stringify({ steps: [step] });
    const exported = JSON.stringify({ deployment: { resources: [provider, ...state] } });
    const restore = scriptedPulumi(
      `case $1 in preview) echo '${preview}';; stack) echo '${exported}';; *) exit 1;; esac`,
    );
    try {
      return await withFakeAws(answers, () => findUnrecorded("application", "prod", since));
    } finally {
      restore();
    }
  }

  async function ids(...args: Parameters<typeof found>): Promise<(string | undefined)[]> {
    const { creations } = (await found(...args)).plan;
    return creations.map((each) => (each.is === "made" ? each.id : undefined));
  }

  it("is what this stack would make, under whatever name Pulumi made up for it then", async () => {
    const step = { op: "create", newState: policy("fffffff") };
    const { plan, interrupted } = await found(step, [], inAccount("0000000"));
    expect(describePlan(plan)).to.deep.equal([
      "pulumi-prod-api-policy (aws:iam/rolePolicy:RolePolicy): was made; r:pulumi-prod-api-policy-0000000 is taken into the state",
    ]);
    expect(interrupted.operations).to.deep.equal([]);
  });

  it("may be beside what it was to replace", async () => {
    const step = { op: "replace", newState: policy("fffffff") };
    const state = [{ ...policy("1111111"), id: "r:pulumi-prod-api-policy-1111111" }];
    expect(await ids(step, state, inAccount("1111111", "2222222"))).to.deep.equal(["r:pulumi-prod-api-policy-2222222"]);
    expect(await ids(step, state, inAccount("1111111"))).to.deep.equal([]);
  });

  it("isn't what a deployment would leave, change or delete", async () => {
    for (const op of ["same", "update", "delete", "read"]) {
      expect(await ids({ op, newState: policy("fffffff") }, [], inAccount("0000000"))).to.deep.equal([]);
    }
  });

  it("isn't a key that an earlier installation left on purpose", async () => {
    const step = { op: "create", newState: key };
    expect(await ids(step, [], keyOf("2026-03-20T12:00:30Z"))).to.deep.equal(["1"]);
    expect(await ids(step, [], keyOf("2026-03-20T11:59:00Z"))).to.deep.equal([]);
  });

  it("isn't what somebody else made, which is said and left to the deployment", async () => {
    const group: StateResource = { ...key, type: "aws:ec2/securityGroup:SecurityGroup", inputs: { name: "g" } };
    const foreign = { "ec2:DescribeSecurityGroups": () => ({ SecurityGroups: [{ GroupId: "sg-1", Tags: [] }] }) };
    const { plan } = await found({ op: "create", newState: group }, [], foreign);
    expect(describePlan(plan).join("\n")).to.include("AWS has sg-1, and nothing says that this stack has made it");
  });

  it("is in doubt where AWS can't be asked, unless it is for what isn't there yet", async () => {
    const denied: Partial<AwsAnswers> = {
      "elb:DescribeListeners": () => {
        throw awsError("AccessDenied", "not authorized to perform: elasticloadbalancing:DescribeListeners");
      },
    };
    const listener = (loadBalancerArn: string): StateResource => ({
      ...key,
      type: "aws:lb/listener:Listener",
      inputs: { loadBalancerArn, port: 443 },
    });
    const { plan } = await found({ op: "create", newState: listener("arn:aws:lb") }, [], denied);
    expect(describePlan(plan).join("\n")).to.include("DescribeListeners");
    const unknown = listener("04da6b54-80e4-46f7-96ec-b56ff0331ba9");
    expect(await ids({ op: "create", newState: unknown }, [], denied)).to.deep.equal([]);
  });

  it("isn't known where the preview fails too, which is said", async () => {
    const restore = scriptedPulumi("exit 1");
    const refused = await findUnrecorded("application", "prod", since).then(String, String).finally(restore);
    expect(refused).to.include("can't be looked up").and.include("make preview ENV=prod");
  });

  it("is nothing where AWS has none", async () => {
    const none: Partial<AwsAnswers> = {
      "iam:ListRolePolicies": () => {
        throw awsError("NoSuchEntityException", "no such role");
      },
    };
    expect(await ids({ op: "create", newState: policy("fffffff") }, [], none)).to.deep.equal([]);
  });
});
