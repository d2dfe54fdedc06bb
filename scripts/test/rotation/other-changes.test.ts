import { expect } from "chai";
import type { Step } from "../../pulumi/steps";
import {
  changesPassword,
  changesVersionOf,
  refuseOtherChanges,
  refuseOtherRelease,
} from "../../rotation/other-changes";
import { scriptedPulumi } from "../support/scripted-account";

const step = (op: string, path: string, type: string, more: Partial<Step> = {}): Step => {
  const urn = `urn:pulumi:prod::selfhosted::${path}$${type}::name`;
  return { op, urn, newState: { urn, type }, ...more };
};
const diff = (...properties: string[]): Partial<Step> => ({
  detailedDiff: Object.fromEntries(properties.map((each) => [each, { kind: "update" }])),
});

describe("what a rotation changes in infrastructure/", () => {
  const isOwn = changesPassword("Database");
  const database = "selfhosted:infrastructure:Database";
  const [password, cluster] = ["random:index/randomPassword:RandomPassword", "aws:rds/cluster:Cluster"];
  const version = "aws:secretsmanager/secretVersion:SecretVersion";

  it("is the password, where it is kept, and the database that takes it", () => {
    const own = [
      step("replace", database, password, diff("keepers.version")),
      step("create", database, password),
      step("delete-replaced", database, password),
      step("update", database, cluster, diff("masterPassword")),
      step("replace", `${database}$selfhosted:infrastructure:Credentials`, version, diff("secretString")),
    ];
    expect(own.map(isOwn)).to.deep.equal(own.map(() => true));
  });

  it("is what takes that of search", () => {
    const [search, domain] = ["selfhosted:infrastructure:Search", "aws:opensearch/domain:Domain"];
    const isOwnOfSearch = (...properties: string[]): boolean =>
      changesPassword("Search")(step("update", search, domain, diff(...properties)));
    const options = "advancedSecurityOptions.masterUserOptions";
    expect(isOwnOfSearch(`${options}.masterUserPassword`)).to.equal(true);
    expect(isOwnOfSearch("advancedSecurityOptions")).to.equal(true);
    expect(isOwnOfSearch(`${options}.masterUserName`)).to.equal(false);
    expect(isOwnOfSearch("clusterConfig.instanceCount", `${options}.masterUserPassword`)).to.equal(false);
  });

  it("is nothing else", () => {
    const others = [
      step("update", database, cluster, diff("backupRetentionPeriod", "masterPassword")),
      step("update", database, cluster),
      step("replace", database, cluster, diff("masterPassword")),
      step("update", database, "aws:rds/clusterInstance:ClusterInstance", diff("instanceClass")),
      step("delete", database, password),
      step("replace", "selfhosted:infrastructure:Search", password, diff("keepers.version")),
    ];
    expect(others.map(isOwn)).to.deep.equal(others.map(() => false));
  });
});

describe("what a rotation changes in application/", () => {
  const arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:prod-database-x";
  const isOwn = changesVersionOf({ arn });
  const api = "selfhosted:application:Api";
  const containers = (version: string, image = "api:1", other = "v1"): string =>
    JSON.stringify([
      { image, secrets: [`${arn}:password::${version}`, `${arn}:username::${version}`, `${arn}2:key::${other}`] },
    ]);
  const definition = (before: unknown, after: unknown, ...properties: string[]): Step => {
    const type = "aws:ecs/taskDefinition:TaskDefinition";
    const state = (containerDefinitions: unknown) => ({ urn: "", type, inputs: { containerDefinitions } });
    return step("replace", api, type, {
      ...diff("containerDefinitions", ...properties),
      oldState: state(before),
      newState: state(after),
    });
  };

  it("is the version of its secret, and which definition a service runs", () => {
    expect(isOwn(definition(containers("a"), containers("b")))).to.equal(true);
    expect(isOwn(step("update", api, "aws:ecs/service:Service", diff("taskDefinition")))).to.equal(true);
  });

  it("is nothing else: no image, no other secret, nothing unknown, no migration", () => {
    const unknown = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
    const others = [
      definition(containers("a"), containers("b", "api:2")),
      definition(containers("a"), containers("b", "api:1", "v2")),
      definition(containers("a"), containers("b"), "cpu"),
      definition(unknown, unknown),
      step("update", api, "aws:ecs/service:Service", diff("taskDefinition", "desiredCount")),
      step("update", "selfhosted:application:Migration", "pulumi-nodejs:dynamic:Resource", diff("triggers")),
    ];
    expect(others.map(isOwn)).to.deep.equal(others.map(() => false));
  });
});

describe("other changes than those of a rotation", () => {
  const failure = async (json: object, code = 0): Promise<string> => {
    const restore = scriptedPulumi(`cat <<'JSON'\n${JSON.stringify(json)}\nJSON\nexit ${code}`);
    const found = refuseOtherChanges("application", "prod", ({ op }) => op === "replace");
    return found
      .then(
        () => "",
        (error: unknown) => (error as Error).message,
      )
      .finally(restore);
  };
  const service = step("update", "a", "aws:ecs/service:Service", diff("desiredCount"));

  it("are refused by name, and how they are deployed is said", async () => {
    expect(await failure({ steps: [step("same", "a", "b"), step("replace", "a", "b"), service] })).to.match(
      /^ {2}name \(aws:ecs\/service:Service\): update of desiredCount\nOther changes wait in application.*make deploy ENV=prod$/,
    );
    expect(await failure({ steps: [step("same", "a", "b"), step("replace", "a", "b")] })).to.equal("");
  });

  it("can't be looked for where the preview fails", async () => {
    const diagnostics = [{ severity: "error", message: "no such image\n" }];
    expect(await failure({ diagnostics }, 1)).to.match(/preview of application\/ failed:\nno such image\nNothing was/);
  });

  it("are another release too, which the state may have already where its deployment failed", () => {
    expect(() => refuseOtherRelease("prod", "20251110-205-signed", "20251103-204-signed")).to.throw(
      /nothing was changed.*make upgrade ENV=prod IMAGE_TAG=20251110-205-signed/,
    );
    expect(() => refuseOtherRelease("prod", "20251103-204-signed", "20251103-204-signed")).not.to.throw();
  });
});
