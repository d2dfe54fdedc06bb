import { join } from "node:path";
import { infrastructureContract } from "@selfhosted/common";
import {
  accountId,
  exampleOutputs,
  licenceOfTests,
  type Outcome,
  partitions,
  run,
  type Values,
} from "@selfhosted/common/testing";
import { command } from "../command";
import { repository } from "../repository";
import { registration, type RolloutSettings, rolloutTimes } from "./rollout-arithmetic";

/**
 * How long an upgrade rolls, computed from the settings that the application layer gives AWS, with those of the vendor's own
 * installer beside them: 10 s × 5 health checks behind application load balancers, and the defaults of AWS for the rest.
 */
const vendor: RolloutSettings = {
  tasks: 2,
  minHealthyPercent: 100,
  maxPercent: 200,
  interval: 10,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  register: registration.application,
  drain: 300,
  stop: 30,
};

/** The application layer with nothing but the required settings. */
function recordApplication(): Promise<Outcome> {
  return run({
    layer: "application",
    folder: join(repository, "application"),
    stacks: { "selfhosted-infrastructure": { ...exampleOutputs(infrastructureContract) } },
    config: {
      imageTag: "20260101-1000-signed",
      domain: "pulumi.example.com",
      certificateArn: `arn:aws:acm:${partitions.aws.region}:${accountId}:certificate/1`,
      licenseKey: licenceOfTests,
      agGridLicenseKey: "licence",
    },
    secretKeys: ["licenseKey", "agGridLicenseKey"],
  });
}

function settingsOf(outcome: Outcome, service: "api" | "console"): RolloutSettings {
  const { inputs } = outcome.the("aws:ecs/service:Service", `${service}-service`);
  const target = outcome.the("aws:lb/targetGroup:TargetGroup", `${service}-lb-targets`).inputs;
  const definition = outcome.the("aws:ecs/taskDefinition:TaskDefinition", `${service}-definition`).inputs;
  const [container] = JSON.parse(String(definition["containerDefinitions"])) as Values[];
  const health = target["healthCheck"] as Values;
  return {
    tasks: Number(inputs["desiredCount"]),
    minHealthyPercent: Number(inputs["deploymentMinimumHealthyPercent"]),
    maxPercent: Number(inputs["deploymentMaximumPercent"]),
    interval: Number(health["interval"]),
    healthyThreshold: Number(health["healthyThreshold"]),
    unhealthyThreshold: Number(health["unhealthyThreshold"]),
    register: registration.network,
    drain: Number(target["deregistrationDelay"]),
    stop: Number(container?.["stopTimeout"]),
  };
}

function row(name: string, settings: RolloutSettings): string {
  const times = rolloutTimes(settings);
  const cells = [
    `${settings.interval} × ${settings.healthyThreshold}`,
    settings.drain,
    settings.stop,
    times.healthy,
    times.rollout,
    times.rolloutAtBest,
    times.detection,
    times.breakerThreshold,
  ];
  return name.padEnd(20) + cells.map((cell) => String(cell).padStart(10)).join("");
}

/** Settings and times of a rollout: ours, and the vendor's beside them. */
export async function rolloutTable(): Promise<string[]> {
  const outcome = await recordApplication();
  const columns = ["checks", "drain", "stop", "healthy", "rollout", "at best", "detect", "breaker"];
  return [
    `${"seconds".padEnd(20)}${columns.map((column) => column.padStart(10)).join("")}`,
    row("this installer, API", settingsOf(outcome, "api")),
    row("  console", settingsOf(outcome, "console")),
    row("the vendor's", vendor),
  ];
}

if (require.main === module) {
  command({}, async () => {
    (await rolloutTable()).forEach((line) => console.log(line));
    return 0;
  });
}
