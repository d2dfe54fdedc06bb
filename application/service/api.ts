import type * as pulumi from "@pulumi/pulumi";
import { Component } from "@selfhosted/common";
import type { ApplicationConfig } from "../config";
import type { Capacity } from "../config/capacity";
import { halfOfApi } from "../environment/api";
import { listenToClients, LoadBalancer } from "../network/load-balancer";
import { TaskNetwork } from "../network/task-network";
import { FargateService } from "./fargate-service";
import type { HttpsServiceArgs, HttpsServiceOutputs } from "./https-service";
import { apiPermissions } from "./permissions";

type ApiConfig = Pick<
  ApplicationConfig,
  | "apiTlsCertificate"
  | "apiUser"
  | "auditLogsTable"
  | "databaseUserSecretKeyArn"
  | "registryPrivateBucket"
  | "registryPublicBucket"
>;

export interface ApiArgs extends HttpsServiceArgs {
  config: ApiConfig;
  /** Of background jobs. Default: they have no service of their own. */
  jobsCapacity?: Capacity;
  /** Of the infrastructure layer, which lets it use the API's data. */
  taskRoleArn: string;
}

/** The product's own advice for a busy API. */
const openFiles = { soft: 100_000, hard: 200_000 };

/** The API, and its background jobs where they have a service of their own. */
export class Api extends Component {
  readonly loadBalancer: LoadBalancer;
  readonly jobs?: FargateService;
  readonly outputs: HttpsServiceOutputs;

  constructor(name: string, args: ApiArgs, opts: pulumi.ComponentResourceOptions) {
    super("application", "Api", name, opts);
    const { context, cluster, config, network, destinations, scaling, running, jobsCapacity, taskRoleArn } = args;
    const { keyArn, logRouter, environment } = args.task;
    const parent = { parent: this };
    const tls = config.apiTlsCertificate !== undefined;

    const permissions = { context, cluster, config, keyArn, logRouter, taskRoleArn };
    const dependsOn = [...args.dependsOn, ...apiPermissions(`${name}-permissions`, permissions, parent)];
    const secretKeyArn = config.databaseUserSecretKeyArn;
    const task = { ...args.task, openFiles, taskRoleArn, user: config.apiUser, secretKeyArn };
    const service = { context, cluster, scaling, running };

    // The API stops doing background jobs when it becomes half of itself: what takes them over has to run before.
    if (jobsCapacity) {
      this.jobs = new FargateService(
        `${name}-jobs`,
        {
          ...service,
          task: { ...task, container: "jobs", environment: halfOfApi("JOBS", environment) },
          capacity: jobsCapacity,
          network: new TaskNetwork(`${name}-jobs-tasks`, { vpcId: network.vpcId, destinations }, parent),
          subnetIds: network.privateSubnetIds,
          dependsOn,
        },
        parent,
      );
    }
    const tasks = new TaskNetwork(`${name}-tasks`, { vpcId: network.vpcId, destinations }, parent);
    const { id: securityGroupId } = tasks.securityGroup;
    const target = { securityGroupId, port: tls ? 8443 : 8080, tls, healthPath: "/api/status", healthyStatus: "200" };
    this.loadBalancer = new LoadBalancer(`${name}-lb`, { ...args.loadBalancer, target }, parent);
    const api = new FargateService(
      name,
      {
        ...service,
        task: { ...task, container: "api", environment: this.jobs ? halfOfApi("API", environment) : environment },
        capacity: args.capacity,
        network: tasks,
        subnetIds: args.subnetIds,
        loadBalancer: this.loadBalancer,
        dependsOn: [...dependsOn, ...(this.jobs ? [this.jobs.service] : [])],
      },
      parent,
    );
    listenToClients(`${name}-lb-https`, this.loadBalancer, api.service);
    this.outputs = { domain: args.domain, ...api.outputs, ...this.loadBalancer.outputs };
    this.registerOutputs({ serviceName: api.service.name });
  }
}
