/** CPU units (1024 = 1 vCPU) and memory (MiB) of a Fargate task. */
export interface TaskSize {
  cpu: number;
  memory: number;
}

/**
 * Memory that Fargate offers for each CPU size, in MiB: a list, or a range in steps.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
 */
const table: [cpu: number, memory: number[] | { from: number; to: number; step: number }][] = [
  [256, [512, 1024, 2048]],
  [512, { from: 1024, to: 4096, step: 1024 }],
  [1024, { from: 2048, to: 8192, step: 1024 }],
  [2048, { from: 4096, to: 16384, step: 1024 }],
  [4096, { from: 8192, to: 30720, step: 1024 }],
  [8192, { from: 16384, to: 61440, step: 4096 }],
  [16384, { from: 32768, to: 122880, step: 8192 }],
  [32768, [61440, 122880, 249856]],
];

/** Every size that Fargate has. */
export const fargateSizes: readonly TaskSize[] = table.flatMap(([cpu, memory]) =>
  (Array.isArray(memory) ? memory : steps(memory)).map((each) => ({ cpu, memory: each })),
);

export function isFargateSize(size: TaskSize): boolean {
  return fargateSizes.some(({ cpu, memory }) => cpu === size.cpu && memory === size.memory);
}

/** The sizes that Fargate has, the most similar first. */
export function nearestSizes(size: TaskSize, count: number): TaskSize[] {
  const far = ({ cpu, memory }: TaskSize): number =>
    Math.abs(Math.log2(cpu / size.cpu)) + Math.abs(Math.log2(memory / size.memory));
  return [...fargateSizes].sort((a, b) => far(a) - far(b)).slice(0, count);
}

function steps({ from, to, step }: { from: number; to: number; step: number }): number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
}
