/** The settings that decide how long a service takes to change its version. Times in seconds. */
export interface RolloutSettings {
  tasks: number;
  minHealthyPercent: number;
  maxPercent: number;
  /** Health checks of the load balancer. */
  interval: number;
  healthyThreshold: number;
  unhealthyThreshold: number;
  /** Until a load balancer sends requests to a new target. */
  register: number;
  /** Deregistration delay. */
  drain: number;
  /** Longest time between SIGTERM and SIGKILL. */
  stop: number;
}

/** What follows from them, in seconds. */
export interface RolloutTimes {
  batches: number;
  /** From the start of a new task to its first request. */
  healthy: number;
  /** The whole change, where the old tasks take all the time to stop that they may. */
  rollout: number;
  /** The same where they end at once on SIGTERM. */
  rolloutAtBest: number;
  /** Until a task that died gets no more requests. */
  detection: number;
  /** Failed tasks after which ECS rolls back to the old version. */
  breakerThreshold: number;
}

/** Times that settings don't change, assumed to be the same for everyone. */
const assumed = { schedule: 5, provision: 30, pull: 20, boot: 15, promptStop: 2 };

/** Time until a new target gets requests, by kind of load balancer. */
export const registration = { application: 5, network: 30 };

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html */
const breakerLimits = { least: 3, most: 200 };

export function rolloutTimes(settings: RolloutSettings): RolloutTimes {
  const { tasks, interval } = settings;
  const room = Math.floor((tasks * settings.maxPercent) / 100) - Math.ceil((tasks * settings.minHealthyPercent) / 100);
  const batches = Math.ceil(tasks / Math.max(1, room));
  const { schedule, provision, pull, boot, promptStop } = assumed;
  const healthy = schedule + provision + pull + boot + settings.register + interval * settings.healthyThreshold;
  const until = (stop: number): number => batches * healthy + settings.drain + stop;
  return {
    batches,
    healthy,
    rollout: until(settings.stop),
    rolloutAtBest: until(Math.min(promptStop, settings.stop)),
    detection: interval * settings.unhealthyThreshold,
    breakerThreshold: Math.min(breakerLimits.most, Math.max(breakerLimits.least, Math.ceil(tasks / 2))),
  };
}
