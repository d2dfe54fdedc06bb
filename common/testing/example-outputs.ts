import type { Contract, Declaration } from "../contract";
import { type Partition, partitions } from "./account";

/** What a layer would give in a partition: the examples of its contract, without those that are optional. */
export function exampleOutputs<T>(contract: Contract<T>, partition: Partition = "aws"): T {
  const declarations = Object.entries<Declaration<unknown>>(contract.outputs);
  const examples = declarations.filter(([, { isRequired }]) => isRequired).map(([key, { example }]) => [key, example]);
  return inPartition({ contractVersion: contract.version, ...Object.fromEntries(examples) } as T, partition);
}

/** The example of one output in a partition. */
export function exampleOutput<T, K extends keyof Contract<T>["outputs"]>(
  contract: Contract<T>,
  key: K,
  partition: Partition = "aws",
): Contract<T>["outputs"][K]["example"] {
  return inPartition(contract.outputs[key].example, partition);
}

function inPartition<T>(value: T, partition: Partition): T {
  const { region, dnsSuffix } = partitions[partition];
  const text = JSON.stringify(value)
    .replaceAll("arn:aws:", `arn:${partition}:`)
    .replaceAll("eu-central-1", region)
    .replaceAll("amazonaws.com", dnsSuffix);
  return JSON.parse(text) as T;
}
