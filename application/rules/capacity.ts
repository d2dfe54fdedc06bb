import type { ConfigProblem } from "@selfhosted/common";
import { capacities, type Capacity } from "../capacity";
import { isFargateSize, nearestSizes, type TaskSize } from "../fargate-sizes";
import type { InputRule, Inputs } from "./rule";

type Service = "api" | "console" | "jobs";

/** Each task has a size that Fargate has, and each service a range that isn't empty. */
export const capacityRule: InputRule = (inputs) => {
  const { migration, ...services } = capacities(inputs.config, inputs.upstream.installation.size);
  const kinds: Service[] = inputs.config.jobsEnabled ? ["api", "console", "jobs"] : ["api", "console"];
  return [
    ...kinds.flatMap((kind) => [...sizeProblem(kind, services[kind]), ...rangeProblem(kind, services[kind], inputs)]),
    ...sizeProblem("migration", migration),
  ];
};

/** A maximum never lowers the minimum by itself: that would take away the second availability zone without a word. */
function rangeProblem(kind: Service, { minTasks, maxTasks }: Capacity, { config, upstream }: Inputs): ConfigProblem[] {
  const [fewest, most] = [`${kind}MinTasks`, `${kind}MaxTasks`] as const;
  const source =
    config[fewest] === undefined ? `by the installation's size, ${upstream.installation.size}` : "set here";
  return minTasks <= maxTasks
    ? []
    : [
        {
          key: most,
          reason: `found ${maxTasks}; allowed: ${fewest} or more, which is ${minTasks}, ${source}`,
          fix: `pulumi config set ${most} ${minTasks}, or pulumi config set ${fewest} ${maxTasks}`,
        },
      ];
}

function sizeProblem(kind: string, size: TaskSize): ConfigProblem[] {
  if (isFargateSize(size)) {
    return [];
  }
  const [nearest, ...others] = nearestSizes(size, 3);
  const shown = ({ cpu, memory }: TaskSize): string => `${cpu} with ${memory} MiB`;
  return [
    {
      key: `${kind}Cpu`,
      reason:
        `found ${kind}Cpu ${size.cpu} with ${kind}Memory ${size.memory} MiB, which Fargate doesn't have; ` +
        `the nearest that it has: ${[nearest, ...others]
          .filter((each) => each !== undefined)
          .map(shown)
          .join(", ")}`,
      fix: `pulumi config set ${kind}Cpu ${nearest?.cpu} && pulumi config set ${kind}Memory ${nearest?.memory}`,
    },
  ];
}
