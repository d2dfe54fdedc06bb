import type { Layer, SecretReference } from "@selfhosted/common";
import type { StateResource } from "../pulumi/stacks";
import { previewSteps, type Step, typeOf } from "../pulumi/steps";
import { describeResource } from "../recovery/interrupted";
import { causeOf } from "../report";
import { saying } from "../waiting";

const harmless = ["same", "read", "refresh"];

/**
 * A rotation is no deployment: what else was configured in the meantime belongs into one that its user has looked at. A newer release, for
 * one, would migrate the database without the snapshot of `make upgrade`.
 *
 * @param isOwn whether a step is one of the rotation that is going on.
 * @throws Error where a deployment of the layer would do anything else.
 */
export async function refuseOtherChanges(layer: Layer, env: string, isOwn: (step: Step) => boolean): Promise<void> {
  const steps = await saying(`previewing ${layer}`, previewSteps(layer, env)).catch((error: unknown) => {
    throw new Error(`${causeOf(error)}\nNothing was changed.`);
  });
  const others = steps.filter((step) => !harmless.includes(step.op) && !isOwn(step));
  if (others.length > 0) {
    throw new Error(
      [
        ...new Set(others.map(describeStep)),
        `Other changes wait in ${layer}/, so nothing was changed. Look at them and deploy them first, a newer release by make upgrade: ` +
          `make preview ENV=${env}; make deploy ENV=${env}`,
      ].join("\n"),
    );
  }
}

/** @throws Error where the services would get another release: one that failed may be in the state already, so that no preview shows it. */
export function refuseOtherRelease(env: string, configured: string | undefined, deployed: string): void {
  if (configured !== deployed) {
    throw new Error(
      `imageTag is ${configured ?? "not set"} in application/, but ${deployed} is deployed, so nothing was changed. Upgrade first: ` +
        `make upgrade ENV=${env} IMAGE_TAG=${configured ?? "…"}; or configure the one that is deployed.`,
    );
  }
}

function describeStep(step: Step): string {
  const { op, urn, detailedDiff } = step;
  const properties = Object.keys(detailedDiff ?? {}).join(", ");
  return `  ${describeResource({ urn, type: typeOf(step) })}: ${op}${properties && ` of ${properties}`}`;
}

/** What takes its password in place, and the property that does. */
const takers: Record<string, string> = {
  "aws:rds/cluster:Cluster": "masterPassword",
  "aws:opensearch/domain:Domain": "advancedSecurityOptions.masterUserOptions.masterUserPassword",
};

/** Whether a step of the infrastructure layer makes another password of a component, or gives it to the one that takes it. */
export function changesPassword(component: string): (step: Step) => boolean {
  return (step) => {
    const type = typeOf(step);
    if (!step.urn.includes(`::selfhosted:infrastructure:${component}$`) || step.op === "delete") {
      return false;
    }
    const taken = takers[type];
    return taken === undefined
      ? ["random:index/randomPassword:RandomPassword", "aws:secretsmanager/secretVersion:SecretVersion"].includes(type)
      : step.op === "update" && changesOnly(step, taken);
  };
}

/** Whether a step of the application layer gives a service another version of this secret, and changes nothing else. */
export function changesVersionOf({ arn }: Pick<SecretReference, "arn">): (step: Step) => boolean {
  return (step) => {
    switch (typeOf(step)) {
      case "aws:ecs/service:Service":
        return step.op === "update" && changesOnly(step, "taskDefinition");
      case "aws:ecs/taskDefinition:TaskDefinition": {
        const [before, after] = [step.oldState, step.newState].map((state) => withoutVersion(arn, state));
        // One that was replaced already waits for its end.
        return step.op === "delete-replaced" || (changesOnly(step, "containerDefinitions") && before === after);
      }
      default:
        return false;
    }
  };
}

/** That nothing is said of what changes is no proof; a provider may name an object in place of what changes in it. */
function changesOnly({ detailedDiff }: Step, property: string): boolean {
  const changed = Object.keys(detailedDiff ?? {});
  return changed.length > 0 && changed.every((each) => each === property || property.startsWith(`${each}.`));
}

/**
 * The containers of a task definition without the version of a secret, `<arn>:<key>::<version>`. What isn't known yet equals nothing.
 *
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html
 */
function withoutVersion(arn: string, state: StateResource | undefined): unknown {
  const containers = state?.inputs?.["containerDefinitions"];
  return typeof containers === "string"
    ? containers
        .split(`"${arn}:`)
        .map((part, index) => (index === 0 ? part : part.replace(/^([^:"]*:[^:"]*):[^:"]*/, "$1")))
        .join(`"${arn}:`)
    : Symbol("unknown");
}
