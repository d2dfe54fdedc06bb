import { expect } from "chai";
import type { StateResource } from "../../pulumi/stacks";
import { type State, stateOf } from "../../release/pulumi-state";

describe("the state of the application layer", () => {
  const cluster = "arn:aws:ecs:eu-central-1:111122223333:cluster/prod";
  const definition = (name: string, logConfiguration?: object) => ({
    type: "aws:ecs/taskDefinition:TaskDefinition",
    outputs: {
      arn: `${name}:2`,
      containerDefinitions: JSON.stringify([
        { name: "log-router", image: "router" },
        { name, image: `registry/${name}:1`, logConfiguration },
      ]),
    },
  });
  const service = (name: string) => ({
    type: "aws:ecs/service:Service",
    id: `arn:aws:ecs:eu-central-1:111122223333:service/prod/prod-${name}`,
    outputs: { name: `prod-${name}`, cluster, taskDefinition: `${name}:2` },
  });

  const state = (...resources: object[]): State => stateOf({ resources: resources as StateResource[] });

  it("says where services are, and what they should run, before the layer has any output", () => {
    const logs = { options: { "awslogs-group": "/prod/api" } };
    const { services } = state(definition("api", logs), definition("jobs"), service("api"), service("jobs"));
    const location = { region: "eu-central-1", cluster };
    expect(services).to.deep.equal([
      { name: "api", serviceName: "prod-api", ...location, image: "registry/api:1", logGroup: "/prod/api" },
      { name: "jobs", serviceName: "prod-jobs", ...location, image: "registry/jobs:1", logGroup: "" },
    ]);
  });

  it("says nothing of a service that wasn't made, or whose task definition is unknown", () => {
    const unmade = { type: "aws:ecs/service:Service" };
    expect(state(unmade, service("api")).services).to.deep.equal([]);
  });
});
