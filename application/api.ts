import { Component } from "@selfhosted/common";
import type * as pulumi from "@pulumi/pulumi";
import { apiPermissions } from "./api-permissions";
import { apiCapacity, jobsCapacity } from "./config/capacity";
import { registryPorts, settingPorts, toDatabase, toMail, toOutside, toSearch, toService } from "./destinations";
import { apiVariables, type ApiMode } from "./environment/api";
import { environment } from "./environment/variables";
import { FargateService } from "./fargate-service";
import { LoadBalancer } from "./load-balancer";
import { routerPorts } from "./log-router";
import type { Platform } from "./platform";
import { TaskNetwork } from "./task-network";

export interface ApiArgs {
  platform: Platform;
  /** Must have succeeded before a task starts: the migration. */
  after: pulumi.Resource[];
}

/** The product's own advice for a busy API; Fargate's default is 65535. */
const openFiles = { soft: 100_000, hard: 200_000 };

/** The API, and its background jobs where they have a service of their own. */
export class Api extends Component {
  readonly service: FargateService;
  readonly loadBalancer: LoadBalancer;
  readonly jobs?: FargateService;

  constructor(name: string, args: ApiArgs, opts: pulumi.ComponentResourceOptions) {
    super("application", "Api", name, opts);
    const { platform } = args;
    const { config, upstream, images } = platform;
    const tls = config.apiTlsCertificate !== undefined;
    const parent = { parent: this };

    const after = [...args.after, ...apiPermissions(`${name}-permissions`, platform, parent)];
    const ports = [
      443,
      ...settingPorts("api", config),
      ...config.apiEgressPorts.map(Number),
      ...registryPorts(images.api, images.logRouter),
      ...routerPorts(config),
    ];
    const destinations = [
      toDatabase(platform),
      ...toSearch(platform),
      ...toMail(platform),
      ...(config.auditLogsTable ? toService("dynamodb", platform, parent) : []),
      ...toOutside(platform, ports, parent),
    ];
    const network = (of: string): TaskNetwork =>
      new TaskNetwork(`${of}-tasks`, { vpcId: upstream.network.vpcId, destinations }, parent);
    const tasks = (mode: ApiMode) => ({
      platform,
      image: images.api,
      environment: environment(apiVariables(mode), platform, {
        environment: config.apiExtraEnvironment,
        secrets: config.apiExtraSecrets,
      }),
      user: config.apiUser,
      openFiles,
      taskRoleArn: upstream.apiTaskRoleArn,
    });

    // The API stops doing background jobs when it becomes half of itself: whoever takes them over has to run before.
    if (config.jobsEnabled) {
      this.jobs = new FargateService(
        `${name}-jobs`,
        {
          ...tasks("JOBS"),
          container: "jobs",
          capacity: jobsCapacity(config),
          network: network(`${name}-jobs`),
          after,
        },
        parent,
      );
    }
    const own = network(name);
    this.loadBalancer = new LoadBalancer(
      `${name}-lb`,
      {
        platform,
        target: {
          securityGroupId: own.securityGroup.id,
          port: tls ? 8443 : 8080,
          tls,
          healthPath: "/api/status",
          healthyStatus: "200",
        },
      },
      parent,
    );
    this.service = new FargateService(
      name,
      {
        ...tasks(config.jobsEnabled ? "API" : "FULL"),
        container: "api",
        capacity: apiCapacity(config),
        network: own,
        loadBalancer: this.loadBalancer,
        after: [...after, ...(this.jobs ? [this.jobs.service] : [])],
      },
      parent,
    );
    this.loadBalancer.openTo(this.service.service);
    this.registerOutputs({ serviceName: this.service.service.name });
  }
}
