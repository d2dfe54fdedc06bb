import type { Installation } from "@selfhosted/common";
import type { TaskSize } from "./fargate-sizes";
import type { ApplicationConfig } from "./settings";

/** How large one task is, and how many autoscaling keeps. */
export interface Capacity extends TaskSize {
  minTasks: number;
  maxTasks: number;
}

type Preset = Record<"api" | "console" | "jobs" | "migration", { cpu: number; memory: number; tasks: number }>;

/**
 * What the size of an installation stands for. Two tasks at least, in different availability zones. The product's advice for
 * production is 2 vCPU and 4 GiB for the API, 0.5 vCPU for the console: that is `medium`.
 */
const presets: Record<Installation["size"], Preset> = {
  small: {
    api: { cpu: 1024, memory: 2048, tasks: 2 },
    console: { cpu: 256, memory: 512, tasks: 2 },
    jobs: { cpu: 512, memory: 1024, tasks: 1 },
    migration: { cpu: 256, memory: 512, tasks: 1 },
  },
  medium: {
    api: { cpu: 2048, memory: 4096, tasks: 2 },
    console: { cpu: 512, memory: 1024, tasks: 2 },
    jobs: { cpu: 1024, memory: 2048, tasks: 2 },
    migration: { cpu: 256, memory: 512, tasks: 1 },
  },
  large: {
    api: { cpu: 4096, memory: 8192, tasks: 3 },
    console: { cpu: 1024, memory: 2048, tasks: 3 },
    jobs: { cpu: 2048, memory: 4096, tasks: 2 },
    migration: { cpu: 512, memory: 1024, tasks: 1 },
  },
};

/** The product's advice: autoscaling goes up to four times the usual number of tasks. */
const headroom = 4;

/** What runs, from the installation's size and the settings that override it. */
export function capacities(
  config: ApplicationConfig,
  size: Installation["size"],
): Record<"api" | "console" | "jobs", Capacity> & { migration: TaskSize } {
  const preset = presets[size];
  const service = (kind: "api" | "console" | "jobs"): Capacity => {
    const { cpu, memory, tasks } = preset[kind];
    const minTasks = config[`${kind}MinTasks`] ?? tasks;
    return {
      cpu: config[`${kind}Cpu`] ?? cpu,
      memory: config[`${kind}Memory`] ?? memory,
      minTasks,
      maxTasks: config[`${kind}MaxTasks`] ?? headroom * minTasks,
    };
  };
  return {
    api: service("api"),
    console: service("console"),
    jobs: service("jobs"),
    migration: {
      cpu: config.migrationCpu ?? preset.migration.cpu,
      memory: config.migrationMemory ?? preset.migration.memory,
    },
  };
}
