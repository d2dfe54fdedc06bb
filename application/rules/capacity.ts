import type { ConfigProblem } from "@selfhosted/common";
import { capacities } from "../capacity";
import { isFargateSize, nearestSizes, type TaskSize } from "../fargate-sizes";
import type { InputRule } from ".";

/** Each task has a size that Fargate has, and each service a range that isn't empty. */
export const capacityRule: InputRule = ({ config, upstream }) => {
  const { jobs, ...always } = capacities(config, upstream.installation.size);
  const wanted = config.jobsEnabled ? { ...always, jobs } : always;
  return Object.entries(wanted).flatMap(([kind, capacity]) => [
    ...sizeProblem(kind, capacity),
    ...("minTasks" in capacity && capacity.minTasks > capacity.maxTasks
      ? [
          {
            key: `${kind}MaxTasks`,
            reason: `found ${capacity.maxTasks}; allowed: ${kind}MinTasks (${capacity.minTasks}) or more`,
            fix: `pulumi config set ${kind}MaxTasks ${capacity.minTasks}`,
          },
        ]
      : []),
  ]);
};

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
