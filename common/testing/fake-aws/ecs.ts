import type { AwsAnswers } from ".";

/** No cluster yet. */
export function ecs(): AwsAnswers {
  return {
    "ecs:DescribeServices": () => {
      throw Object.assign(new Error("Cluster not found."), { name: "ClusterNotFoundException" });
    },
  };
}
