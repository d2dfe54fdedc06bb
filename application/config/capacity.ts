import { type BySize, choice, flag, integer, onlyWith, type Rule } from "@selfhosted/common";
import { isFargateSize, nearestSizes, type TaskSize } from "../task/fargate-sizes";
import type { ApplicationConfig } from "./settings";

/** The size of a task, and the bounds of autoscaling. */
export interface Capacity extends TaskSize {
  minTasks: number;
  maxTasks: number;
}

/** What autoscaling aims at, and how fast. */
export interface Scaling {
  /** Average of all tasks. */
  cpuPercent: number;
  memoryPercent: number;
  /** Between two steps up, and two steps down. */
  scaleOutCooldownSeconds: number;
  scaleInCooldownSeconds: number;
}

function cpu(of: string, bySize: BySize<number>) {
  return integer({
    description: `CPU units (1024 = 1 vCPU) of ${of}.`,
    example: "2048",
    unit: "CPU units",
    min: 256,
    max: 32768,
    bySize,
  });
}

function memory(of: string, bySize: BySize<number>) {
  return integer({
    description: `Memory of ${of}, in MiB.`,
    example: "4096",
    unit: "MiB",
    min: 512,
    max: 249856,
    bySize,
  });
}

function minTasks(of: string, bySize: BySize<number>) {
  return integer({
    description: `Minimum number of ${of} tasks.`,
    example: "2",
    min: 1,
    max: 100,
    bySize,
  });
}

function maxTasks(of: string) {
  return integer({
    description: `Maximum number of ${of} tasks. Default: four times the minimum, which is the product's own advice.`,
    example: "8",
    optional: true,
    min: 1,
    max: 400,
  });
}

/**
 * How much of everything runs. The product's advice for production is 2 vCPU and 4 GiB for the API, 0.5 vCPU for the console: that
 * is `medium`. Two tasks at least of what users call, in different availability zones.
 */
export const capacitySettings = {
  apiCpu: cpu("an API task", { small: 1024, medium: 2048, large: 4096 }),
  apiMemory: memory("an API task", { small: 2048, medium: 4096, large: 8192 }),
  apiMinTasks: minTasks("API", { small: 2, medium: 2, large: 3 }),
  apiMaxTasks: maxTasks("API"),
  consoleCpu: cpu("a console task", { small: 256, medium: 512, large: 1024 }),
  consoleMemory: memory("a console task", { small: 512, medium: 1024, large: 2048 }),
  consoleMinTasks: minTasks("console", { small: 2, medium: 2, large: 3 }),
  consoleMaxTasks: maxTasks("console"),
  jobsEnabled: flag({
    description: "Background jobs of the API in a service of their own, so that they don't compete with requests.",
  }),
  jobsCpu: cpu("a jobs task", { small: 512, medium: 1024, large: 2048 }),
  jobsMemory: memory("a jobs task", { small: 1024, medium: 2048, large: 4096 }),
  jobsMinTasks: minTasks("jobs", { small: 1, medium: 2, large: 2 }),
  jobsMaxTasks: maxTasks("jobs"),
  migrationCpu: cpu("the migration's task", { small: 256, medium: 256, large: 512 }),
  migrationMemory: memory("the migration's task", { small: 512, medium: 512, large: 1024 }),
  scalingCpuPercent: integer({
    description: "Average CPU, in percent, that autoscaling aims at. The product's own advice is 50 to 60.",
    default: 55,
    unit: "percent",
    min: 10,
    max: 95,
  }),
  scalingMemoryPercent: integer({
    description: "Average memory, in percent, that autoscaling aims at.",
    default: 75,
    unit: "percent",
    min: 10,
    max: 95,
  }),
  scaleOutCooldownSeconds: integer({
    description: "Seconds between two steps up of autoscaling.",
    default: 60,
    unit: "seconds",
    min: 0,
    max: 3600,
  }),
  scaleInCooldownSeconds: integer({
    description:
      "Seconds between two steps down of autoscaling. Slower than up, so that a short lull doesn't cost capacity.",
    default: 300,
    unit: "seconds",
    min: 0,
    max: 3600,
  }),
  cpuArchitecture: choice(["X86_64", "ARM64"], {
    description: "CPU of the tasks. ARM64 is cheaper, and needs images built for it.",
    default: "X86_64",
  }),
  consoleSpot: flag({
    description:
      "Console tasks on Fargate Spot: cheaper, but AWS may stop one with two minutes' notice. For X86_64 and ARM64.",
  }),
};

/** The product's advice: autoscaling goes up to four times the usual number of tasks. */
const headroom = 4;

function capacity(cpu: number, memory: number, minTasks: number, maxTasks = headroom * minTasks): Capacity {
  return { cpu, memory, minTasks, maxTasks };
}

export function apiCapacity(config: ApplicationConfig): Capacity {
  return capacity(config.apiCpu, config.apiMemory, config.apiMinTasks, config.apiMaxTasks);
}

