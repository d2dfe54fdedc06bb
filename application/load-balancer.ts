import { Component, physicalName } from "@selfhosted/common";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { ingressNetworks } from "./ingress";
import type { Platform } from "./platform";
import { loadBalancerSubnets } from "./subnets";
import { allow, cidr } from "./task-network";

export interface LoadBalancerArgs {
  platform: Pick<Platform, "config" | "upstream" | "certificateArn">;
  target: Target;
}

/** The tasks behind a load balancer. */
interface Target {
  securityGroupId: pulumi.Input<string>;
  port: number;
  /** The container itself speaks TLS. */
  tls: boolean;
  healthPath: string;
  /** Status that a healthy task answers, such as `200` or `200-399`. */
  healthyStatus: string;
}

/**
 * A network load balancer for one service: TLS with the installation's certificate on port 443, and no other port for clients.
 * API and console need one each, because a network load balancer knows nothing of host names.
 *
 * Its targets get their health checks before clients reach them: `openTo` comes last. So a service on another port can get healthy
 * beside the one that serves.
 */
export class LoadBalancer extends Component {
  readonly loadBalancer: aws.lb.LoadBalancer;
  readonly securityGroup: aws.ec2.SecurityGroup;
  readonly targetGroup: aws.lb.TargetGroup;
  /** Of the targets. */
  readonly port: number;
  /** The targets themselves speak TLS. */
  readonly tls: boolean;
  /** What must be there before targets can register and requests pass. */
  readonly prerequisites: pulumi.Resource[];
  private readonly listenerArgs: Omit<aws.lb.ListenerArgs, "port">;

  constructor(
    private readonly name: string,
    args: LoadBalancerArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("application", "LoadBalancer", name, opts);
    const { platform, target } = args;
    const { config, upstream, certificateArn } = platform;
    const { installation, network } = upstream;
    const parent = { parent: this };

    const targets = nameBy(target.tls, name);
    this.port = target.port;
    this.tls = target.tls;
    // A network load balancer has a security group from the start, or never.
    this.securityGroup = new aws.ec2.SecurityGroup(
      `${name}-group`,
      { name: physicalName("securityGroup", name), description: `Load balancer of ${name}`, vpcId: network.vpcId },
      parent,
    );
    const admit = (client: string, source: { prefixListId: string } | ReturnType<typeof cidr>): pulumi.Resource =>
      new aws.vpc.SecurityGroupIngressRule(
        `${name}-from-${client}`,
        {
          securityGroupId: this.securityGroup.id,
          description: "Clients",
          ipProtocol: "tcp",
          fromPort: 443,
          toPort: 443,
          ...source,
        },
        parent,
      );
    const clients = [
      ...ingressNetworks(platform).map((block) => admit(block, cidr(block))),
      ...(config.allowedPrefixListIds ?? []).map((id) => admit(id, { prefixListId: id })),
    ];
    const way = { from: this.securityGroup.id, to: target.securityGroupId, port: target.port, what: "the tasks" };
    const toTasks = allow(`${name}-tasks-${target.port}`, way, parent);

    this.loadBalancer = new aws.lb.LoadBalancer(
      `${name}-nlb`,
      {
        name: physicalName("loadBalancer", name),
        loadBalancerType: "network",
        internal: config.internal,
        ipAddressType: config.dualStack ? "dualstack" : "ipv4",
        subnets: loadBalancerSubnets(config, network),
        securityGroups: [this.securityGroup.id],
        enableCrossZoneLoadBalancing: true,
        enableDeletionProtection: config.loadBalancerDeletionProtection && !installation.ephemeral,
        accessLogs: { enabled: config.loadBalancerLogs, bucket: upstream.buckets.logs, prefix: name },
      },
      // Two load balancers can't have one name, nor one target group.
      { ...parent, deleteBeforeReplace: true },
    );
    this.targetGroup = new aws.lb.TargetGroup(
      `${targets}-targets`,
      {
        name: physicalName("targetGroup", `${name}-${target.port}`),
        vpcId: network.vpcId,
        targetType: "ip",
        protocol: target.tls ? "TLS" : "TCP",
        port: target.port,
        preserveClientIp: String(config.preserveClientAddress),
        deregistrationDelay: config.drainSeconds,
        connectionTermination: true,
        healthCheck: {
          protocol: target.tls ? "HTTPS" : "HTTP",
          path: target.healthPath,
          matcher: target.healthyStatus,
          // AWS's advice for fast deployments; its defaults take two and a half minutes to call a task healthy.
          interval: 5,
          timeout: 4,
          healthyThreshold: 2,
          unhealthyThreshold: 2,
        },
      },
      parent,
    );
    this.listenerArgs = {
      loadBalancerArn: this.loadBalancer.arn,
      protocol: "TLS",
      certificateArn,
      sslPolicy: config.tlsPolicy,
      defaultActions: [{ type: "forward", targetGroupArn: this.targetGroup.arn }],
    };
    // ECS takes, and the load balancer checks, only targets to which a listener leads. The security group lets nobody in here.
    const registration = new aws.lb.Listener(
      `${targets}-registration`,
      { ...this.listenerArgs, port: target.port },
      parent,
    );
    this.prerequisites = [registration, ...clients, ...toTasks];
    this.registerOutputs({ arn: this.loadBalancer.arn, dnsName: this.loadBalancer.dnsName });
  }

  /** Sends the requests of clients to the targets, once the service behind them is steady. */
  openTo(service: pulumi.Resource): void {
    new aws.lb.Listener(
      `${this.name}-https`,
      { ...this.listenerArgs, port: 443 },
      { parent: this, dependsOn: [service] },
    );
  }
}

/**
 * The logical name of what is bound to the port of tasks that speak TLS themselves, or of those that don't: service, scaling, targets.
 * None of them can move to another port without an outage, so those of both ports stand side by side until the new tasks serve.
 */
export function nameBy(tls: boolean, name: string): string {
  return tls ? `${name}-tls` : name;
}
