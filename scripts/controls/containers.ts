import { isSecretName } from "../doctor/redact/names";
import { each, type Group } from "./control";
import { type Container, containersOf, listOf, statementsOf } from "./documents";

const service = "aws:ecs/service:Service";
const task = "aws:ecs/taskDefinition:TaskDefinition";
const absent = "no containers are run";

/** What is wrong with containers, named. */
function ofContainers(what: string, isWrong: (container: Container) => boolean) {
  return each(task, (definition) => {
    const wrong = containersOf(definition).filter(isWrong);
    return wrong.length > 0 && `${wrong.map(({ name }) => name).join(", ")}: ${what}`;
  });
}

export const containers: Group = {
  title: "Containers",
  controls: [
    {
      id: "ECS.2",
      title: "tasks without a public address",
      absent,
      looks: [each(service, (i) => i.networkConfiguration?.assignPublicIp === true && "assignPublicIp is on")],
    },
    {
      id: "ECS.3/4/17",
      title: "no host processes, privileges or host network",
      absent,
      looks: [
        each(
          task,
          ({ pidMode, networkMode }) =>
            [pidMode, networkMode].includes("host") && "shares processes or network with its host",
        ),
        ofContainers("privileged", ({ privileged }) => privileged === true),
      ],
    },
    {
      id: "ECS.5",
      title: "read-only root file system",
      absent,
      option: { layer: "application", settings: ["readOnlyRootFilesystem"] },
      looks: [
        ofContainers(
          "can write to the root file system",
          (container) => container.readonlyRootFilesystem !== true && container.firelensConfiguration === undefined,
        ),
      ],
    },
    {
      id: "ECS.8",
      title: "no secret in an environment variable",
      absent,
      looks: [
        each(task, (definition) => {
          const names = containersOf(definition).flatMap(({ environment = [] }) => environment.map(({ name }) => name));
          const secret = names.filter(isSecretName);
          return secret.length > 0 && `in clear: ${secret.join(", ")}`;
        }),
      ],
    },
    {
      id: "ECS.9",
      title: "logs configured",
      absent,
      looks: [ofContainers("without a log", ({ logConfiguration }) => logConfiguration?.logDriver === undefined)],
    },
    {
      id: "ECS.10",
      title: "latest Fargate platform",
      absent,
      looks: [each(service, ({ platformVersion: is = "LATEST" }) => is !== "LATEST" && `platformVersion is ${is}`)],
    },
    {
      id: "ECS.12",
      title: "Container Insights",
      absent,
      looks: [
        each("aws:ecs/cluster:Cluster", ({ settings = [] }) => {
          const insights = settings.find(({ name }) => name === "containerInsights")?.value ?? "disabled";
          return insights === "disabled" && "containerInsights is disabled";
        }),
      ],
    },
    {
      id: "ECS.20",
      title: "users other than root",
      absent,
      option: { layer: "application", settings: ["apiUser", "consoleUser", "migrationUser"] },
      looks: [ofContainers("runs as root, or as its image says", ({ user = "" }) => /^(|0|root)(:.*)?$/.test(user))],
    },
    {
      id: "CKV_AWS_249",
      title: "task role of its own, least privilege",
      absent,
      looks: [
        each(
          task,
          ({ executionRoleArn, taskRoleArn }) =>
            taskRoleArn !== undefined && taskRoleArn === executionRoleArn && "task role and execution role are one",
        ),
        each("aws:iam/rolePolicy:RolePolicy", ({ policy }) => {
          const allowed = statementsOf(policy).filter(({ Effect }) => Effect === "Allow");
          const wide = allowed
            .flatMap(({ Action }) => listOf(Action))
            .filter((action) => /^(\*|[\w-]+:\*)$/.test(action));
          return wide.length > 0 && `allows ${wide.join(", ")}`;
        }),
      ],
    },
  ],
};
