import type * as pulumi from "@pulumi/pulumi";
import { Component } from "@selfhosted/common";
import type { ApplicationConfig } from "../config";
import { listenToClients, LoadBalancer } from "../network/load-balancer";
import { TaskNetwork } from "../network/task-network";
import { FargateService } from "./fargate-service";
import type { HttpsServiceArgs, HttpsServiceOutputs } from "./https-service";
import { consoleRole } from "./permissions";

type ConsoleConfig = Pick<ApplicationConfig, "consoleSpot" | "consoleTlsCertificate" | "consoleUser">;

export interface ConsoleArgs extends HttpsServiceArgs {
  config: ConsoleConfig;
}

/** The web console. */
export class Console extends Component {
  readonly loadBalancer: LoadBalancer;
  readonly outputs: HttpsServiceOutputs;

  constructor(name: string, args: ConsoleArgs, opts: pulumi.ComponentResourceOptions) {
    super("application", "Console", name, opts);
    const { context, cluster, config, network, destinations, scaling, running } = args;
    const { keyArn, logRouter } = args.task;
    const parent = { parent: this };
    const tls = config.consoleTlsCertificate !== undefined;

    const role = consoleRole(`${name}-task`, { context, cluster, keyArn, logRouter }, parent);
    const tasks = new TaskNetwork(`${name}-tasks`, { vpcId: network.vpcId, destinations }, parent);
    const { id: securityGroupId } = tasks.securityGroup;
    const target = { securityGroupId, port: tls ? 3443 : 3000, tls, healthPath: "/", healthyStatus: "200-399" };
    this.loadBalancer = new LoadBalancer(`${name}-lb`, { ...args.loadBalancer, target }, parent);
    const { service, outputs } = new FargateService(
      name,
      {
        context,
        cluster,
        scaling,
        running,
        task: { ...args.task, container: "console", taskRoleArn: role.arn, user: config.consoleUser },
        capacity: args.capacity,
        spot: config.consoleSpot,
        network: tasks,
        subnetIds: args.subnetIds,
        loadBalancer: this.loadBalancer,
        dependsOn: [...args.dependsOn, ...role.policies],
      },
      parent,
    );
    listenToClients(`${name}-lb-https`, this.loadBalancer, service);
    this.outputs = { domain: args.domain, ...outputs, ...this.loadBalancer.outputs };
    this.registerOutputs({ serviceName: service.name });
  }
}
