import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type LoadBalancerOutputs, physicalName } from "@selfhosted/common";
import { allowTraffic, cidr } from "./security-group-rules";

export interface LoadBalancerArgs {
  vpcId: string;
  subnetIds: string[];
  internal: boolean;
  dualStack: boolean;
  /** An issued certificate. */
  certificateArn: pulumi.Input<string>;
  /** Name of a security policy, such as `ELBSecurityPolicy-TLS13-1-2-2021-06`. */
  tlsPolicy: string;
  clients: Clients;
  target: Target;
  accessLogs: { enabled: boolean; bucket: string };
  deletionProtection: boolean;
  /** Targets see the clients' addresses instead of the load balancer's. */
  preserveClientAddress: boolean;
  /** Time that open connections of a stopping target get. */
  drainSeconds: number;
}

/** Who may call a load balancer. */
export interface Clients {
  cidrBlocks: string[];
  prefixListIds: string[];
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
 * API and console need one each, because a network load balancer doesn't route by host name.
 *
 * Its targets get their health checks before clients reach them: the clients' listener comes last, once the service is steady. So a
 * service on another port can get healthy beside the one that serves.
 */
export class LoadBalancer extends Component {
  readonly loadBalancer: aws.lb.LoadBalancer;
  readonly securityGroup: aws.ec2.SecurityGroup;
  readonly targetGroup: aws.lb.TargetGroup;
  readonly target: Target;
  /** Of every listener that leads to the targets. */
  readonly listenerArgs: Omit<aws.lb.ListenerArgs, "port">;
  /** What must be there before targets can register and requests pass. */
  readonly dependencies: pulumi.Resource[];
  readonly outputs: {
    loadBalancer: { [K in keyof LoadBalancerOutputs]: pulumi.Output<LoadBalancerOutputs[K]> };
    targetGroupArn: pulumi.Output<string>;
  };

  constructor(name: string, args: LoadBalancerArgs, opts: pulumi.ComponentResourceOptions) {
    super("application", "LoadBalancer", name, opts);
    const { vpcId, target } = args;
    const parent = { parent: this };

    const targets = nameBy(target.tls, name);
    this.target = target;
    // A network load balancer has a security group from the start, or never.
    this.securityGroup = new aws.ec2.SecurityGroup(
      `${name}-group`,
      { name: physicalName("securityGroup", name), description: `Load balancer of ${name}`, vpcId },
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
      ...args.clients.cidrBlocks.map((block) => admit(block, cidr(block))),
      ...args.clients.prefixListIds.map((id) => admit(id, { prefixListId: id })),
    ];
    const toTasks = allowTraffic(
      `${name}-tasks-${target.port}`,
      { from: this.securityGroup.id, to: target.securityGroupId, port: target.port, what: "the tasks" },
      parent,
    );

    this.loadBalancer = new aws.lb.LoadBalancer(
      `${name}-nlb`,
      {
        name: physicalName("loadBalancer", name),
        loadBalancerType: "network",
        internal: args.internal,
        ipAddressType: args.dualStack ? "dualstack" : "ipv4",
        subnets: args.subnetIds,
        securityGroups: [this.securityGroup.id],
        enableCrossZoneLoadBalancing: true,
        enableDeletionProtection: args.deletionProtection,
        accessLogs: { ...args.accessLogs, prefix: name },
      },
      // Two load balancers can't have one name, nor one target group.
      { ...parent, deleteBeforeReplace: true },
    );
    this.targetGroup = new aws.lb.TargetGroup(
      `${targets}-targets`,
      {
        name: physicalName("targetGroup", `${name}-${target.port}`),
        vpcId,
        targetType: "ip",
        protocol: target.tls ? "TLS" : "TCP",
        port: target.port,
        preserveClientIp: String(args.preserveClientAddress),
        deregistrationDelay: args.drainSeconds,
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
      certificateArn: args.certificateArn,
      sslPolicy: args.tlsPolicy,
      defaultActions: [{ type: "forward", targetGroupArn: this.targetGroup.arn }],
    };
    // ECS takes, and the load balancer checks, only targets to which a listener leads. The security group allows nobody this port.
    const registration = new aws.lb.Listener(
      `${targets}-registration`,
      { ...this.listenerArgs, port: target.port },
      parent,
    );
    this.dependencies = [registration, ...clients, ...toTasks];
    const { arn, dnsName, zoneId } = this.loadBalancer;
    this.outputs = { loadBalancer: { arn, dnsName, zoneId }, targetGroupArn: this.targetGroup.arn };
    this.registerOutputs({ arn, dnsName });
  }
}

/** The clients' listener, which comes once the service behind the load balancer is steady. */
export function listenToClients(name: string, loadBalancer: LoadBalancer, service: pulumi.Resource): void {
  new aws.lb.Listener(
    name,
    { ...loadBalancer.listenerArgs, port: 443 },
    { parent: loadBalancer, dependsOn: [service] },
  );
}

/**
 * The logical name of what is bound to the port of tasks that speak TLS themselves, or of those that don't: service, scaling, targets.
 * None of them can move to another port without an outage, so those of both ports exist side by side until the new tasks serve.
 */
export function nameBy(tls: boolean, name: string): string {
  return tls ? `${name}-tls` : name;
}