export function consoleCapacity(config: ApplicationConfig): Capacity {
  return capacity(config.consoleCpu, config.consoleMemory, config.consoleMinTasks, config.consoleMaxTasks);
}

export function jobsCapacity(config: ApplicationConfig): Capacity {
  return capacity(config.jobsCpu, config.jobsMemory, config.jobsMinTasks, config.jobsMaxTasks);
}

type ScalingConfig = Pick<
  ApplicationConfig,
  "scalingCpuPercent" | "scalingMemoryPercent" | "scaleOutCooldownSeconds" | "scaleInCooldownSeconds"
>;

/** How all services scale. */
export function scaling(config: ScalingConfig): Scaling {
  const { scaleOutCooldownSeconds, scaleInCooldownSeconds } = config;
  return {
    cpuPercent: config.scalingCpuPercent,
    memoryPercent: config.scalingMemoryPercent,
    scaleOutCooldownSeconds,
    scaleInCooldownSeconds,
  };
}

export function migrationSize({ migrationCpu: cpu, migrationMemory: memory }: ApplicationConfig): TaskSize {
  return { cpu, memory };
}

type Cpu = "apiCpu" | "consoleCpu" | "jobsCpu" | "migrationCpu";
type Memory = "apiMemory" | "consoleMemory" | "jobsMemory" | "migrationMemory";

/** Fargate has the size of a task. */
function fargateSize(cpuKey: Cpu, memoryKey: Memory): Rule<ApplicationConfig> {
  return (config) => {
    const size = { cpu: config[cpuKey], memory: config[memoryKey] };
    if (isFargateSize(size)) {
      return undefined;
    }
    const nearest = nearestSizes(size, 3);
    const shown = nearest.map(({ cpu, memory }) => `${cpu} with ${memory} MiB`).join(", ");
    return {
      key: cpuKey,
      reason:
        `found ${cpuKey} ${size.cpu} with ${memoryKey} ${size.memory} MiB, which Fargate doesn't have; ` +
        `the nearest that it has: ${shown}`,
      fix: `pulumi config set ${cpuKey} ${nearest[0]?.cpu} && pulumi config set ${memoryKey} ${nearest[0]?.memory}`,
    };
  };
}

type MinKey = "apiMinTasks" | "consoleMinTasks" | "jobsMinTasks";
type MaxKey = "apiMaxTasks" | "consoleMaxTasks" | "jobsMaxTasks";

/** A maximum never lowers the minimum by itself: that would silently give up the second availability zone. */
function taskRange(minKey: MinKey, maxKey: MaxKey): Rule<ApplicationConfig> {
  return (config, raw) => {
    const [min, max = Infinity] = [config[minKey], config[maxKey]];
    const source = raw.has(minKey) ? "set here" : "by the installation's size";
    return min <= max
      ? undefined
      : {
          key: maxKey,
          reason: `found ${max}; allowed: ${minKey} or more, which is ${min}, ${source}`,
          fix: `pulumi config set ${maxKey} ${min}, or pulumi config set ${minKey} ${max}`,
        };
  };
}

/** A rule that applies only where jobs have a service of their own. */
function ifJobs(rule: Rule<ApplicationConfig>): Rule<ApplicationConfig> {
  return (config, raw) => config.jobsEnabled && rule(config, raw);
}

/** Where every service has a fixed number of tasks, nothing scales. */
const nothingScales: Rule<ApplicationConfig> = (config, raw) => {
  const capacities = [
    apiCapacity(config),
    consoleCapacity(config),
    ...(config.jobsEnabled ? [jobsCapacity(config)] : []),
  ];
  const keys = ["scalingCpuPercent", "scalingMemoryPercent", "scaleOutCooldownSeconds", "scaleInCooldownSeconds"];
  return capacities.some(({ minTasks, maxTasks }) => minTasks < maxTasks)
    ? []
    : keys
        .filter((key) => raw.has(key))
        .map((key) => ({
          key,
          reason: "has no effect: every service has as many tasks at most as at least",
          fix: `pulumi config rm ${key}, or raise apiMaxTasks`,
        }));
};

export const capacityRules: Rule<ApplicationConfig>[] = [
  fargateSize("apiCpu", "apiMemory"),
  fargateSize("consoleCpu", "consoleMemory"),
  ifJobs(fargateSize("jobsCpu", "jobsMemory")),
  fargateSize("migrationCpu", "migrationMemory"),
  taskRange("apiMinTasks", "apiMaxTasks"),
  taskRange("consoleMinTasks", "consoleMaxTasks"),
  ifJobs(taskRange("jobsMinTasks", "jobsMaxTasks")),
  onlyWith(["jobsCpu", "jobsMemory", "jobsMinTasks", "jobsMaxTasks"], "jobsEnabled"),
  nothingScales,
];
