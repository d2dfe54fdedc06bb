import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
  DescribeServicesRequest,
  DescribeServicesResponse,
  DescribeTaskDefinitionRequest,
  DescribeTaskDefinitionResponse,
  DescribeTasksRequest,
  DescribeTasksResponse,
  ListTasksRequest,
  ListTasksResponse,
} from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { readStackState } from "../../pulumi/stacks";
import { type State, stateOf } from "../../release/pulumi-state";
import { explainServices, refreshAfterEcsRollback } from "../../release/roll";
import { answer, type Fault } from "../../sandbox/test/proxy";
import { scriptedAccount, scriptedPulumi } from "../support/scripted-account";

/** An answer of ECS. `A` and `B` are what is asked and answered, as the SDK has them. */
function ecs<A, B extends object>(action: string, reply: (asked: A) => B): Fault {
  return { service: "ecs", action, play: ({ body }) => answer(reply(JSON.parse(body) as A)) };
}

describe("what services run after a deployment that failed", () => {
  let end: () => Promise<void>;
  afterEach(() => end());

  it("needs no region, and no account, where there is no service yet", async () => {
    end = await scriptedAccount();
    expect(await explainServices({ taskDefinitions: {}, services: [] })).to.equal("");
  });

  describe("in a change of the containers' TLS, with two services for one container,", () => {
    const names = ["prod-api", "prod-api-tls"];
    const image = (service = ""): string => `registry/${service}:1`;
    const state: State = {
      taskDefinitions: Object.fromEntries(names.map((name) => [name, `${name}:2`])),
      services: names.map((serviceName) => ({
        ...{ name: "api", serviceName, region: "eu-central-1", cluster: "prod", logGroup: "" },
        image: image(serviceName),
      })),
    };
    /** ECS, where the deployment of these services has failed. */
    const account = (...failed: string[]): Promise<() => Promise<void>> =>
      scriptedAccount(
        ecs<DescribeServicesRequest, DescribeServicesResponse>("DescribeServices", ({ services: [name = ""] = [] }) => {
          const rolloutState = failed.includes(name) ? "FAILED" : "COMPLETED";
          const [runningCount, desiredCount] = [failed.includes(name) ? 0 : 2, 2];
          const primary = { status: "PRIMARY", taskDefinition: `${name}:2`, runningCount, desiredCount };
          return { services: [{ deployments: [{ ...primary, rolloutState }], events: [{ message: `of ${name}` }] }] };
        }),
        ecs<DescribeTaskDefinitionRequest, DescribeTaskDefinitionResponse>(
          "DescribeTaskDefinition",
          ({ taskDefinition }) => {
            const [service] = taskDefinition?.split(":") ?? [];
            return { taskDefinition: { containerDefinitions: [{ name: "api", image: image(service) }] } };
          },
        ),
        ecs<ListTasksRequest, ListTasksResponse>("ListTasks", ({ serviceName }) => {
          return { taskArns: [`arn:aws:ecs:eu-central-1:111122223333:task/prod/${serviceName}`] };
        }),
        ecs<DescribeTasksRequest, DescribeTasksResponse>("DescribeTasks", ({ tasks: [taskArn = ""] = [] }) => {
          const service = taskArn.split("/").at(-1);
          const containers = [{ name: "api", image: image(service), exitCode: 1 }];
          return { tasks: [{ taskArn, taskDefinitionArn: `${service}:2`, stoppedReason: "exited", containers }] };
        }),
      );

    it("is said of each by the service's own name, with the end of a task of its own image", async () => {
      end = await account("prod-api-tls");
      expect(await explainServices(state)).to.equal(
        [
          "prod-api runs registry/prod-api:1 (2 of 2 tasks, COMPLETED)",
          "prod-api-tls runs registry/prod-api-tls:1 (0 of 2 tasks, FAILED)",
          "  ECS: of prod-api-tls",
          "prod-api-tls: task prod-api-tls of prod-api-tls:2 stopped: exited; api: exit code 1",
        ].join("\n"),
      );
    });

    it("isn't said where both run what they should", async () => {
      end = await account();
      expect(await explainServices(state)).to.equal("");
    });
  });
});

describe("what ECS took back in a deployment that never came to its end", () => {
  const log = console.log;
  let ends: (() => unknown)[];

  beforeEach(() => {
    ends = [];
    console.log = () => undefined;
  });

  afterEach(async () => {
    console.log = log;
    for (const end of ends.reverse()) {
      await end();
    }
  });

  /** Whether Pulumi's state is refreshed where ECS runs that definition, and the layer has no output yet. */
  async function isLearned(running: string): Promise<boolean> {
    const arn = "arn:aws:ecs:eu-central-1:111122223333:service/prod/prod-api";
    const containerDefinitions = JSON.stringify([{ name: "api", image: "registry/api:2" }]);
    const resources = [
      { type: "aws:ecs/taskDefinition:TaskDefinition", outputs: { arn: "prod-api:2", containerDefinitions } },
      {
        type: "aws:ecs/service:Service",
        id: arn,
        outputs: { name: "prod-api", cluster: "prod", taskDefinition: "prod-api:2" },
      },
    ];
    const folder = mkdtempSync(join(tmpdir(), "refreshed-"));
    const refreshed = join(folder, "refreshed");
    ends.push(
      () => rmSync(folder, { recursive: true }),
      scriptedPulumi(
        `case "$1 $2" in
          "stack export") echo '${JSON.stringify({ deployment: { resources } })}';;
          "refresh --stack") touch '${refreshed}';;
          *) exit 1;;
        esac`,
      ),
      await scriptedAccount(
        ecs<DescribeServicesRequest, DescribeServicesResponse>("DescribeServices", () => {
          return { services: [{ deployments: [{ status: "PRIMARY", taskDefinition: running, runningCount: 2 }] }] };
        }),
        ecs<DescribeTaskDefinitionRequest, DescribeTaskDefinitionResponse>("DescribeTaskDefinition", () => ({})),
      ),
    );
    await refreshAfterEcsRollback("prod", stateOf(await readStackState("application", "prod")));
    return existsSync(refreshed);
  }

  it("becomes known to Pulumi, by its state alone", async () => {
    expect(await isLearned("prod-api:1")).to.equal(true);
    expect(await isLearned("prod-api:2"), "nothing was taken back").to.equal(false);
  });

  it("is nothing before the first deployment", async () => {
    ends.push(scriptedPulumi(`echo "error: no stack named 'prod' found" >&2; exit 6`), await scriptedAccount());
    await refreshAfterEcsRollback("prod", stateOf(await readStackState("application", "prod")));
  });
});
