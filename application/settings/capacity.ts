import { choice, flag, integer } from "@selfhosted/common";

function cpu(of: string) {
  return integer({
    description: `CPU units (1024 = 1 vCPU) of ${of}. Default: by the installation's size.`,
    example: "2048",
    optional: true,
    min: 256,
    max: 32768,
  });
}

function memory(of: string) {
  return integer({
    description: `Memory of ${of}, in MiB. Default: by the installation's size.`,
    example: "4096",
    optional: true,
    min: 512,
    max: 249856,
  });
}

function tasks(bound: "Fewest" | "Most", of: string) {
  const fewest = bound === "Fewest";
  return integer({
    description:
      `${bound} ${of} tasks that autoscaling keeps. ` +
      `Default: ${fewest ? "by the installation's size" : "four times the fewest"}.`,
    example: fewest ? "2" : "8",
    optional: true,
    min: 1,
    max: 100,
  });
}

/** How much of everything runs. */
export const capacitySettings = {
  apiCpu: cpu("an API task"),
  apiMemory: memory("an API task"),
  apiMinTasks: tasks("Fewest", "API"),
  apiMaxTasks: tasks("Most", "API"),
  consoleCpu: cpu("a console task"),
  consoleMemory: memory("a console task"),
  consoleMinTasks: tasks("Fewest", "console"),
  consoleMaxTasks: tasks("Most", "console"),
  jobsEnabled: flag({
    description: "Background jobs of the API in a service of their own, so that they don't compete with requests.",
  }),
  jobsCpu: cpu("a jobs task"),
  jobsMemory: memory("a jobs task"),
  jobsMinTasks: tasks("Fewest", "jobs"),
  jobsMaxTasks: tasks("Most", "jobs"),
  migrationCpu: cpu("the migration's task"),
  migrationMemory: memory("the migration's task"),
  scalingCpuPercent: integer({
    description: "Average CPU, in percent, that autoscaling aims at. The product's own advice is 50 to 60.",
    default: 55,
    min: 10,
    max: 95,
  }),
  scalingMemoryPercent: integer({
    description: "Average memory, in percent, that autoscaling aims at.",
    default: 75,
    min: 10,
    max: 95,
  }),
  scaleOutCooldownSeconds: integer({
    description: "Seconds between two steps up of autoscaling.",
    default: 60,
    min: 0,
    max: 3600,
  }),
  scaleInCooldownSeconds: integer({
    description:
      "Seconds between two steps down of autoscaling. Slower than up, so that a short lull doesn't cost capacity.",
    default: 300,
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
