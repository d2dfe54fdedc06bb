import { Component } from "@selfhosted/common";
import type * as pulumi from "@pulumi/pulumi";
import { consoleCapacity } from "./config/capacity";
import { consolePermissions } from "./console-permissions";
import { registryPorts, settingPorts, toOutside } from "./destinations";
import { consoleVariables } from "./environment/console";
import { environment } from "./environment/variables";
import { FargateService } from "./fargate-service";
import { LoadBalancer } from "./load-balancer";
import { routerPorts } from "./log-router";
import type { Platform } from "./platform";
import { TaskNetwork, type Destination } from "./task-network";

export interface ConsoleArgs {
  platform: Platform;
  /** Group of the API's load balancer, which the console calls to sign users in. */
  apiSecurityGroupId: pulumi.Input<string>;
  /** Must have succeeded before a task starts: the migration. */
  after: pulumi.Resource[];
}

/** The web console. */
export class Console extends Component {
  readonly service: FargateService;
  readonly loadBalancer: LoadBalancer;

  constructor(name: string, args: ConsoleArgs, opts: pulumi.ComponentResourceOptions) {
    super("application", "Console", name, opts);
    const { platform } = args;
    const { config, upstream, images } = platform;
    const tls = config.consoleTlsCertificate !== undefined;
    const parent = { parent: this };

    const { taskRoleArn, prerequisites } = consolePermissions(`${name}-task`, platform, parent);
    const ports = [
      443,
      ...settingPorts("console", config),
      ...registryPorts(images.console, images.logRouter),
      ...routerPorts(config),
    ];
    // An internal load balancer is reached inside of the network, so its group has to let the console in.
    const toApi: Destination[] = config.internal
      ? [{ what: "api", port: 443, to: { securityGroupId: args.apiSecurityGroupId } }]
      : [];

    const network = new TaskNetwork(
      `${name}-tasks`,
      { vpcId: upstream.network.vpcId, destinations: [...toApi, ...toOutside(platform, ports, parent)] },
      parent,
    );
    this.loadBalancer = new LoadBalancer(
      `${name}-lb`,
      {
        platform,
        target: {
          securityGroupId: network.securityGroup.id,
          port: tls ? 3443 : 3000,
          tls,
          healthPath: "/",
          healthyStatus: "200-399",
        },
      },
      parent,
    );
    this.service = new FargateService(
      name,
      {
        platform,
        container: "console",
        image: images.console,
        environment: environment(consoleVariables, platform, {
          environment: config.consoleExtraEnvironment,
          secrets: config.consoleExtraSecrets,
        }),
        capacity: consoleCapacity(config),
        user: config.consoleUser,
        taskRoleArn,
        spot: config.consoleSpot,
        network,
        loadBalancer: this.loadBalancer,
        after: [...args.after, ...prerequisites],
      },
      parent,
    );
    this.loadBalancer.openTo(this.service.service);
    this.registerOutputs({ serviceName: this.service.service.name });
  }
}
