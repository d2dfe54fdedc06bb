import * as pulumi from "@pulumi/pulumi";
import { arn } from "@selfhosted/common";
import { eventNotice } from "@selfhosted/common/components";
import type { AlarmsArgs } from "./alarms";

/** What ECS says once, as an event. */
export function ecsNotices(
  name: string,
  { context: { location }, upstream, clusterName, migrationFamily }: AlarmsArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const { topicArn, runbooksUrl } = upstream;
  eventNotice(
    `${name}-rollback`,
    {
      means: "ECS has given up a deployment and gone back to the tasks before it: users have the previous release.",
      look: "`make events`, and the end of the logs of the tasks that failed.",
      runbook: "services.md#a-deployment-was-rolled-back",
      // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
      pattern: {
        source: ["aws.ecs"],
        "detail-type": ["ECS Deployment State Change"],
        resources: [{ prefix: arn(location, "ecs", `service/${clusterName}/`) }],
        detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] },
      },
      detail: "$.detail.reason",
      ...{ topicArn, runbooksUrl },
    },
    opts,
  );
  eventNotice(
    `${name}-migration`,
    {
      means: "A database migration has failed: the services still run the previous release.",
      look: "`make logs SERVICE=migration`.",
      runbook: "migration.md#a-migration-failed",
      // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
      pattern: {
        source: ["aws.ecs"],
        "detail-type": ["ECS Task State Change"],
        detail: {
          clusterArn: [arn(location, "ecs", `cluster/${clusterName}`)],
          group: [pulumi.interpolate`family:${migrationFamily}`],
          lastStatus: ["STOPPED"],
          $or: [{ containers: { exitCode: [{ "anything-but": 0 }] } }, { stopCode: ["TaskFailedToStart"] }],
        },
      },
      detail: "$.detail.stoppedReason",
      ...{ topicArn, runbooksUrl },
    },
    opts,
  );
}
