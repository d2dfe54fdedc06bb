import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Metric } from "@selfhosted/common/components";
import type { Worker } from "./metrics";

/**
 * Lines of the API's log that are counted. A network load balancer knows no answers, so its log is the only place where they are. What no
 * source says is how the API spells them: the patterns have the usual ways of a Go program, as text and as JSON.
 */
const patterns = {
  errors: '?"level=error" ?"level=fatal" ?"\\"level\\":\\"error\\"" ?"\\"level\\":\\"fatal\\"" ?"panic: "',
  "server-errors": '?"status=5" ?"status_code=5" ?"\\"status\\":5" ?"\\"statusCode\\":5" ?"\\"status_code\\":5"',
};

/** By pattern, how many lines of it there are in a minute. */
export function logErrors(
  name: string,
  { namespace, logGroup }: { namespace: string; logGroup: Worker["logGroup"] },
  opts: pulumi.CustomResourceOptions,
): Record<keyof typeof patterns, Metric> {
  const counted = (thing: keyof typeof patterns): Metric => {
    new aws.cloudwatch.LogMetricFilter(
      `${name}-${thing}`,
      {
        name: `${name}-${thing}`,
        logGroupName: logGroup,
        pattern: patterns[thing],
        metricTransformation: { namespace, name: `api-${thing}`, value: "1", defaultValue: "0" },
      },
      opts,
    );
    return { namespace, name: `api-${thing}`, dimensions: {}, statistic: "Sum" };
  };
  return { errors: counted("errors"), "server-errors": counted("server-errors") };
}
