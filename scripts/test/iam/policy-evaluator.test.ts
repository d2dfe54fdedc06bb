import { expect } from "chai";
import { decide, type Document, type Policies, type Request, type Statement } from "./policy-evaluator";

const owner = "111122223333";
const root = `arn:aws:iam::${owner}:root`;
const caller = `arn:aws:iam::${owner}:role/api`;
const request: Request = { caller, action: "kms:Decrypt", resource: "arn:aws:kms:eu-central-1:111122223333:key/1" };

const policy = (...statements: Partial<Statement>[]): Document => ({
  Statement: statements.map((one) => ({ Effect: "Allow", Action: "kms:Decrypt", Resource: "*", ...one })),
});
const allowed = (policies: Partial<Policies>, changed: Partial<Request> = {}): boolean =>
  decide({ ...request, ...changed }, { owner, ...policies });
const conditional = (Condition: Statement["Condition"], context?: Record<string, string>): boolean =>
  allowed({ identity: [policy({ Condition })] }, { context });

describe("the evaluator of policies", () => {
  it("allows what a policy of the role allows, and nothing else", () => {
    expect(allowed({})).to.equal(false);
    expect(allowed({ identity: [policy({})] })).to.equal(true);
    expect(allowed({ identity: [policy({ Action: ["s3:*", "kms:dec*"] })] })).to.equal(true);
    expect(allowed({ identity: [policy({ Action: "kms:Encrypt" })] })).to.equal(false);
    expect(allowed({ identity: [policy({ Resource: "arn:aws:kms:*:*:key/?" })] })).to.equal(true);
    expect(allowed({ identity: [policy({ Resource: "arn:aws:kms:*:*:key/2" })] })).to.equal(false);
  });

  it("lets a denial win", () => {
    const denial = policy({ Effect: "Deny", Principal: "*" });
    expect(allowed({ identity: [policy({})], resource: denial })).to.equal(false);
    expect(allowed({ identity: [policy({}), policy({ Effect: "Deny" })] })).to.equal(false);
  });

  it("needs the key's policy, which names the role or leaves it to the account", () => {
    const identity = [policy({})];
    const byAccount = policy({ Principal: { AWS: root } });
    expect(allowed({ isKey: true, identity })).to.equal(false);
    expect(allowed({ isKey: true, identity, resource: byAccount })).to.equal(true);
    expect(allowed({ isKey: true, resource: byAccount })).to.equal(false);
    expect(allowed({ isKey: true, resource: policy({ Principal: { AWS: [caller] } }) })).to.equal(true);
  });

  it("needs both sides across accounts", () => {
    const other = { caller: "arn:aws:iam::999999999999:role/api" };
    const byAccount = policy({ Principal: { AWS: "arn:aws:iam::999999999999:root" } });
    expect(allowed({ identity: [policy({})] }, other)).to.equal(false);
    expect(allowed({ resource: byAccount }, other)).to.equal(false);
    expect(allowed({ identity: [policy({})], resource: byAccount }, other)).to.equal(true);
    expect(allowed({ identity: [policy({})], resource: policy({ Principal: { AWS: root } }) }, other)).to.equal(false);
  });

  it("takes a service by its name", () => {
    const resource = policy({ Principal: { Service: ["events.rds.amazonaws.com"] } });
    expect(allowed({ resource }, { caller: "events.rds.amazonaws.com" })).to.equal(true);
    expect(allowed({ resource }, { caller: "sns.amazonaws.com" })).to.equal(false);
    expect(allowed({ identity: [policy({})] }, { caller: "sns.amazonaws.com" })).to.equal(false);
  });

  it("compares conditions as AWS does", () => {
    const key = "aws:SourceAccount";
    expect(conditional({ StringEquals: { [key]: ["1", "2"] } }, { "AWS:sourceaccount": "2" })).to.equal(true);
    expect(conditional({ StringEquals: { [key]: "1" } }, {})).to.equal(false);
    expect(conditional({ StringNotEquals: { [key]: "1" } }, {})).to.equal(true);
    expect(conditional({ StringNotEquals: { [key]: ["1", "2"] } }, { [key]: "2" })).to.equal(false);
    expect(conditional({ StringLike: { [key]: "ecs:a.b_*" } }, { [key]: "ecs:a.b_1_2" })).to.equal(true);
    expect(conditional({ StringLike: { [key]: "ecs:a.b_*" } }, { [key]: "ecs:axb_1" })).to.equal(false);
    expect(conditional({ StringNotLike: { [key]: "1*" } }, { [key]: "12" })).to.equal(false);
    expect(
      conditional({ ArnLike: { [key]: "arn:*:logs:*:1:log-group:*" } }, { [key]: "arn:aws:logs:x:1:log-group:a:b" }),
    ).to.equal(true);
    expect(conditional({ ArnLike: { [key]: "arn:aws:logs:*:1" } }, { [key]: "arn:aws:logs:x:y:1" })).to.equal(false);
    expect(conditional({ ArnNotLike: { [key]: "arn:*" } }, { [key]: "arn:aws:s3:::b" })).to.equal(true);
    expect(conditional({ Bool: { [key]: "false" } }, { [key]: "False" })).to.equal(true);
    expect(conditional({ NumericLessThan: { [key]: "1.2" } }, { [key]: "1.1" })).to.equal(true);
    expect(conditional({ NumericLessThan: { [key]: "1.2" } }, { [key]: "1.2" })).to.equal(false);
    expect(conditional({ Null: { [key]: "true" } }, {})).to.equal(true);
    expect(conditional({ Null: { [key]: "false" } }, {})).to.equal(false);
  });

  it("wants all conditions at once", () => {
    const condition = { StringEquals: { a: "1", b: "2" }, Bool: { c: "true" } };
    expect(conditional(condition, { a: "1", b: "2", c: "true" })).to.equal(true);
    expect(conditional(condition, { a: "1", b: "3", c: "true" })).to.equal(false);
    expect(conditional(condition, { a: "1", b: "2" })).to.equal(false);
  });

  it("says what it doesn't know", () => {
    expect(() => conditional({ DateLessThan: { a: "1" } }, { a: "1" })).to.throw(/operator DateLessThan/);
    const inverted = { Statement: [{ Effect: "Allow", NotAction: "s3:*", Action: [] }] };
    expect(() => allowed({ identity: [inverted] })).to.throw(/NotAction/);
  });
});
