import type { AlarmArgs, Metric } from "@selfhosted/common/components";
import type { AlarmsArgs } from "./alarms";
import { balancerMetric, ecsMetric, missingTasks, runningTasks, targetMetric, type Worker } from "./metrics";

export type Symptom = Omit<AlarmArgs, "runbook">;

/** What users notice of a service. Its tasks get their health checks every five seconds. */
export function symptomsOf(thing: "api" | "console", args: AlarmsArgs): Record<string, Symptom> {
  const entrance = args[thing];
  return {
    down: {
      series: targetMetric(entrance, "HealthyHostCount", "Maximum"),
      // Where there are no targets at all, nothing is reported.
      ...{ is: "below", threshold: 1, points: 2, missing: "breaching" },
      means: `No task of the ${thing} is healthy: nobody can use it.`,
      look: `\`make status\`, \`make events\`, \`make logs SERVICE=${thing}\`.`,
    },
    unhealthy: {
      series: targetMetric(entrance, "UnHealthyHostCount", "Maximum"),
      // The vendor's own limit.
      ...{ is: "above", threshold: 0, points: 3, missing: "notBreaching" },
      means: `A task of the ${thing} has failed its health checks for three minutes: there is less capacity.`,
      look: `\`make events\`, \`make logs SERVICE=${thing}\`.`,
    },
    tasks: {
      ...lacksTasks(entrance, args),
      means: `The ${thing} has had fewer tasks than wanted for five minutes: the next one that fails may stop it.`,
    },
    resets: {
      series: balancerMetric(entrance, "TCP_Target_Reset_Count"),
      // Some are normal, as clients and tasks end idle connections.
      ...{ is: "above", threshold: 300, points: 5, missing: "notBreaching" },
      means: `Tasks of the ${thing} break off connections, five a second: users see errors of the network.`,
      look: `whether tasks restart: \`make events\`; \`make logs SERVICE=${thing}\`.`,
    },
  };
}

/** Compared with what autoscaling wants; without Container Insights, which knows that, with the least that it may be. */
export function lacksTasks(
  worker: Worker & { minTasks: number },
  { config, clusterName }: Pick<AlarmsArgs, "config" | "clusterName">,
): Omit<Symptom, "means"> {
  return {
    ...(config.containerInsights === "disabled"
      ? { series: runningTasks(clusterName, worker), is: "below", threshold: worker.minTasks }
      : { series: missingTasks(clusterName, worker), is: "above", threshold: 0 }),
    points: 5,
    missing: "ignore",
    look: "`make events` says why tasks stopped or don't start.",
  };
}

export function apiErrors(counts: Record<string, Metric>): Record<string, Symptom> {
  const calls = (thing: string, means: string): Record<string, Symptom> => {
    const series = counts[thing];
    return series === undefined
      ? {}
      : {
          [thing]: {
            series,
            // A single minute may be one user's mistake, or a restart.
            ...{ is: "above", threshold: 10, points: 5, missing: "notBreaching" },
            means,
            look: "`make logs SERVICE=api`.",
          },
        };
  };
  return {
    ...calls("errors", "The API has logged more than ten errors a minute for five minutes: some requests fail."),
    ...calls("server-errors", "The API has answered more than ten requests a minute with 5xx for five minutes."),
  };
}

/** Autoscaling keeps both far lower: what stays so high has reached the most tasks that it may have. */
export function load(thing: string, worker: Worker, { clusterName }: AlarmsArgs): Record<string, Symptom> {
  const high = (name: string, what: string): Symptom => ({
    series: ecsMetric(clusterName, worker, name),
    ...{ is: "above", threshold: 90, points: 10, missing: "ignore" },
    means: `The tasks of ${thing} have used 90 % of their ${what} for ten minutes: users wait.`,
    look: "whether the service runs its most tasks already: `make status`.",
  });
  return { cpu: high("CPUUtilization", "CPU"), memory: high("MemoryUtilization", "memory") };
}
