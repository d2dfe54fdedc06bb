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
import { explainServices } from "../lib/release/roll";
import type { State } from "../lib/release/state";
import { answer, type Fault } from "../sandbox/proxy";
import { scriptedAccount } from "./scripted-account";

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
