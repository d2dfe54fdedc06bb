import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import type { Check } from "../checks";
import { isUnknown, type Properties } from "../resource";

const fargateLogDrivers = ["awslogs", "splunk", "awsfirelens"];
const maximumBytes = 64 * 1024;

/**
 * Container definitions the way ECS returns them, so that a difference in spelling alone is none: defaults filled in, empty
 * values left out, variables and secrets in the order of their names.
 */
export function normalised(json: string): string {
  const list = parse(json);
  if (!list) return json;
  const byName = (one: { name?: string }, other: { name?: string }) => (one.name ?? "").localeCompare(other.name ?? "");
  const containers = list.map((container) => ({
    ...container,
    cpu: container.cpu ?? 0,
    essential: container.essential ?? true,
    environment: container.environment?.toSorted(byName),
    secrets: container.secrets?.toSorted(byName),
    portMappings: container.portMappings?.map((port) => ({
      ...port,
      hostPort: port.hostPort ?? port.containerPort,
      protocol: port.protocol ?? "tcp",
    })),
  }));
  return JSON.stringify(sorted(containers));
}

/** The same value with the keys of its objects in order and without what is empty. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(
    ([, item]) => item !== undefined && item !== null && !(Array.isArray(item) && item.length === 0),
  );
  return Object.fromEntries(
    entries.toSorted(([one], [other]) => one.localeCompare(other)).map(([k, v]) => [k, sorted(v)]),
  );
}

function parse(json: string): ContainerDefinition[] | undefined {
  try {
    const list: unknown = JSON.parse(json);
    return Array.isArray(list) ? (list as ContainerDefinition[]) : undefined;
  } catch {
    return undefined;
  }
}

/** What Fargate refuses of the containers, and what would keep them from starting. */
export function containers(inputs: Properties): ReturnType<Check> {
  const json = inputs.containerDefinitions;
  if (typeof json !== "string") return [];
  const list = parse(json);
  const reasons = list?.length ? refusals(list, json, inputs) : ["must be a JSON list of at least one container"];
  return reasons.map((reason) => ({ property: "containerDefinitions", reason }));
}

function refusals(list: ContainerDefinition[], json: string, inputs: Properties): string[] {
  const names = list.map(({ name }) => name);
  const volumes = isUnknown(inputs.volumes) ? undefined : ((inputs.volumes ?? []) as { name: string }[]);
  const withoutRole = inputs.executionRoleArn === undefined;
  const memory = list.reduce((sum, container) => sum + (container.memory ?? container.memoryReservation ?? 0), 0);
  const cpu = list.reduce((sum, container) => sum + (container.cpu ?? 0), 0);
  const whole: [wrong: boolean, reason: string][] = [
    [Buffer.byteLength(json) > maximumBytes, "must be no longer than 64 KB"],
    [new Set(names).size < names.length, "must give each container a name of its own"],
    [list.every(({ essential }) => essential === false), "must have an essential container"],
    [memory > Number(inputs.memory), `ask for ${memory} MiB of memory, more than the task's ${String(inputs.memory)}`],
    [cpu > Number(inputs.cpu), `ask for ${cpu} CPU units, more than the task's ${String(inputs.cpu)}`],
  ];
  const each = list.flatMap((container): typeof whole => {
    const { image, logConfiguration, name, portMappings = [], secrets = [], stopTimeout = 0, ulimits = [] } = container;
    const driver = logConfiguration?.logDriver;
    const dependencies = (container.dependsOn ?? []).map(({ containerName }) => containerName);
    const mounts = (container.mountPoints ?? []).map(({ sourceVolume }) => sourceVolume);
    const lonelyMounts = volumes ? mounts.filter((mount) => !volumes.some((volume) => volume.name === mount)) : [];
    const variables = [...(container.environment ?? []), ...secrets].map((variable) => variable.name);
    return [
      [!/^[A-Za-z0-9_-]{1,255}$/.test(name ?? ""), "needs a name of 1 to 255 letters, digits, hyphens or underscores"],
      [!image, "needs an image"],
      [withoutRole && secrets.length > 0, "has secrets, so the task needs an executionRoleArn"],
      [
        withoutRole && container.repositoryCredentials !== undefined,
        "has repositoryCredentials, so the task needs an executionRoleArn",
      ],
      [withoutRole && driver === "awslogs", "logs to CloudWatch, so the task needs an executionRoleArn"],
      [withoutRole && /\.dkr\.ecr\./.test(image ?? ""), "has an image in ECR, so the task needs an executionRoleArn"],
      [
        driver !== undefined && !fargateLogDrivers.includes(driver),
        `has the log driver ${driver}, which Fargate lacks`,
      ],
      [
        portMappings.some((port) => (port.hostPort ?? port.containerPort) !== port.containerPort),
        "maps a port to another one",
      ],
      [stopTimeout > 120, `has a stopTimeout of ${stopTimeout}; Fargate allows 120 seconds`],
      [ulimits.some((limit) => limit.name !== "nofile"), "sets a ulimit other than nofile"],
      [container.privileged === true, "is privileged, which Fargate refuses"],
      [
        dependencies.some((one) => !names.includes(one)),
        `depends on ${dependencies.join(", ")}, not all of them there`,
      ],
      [lonelyMounts.length > 0, `mounts ${lonelyMounts.join(", ")}, which isn't among the volumes`],
      [new Set(variables).size < variables.length, "has a variable twice"],
    ].map(([wrong, reason]): [boolean, string] => [Boolean(wrong), `: container ${name} ${String(reason)}`]);
  });
  return [...whole, ...each].filter(([wrong]) => wrong).map(([, reason]) => reason);
}
