import { type ApplicationOutputs, awsClients } from "@selfhosted/common";
import { expect } from "chai";
import { passwordIn } from "../../rotation/progress";
import { retireFormer } from "../../rotation/retire";
import { formerTasks, rollOut } from "../../rotation/roll-out";
import { scriptedPulumi } from "../support/scripted-account";

const region = "eu-central-1";
const definition = (name: string): string => `arn:aws:ecs:eu-central-1:111122223333:task-definition/${name}`;
const application = {
  clusterName: "prod",
  api: { taskDefinitionArn: definition("prod-api:2") },
  console: { taskDefinitionArn: definition("prod-console:1") },
} as ApplicationOutputs;

describe("the services' tasks with a former value", () => {
  /** ECS with these tasks: name, task definition and last status of each, by the status that it is to have. */
  const ecsWith = (tasks: Record<"RUNNING" | "STOPPED", [string, string, string][]>) =>
    awsClients({ region }, (_service, operation, input) => {
      if (operation === "ListTasks") {
        const { family = "", desiredStatus = "RUNNING" } = input as { family?: string; desiredStatus?: "RUNNING" };
        return Promise.resolve({
          taskArns: tasks[desiredStatus].filter(([, of]) => of.startsWith(`${family}:`)).map(([name]) => name),
        });
      }
      const { tasks: asked } = input as { tasks: string[] };
      const all = [...tasks.RUNNING, ...tasks.STOPPED].filter(([name]) => asked.includes(name));
      const described = all.map(([taskArn, of, lastStatus]) => ({
        taskArn,
        taskDefinitionArn: definition(of),
        lastStatus,
      }));
      return Promise.resolve({ tasks: described });
    }).ecs;

  it("are those of another definition than the deployed one", async () => {
    const ecs = ecsWith({
      RUNNING: [
        ["old", "prod-api:1", "RUNNING"],
        ["new", "prod-api:2", "RUNNING"],
        ["console", "prod-console:1", "RUNNING"],
      ],
      STOPPED: [],
    });
    expect(await formerTasks(ecs, application)).to.deep.equal(["old"]);
  });

  it("are those too that are being stopped, until they have", async () => {
    const ecs = ecsWith({
      RUNNING: [["new", "prod-api:2", "RUNNING"]],
      STOPPED: [
        ["draining", "prod-api:1", "DEACTIVATING"],
        ["ending", "prod-api:1", "STOPPING"],
        ["gone", "prod-api:1", "STOPPED"],
      ],
    });
    expect(await formerTasks(ecs, application)).to.deep.equal(["draining", "ending"]);
  });
});

describe("a roll-out", () => {
  it("isn't verified where the credentials end before that: the services have the new value all the same", async () => {
    const restore = scriptedPulumi('case "$1" in up) ;; *) echo "error: ExpiredToken" >&2; exit 255;; esac');
    const found = await rollOut({ name: "prod", stack: "prod", isSandbox: false }).finally(restore);
    expect(found).to.equal("not verified");
  });
});

describe("a former version of a secret", () => {
  const retired = async (versions: Record<string, string[]>): Promise<object[]> => {
    const calls: object[] = [];
    const { secrets } = awsClients({ region }, (_service, operation, input) => {
      if (operation === "UpdateSecretVersionStage") {
        calls.push(input);
      }
      return Promise.resolve({ VersionIdsToStages: versions });
    });
    await retireFormer(secrets, ["arn"]);
    return calls;
  };

  it("loses its label, and the current one keeps its own", async () => {
    expect(await retired({ new: ["AWSCURRENT"], old: ["AWSPREVIOUS"], older: [] })).to.deep.equal([
      { SecretId: "arn", VersionStage: "AWSPREVIOUS", RemoveFromVersionId: "old" },
    ]);
  });

  it("is nothing where there is none", async () => {
    expect(await retired({ new: ["AWSCURRENT"] })).to.deep.equal([]);
  });
});

describe("a password in the state", () => {
  const password = (component: string, version: string, more: object = {}) => ({
    urn: `urn:pulumi:prod::selfhosted-infrastructure::selfhosted:infrastructure:${component}$random:index/randomPassword:RandomPassword::x`,
    type: "random:index/randomPassword:RandomPassword",
    inputs: { keepers: { version } },
    ...more,
  });

  it("is that of the component, and has the number that made it", () => {
    const state = [password("Search", "7"), password("Database", "3")];
    expect(passwordIn(state, "Database")).to.deep.equal({ deployed: 3, isUnfinished: false });
    expect(passwordIn(state, "Search")).to.deep.equal({ deployed: 7, isUnfinished: false });
  });

  it("waits for the end of the one before it, where a deployment was killed", () => {
    const state = [password("Database", "2", { delete: true }), password("Database", "3")];
    expect(passwordIn(state, "Database")).to.deep.equal({ deployed: 3, isUnfinished: true });
  });

  it("comes before the first one of Pulumi where it was given", () => {
    expect(passwordIn([], "Database")).to.deep.equal({ deployed: 0, isUnfinished: false });
  });
});
