import { type Found, type InfrastructureOutputs, type Layer, type Location, partlyKnown } from "@selfhosted/common";
import * as applicationLayer from "../../application/exports";
import * as infrastructureLayer from "../../infrastructure/exports";
import type { StateResource } from "../pulumi/stacks";

type InfrastructureConfig = ReturnType<typeof infrastructureLayer.readConfig>["config"];
type ApplicationConfig = ReturnType<typeof applicationLayer.readConfig>["inputs"]["config"];

/** What an installation is to be, as far as its configuration is valid (`partlyKnown`), and what there is of it. */
export interface Plan {
  stack: string;
  infrastructure: InfrastructureConfig;
  application: ApplicationConfig;
  /** Tasks that run when all of them do, by service. */
  services: Service[];
  /** The dns layer changes the zone with a role of its own. */
  hasDnsRole: boolean;
  /** How many resources of a type the stacks hold, such as of `aws:rds/cluster:Cluster`. */
  held: (type: string) => number;
}

interface Service {
  /** Of one task. */
  vcpu: number;
  minTasks: number;
  maxTasks: number;
  isSpot: boolean;
}

/** The plan, and where it is carried out. */
export interface Place {
  plan: Plan;
  location: Location;
  /** ARN of the credentials, as STS gives it. */
  caller: string;
}

export interface PlanArgs {
  stack: string;
  /** Outputs of the infrastructure layer; undefined before its first deployment. */
  deployed?: Record<string, unknown>;
  /** What the stacks of all layers hold. */
  resources: StateResource[];
}

/** Reads the plan from the configuration of the layers. */
export function planOf(found: Record<Layer, Found>, { stack, deployed, resources }: PlanArgs): Plan {
  const { config: infrastructure } = infrastructureLayer.readConfig(found.infrastructure);
  const planned = infrastructureLayer.plannedOutputs(infrastructure, { stack });
  const above = partlyKnown<InfrastructureOutputs>({ ...deployed, ...planned });
  const { config: application } = applicationLayer.readConfig(found.application, above).inputs;
  return {
    stack,
    infrastructure,
    application,
    get services() {
      return [
        serviceOf(applicationLayer.apiCapacity(application)),
        serviceOf(applicationLayer.consoleCapacity(application), application.consoleSpot),
        ...(application.jobsEnabled ? [serviceOf(applicationLayer.jobsCapacity(application))] : []),
      ];
    },
    hasDnsRole: found.dns["selfhosted-dns:assumeRoleArn"] !== undefined,
    held: (type) => resources.filter((each) => each.type === type).length,
  };
}

type Capacity = ReturnType<typeof applicationLayer.apiCapacity>;

function serviceOf({ cpu, minTasks, maxTasks }: Capacity, isSpot = false): Service {
  return { vcpu: cpu / 1024, minTasks, maxTasks, isSpot };
}
