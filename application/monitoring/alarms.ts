import type * as pulumi from "@pulumi/pulumi";
import { type AlarmOutputs, Component, type Context } from "@selfhosted/common";
import { Alarm, type AlarmArgs, FaultAlarm, type Metric } from "@selfhosted/common/components";
import type { ApplicationConfig } from "../config";
import { logErrors } from "./log-errors";
import { daysToExpiry, type Entrance, fargateUsage, kmsUsage, type Worker } from "./metrics";
import { ecsNotices } from "./notices";
import { apiErrors, lacksTasks, load, symptomsOf } from "./symptoms";

export interface AlarmsArgs {
  context: Context;
  config: Pick<ApplicationConfig, "containerInsights" | "logRouterImage">;
  /** Who is called, and the alarm of the database, without which nothing here works. */
  upstream: AlarmOutputs;
  /** Name of the ECS cluster. */
  clusterName: string;
  api: Entrance & { minTasks: number };
  console: Entrance & { minTasks: number };
  jobs?: Worker & { minTasks: number };
  /** Family of the migration's tasks. */
  migrationFamily: pulumi.Input<string>;
  certificateArn: pulumi.Input<string>;
}

/** What calls somebody when the services need it. */
export class Alarms extends Component {
  /** Counts of the API's log, for the dashboard; undefined where the log is elsewhere. */
  readonly logErrors?: Record<string, Metric>;
  /** ARNs of those that call. */
  readonly arns: pulumi.Output<string>[] = [];

  constructor(name: string, args: AlarmsArgs, opts: pulumi.ComponentResourceOptions) {
    super("application", "Alarms", name, opts);
    const { context, config, upstream } = args;
    const { topicArn, runbooksUrl } = upstream;
    const parent = { parent: this };
    const alarm = (thing: string, each: AlarmArgs): Alarm => {
      const made = new Alarm(`${name}-${thing}`, { runbooksUrl, ...each }, parent);
      if (each.topicArn !== undefined) {
        this.arns.push(made.arn);
      }
      return made;
    };

    const { logGroup } = args.api;
    // With a log router, the log is elsewhere.
    this.logErrors =
      config.logRouterImage === undefined
        ? logErrors(`${name}-api-log`, { namespace: `pulumi-selfhosted/${context.name("api")}`, logGroup }, parent)
        : undefined;
    for (const thing of ["api", "console"] as const) {
      const runbook = "services.md#a-service-is-down-or-fails";
      const symptoms = {
        ...symptomsOf(thing, args),
        ...(thing === "api" && this.logErrors && apiErrors(this.logErrors)),
      };
      const fault = new FaultAlarm(
        `${name}-${thing}-trouble`,
        {
          means:
            thing === "api"
              ? "Updates, logins and the console fail, or some of them."
              : "The console fails, or some of its pages.",
          look: "which of the alarms below this one is on, in CloudWatch; then `make status` and `make events`.",
          ...{ runbook, runbooksUrl },
          symptoms: Object.entries(symptoms).map(([each, of]) => alarm(`${thing}-${each}`, { ...of, runbook })),
          topicArn,
          unless: upstream.database,
        },
        parent,
      );
      this.arns.push(fault.arn);
    }
    for (const [thing, worker] of Object.entries({ api: args.api, console: args.console, jobs: args.jobs })) {
      for (const [each, of] of worker ? Object.entries(load(thing, worker, args)) : []) {
        alarm(`${thing}-${each}`, { ...of, runbook: "scale.md#a-service-has-too-little-capacity", topicArn });
      }
    }
    if (args.jobs) {
      alarm("jobs-tasks", {
        ...lacksTasks(args.jobs, args),
        means: "Background jobs run on fewer tasks than wanted: searches, webhooks and mails may come late.",
        runbook: "services.md#a-service-is-down-or-fails",
        topicArn,
      });
    }
    alarm("certificate", {
      series: daysToExpiry(args.certificateArn),
      // ACM renews 60 days before: https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html
      ...{ is: "below", threshold: 30, points: 1, missing: "ignore" },
      means:
        "The certificate of API and console expires within 30 days, and hasn't been renewed. Then nobody can connect.",
      look: "the certificate's renewal status in ACM, and its validation records in DNS: `make verify`.",
      runbook: "certificate.md#the-certificate-expires",
      topicArn,
    });
    alarm("fargate-quota", {
      series: fargateUsage,
      ...{ is: "above", threshold: 80, points: 3, missing: "ignore" },
      means: "The account runs 80 % of the Fargate vCPUs that it may: soon no more tasks start, and deployments hang.",
      look: "what else runs on Fargate in the account and region.",
      runbook: "quotas.md#a-quota-is-near",
      topicArn,
    });
    alarm("kms-quota", {
      series: kmsUsage,
      ...{ is: "above", threshold: 80, points: 5, missing: "ignore" },
      means:
        "The account calls KMS at 80 % of the rate that it may: above it, calls fail, and with them updates, secrets and buckets.",
      look: "who else in the account and region uses KMS, in CloudTrail or by the metrics of each key (AWS/KMS).",
      runbook: "quotas.md#a-quota-is-near",
      topicArn,
    });
    ecsNotices(name, args, parent);
    this.registerOutputs({ topicArn });
  }
}
