import { type Contract, optional, type OutputsOf, required } from "./contract";
import { infrastructureContract, type Installation } from "./infrastructure";

export interface LoadBalancerOutputs {
  arn: string;
  dnsName: string;
  /** Zone of `dnsName`, for alias records. */
  zoneId: string;
}

export interface TaskOutputs {
  taskDefinitionArn: string;
  /** Reference of the image that its container pulls. */
  image: string;
  logGroup: string;
}

/** A service without a load balancer. */
export interface WorkerOutputs extends TaskOutputs {
  serviceName: string;
}

export interface ServiceOutputs extends WorkerOutputs {
  /** Host name, such as `api.pulumi.example.com`. */
  domain: string;
  loadBalancer: LoadBalancerOutputs;
  targetGroupArn: string;
}

function service(thing: string, domain: string): ServiceOutputs {
  const loadBalancing = "arn:aws:elasticloadbalancing:eu-central-1:111122223333";
  return {
    domain,
    loadBalancer: {
      arn: `${loadBalancing}:loadbalancer/net/${thing}/1`,
      dnsName: `${thing}-1.elb.eu-central-1.amazonaws.com`,
      zoneId: `ZNLB${thing.toUpperCase()}`,
    },
    targetGroupArn: `${loadBalancing}:targetgroup/${thing}/1`,
    serviceName: `acme-prod-${thing}`,
    ...task(thing),
  };
}

function task(thing: string): TaskOutputs {
  return {
    taskDefinitionArn: `arn:aws:ecs:eu-central-1:111122223333:task-definition/acme-prod-${thing}:1`,
    image: `111122223333.dkr.ecr.eu-central-1.amazonaws.com/pulumi/${thing}:20250901-101-signed`,
    logGroup: `acme-prod-${thing}`,
  };
}

/** What the application layer gives to the dns layer and to the operator's commands. */
const outputs = {
  /** As the infrastructure layer gives it: the dns layer reads the application's stack only. */
  installation: required<Installation>({
    ...infrastructureContract.outputs.installation.example,
    name: "acme",
    size: "small",
  }),
  /** Of ECS. */
  clusterName: required("acme-prod"),
  imageTag: required("20250901-101-signed"),
  api: required(service("api", "api.pulumi.example.com")),
  console: required(service("console", "app.pulumi.example.com")),
  /** Background jobs of the API, where they have a service of their own. */
  jobs: optional<WorkerOutputs>({ serviceName: "acme-prod-api-jobs", ...task("jobs") }),
  migration: required<TaskOutputs>({ taskDefinitionArn: "", image: "", logGroup: "" }),
  certificateArn: required("arn:aws:acm:eu-central-1:111122223333:certificate/1"),
  /** Load balancers in the private subnets only. */
  internal: required<boolean>(false),
  dualStack: required<boolean>(false),
  /** The networks that may call the load balancers; undefined where everyone may, or the VPC. */
  allowedCidrBlocks: optional<string[]>(["203.0.113.0/24"]),
  /** Prefix lists of more such networks. */
  allowedPrefixListIds: optional<string[]>(["pl-0123456789abcdef0"]),
  /** When the licence ends (ISO 8601); empty where it doesn't say. */
  licenceEnd: optional("2030-01-01T00:00:00.000Z"),
  /** After how many days without a new value `make verify` warns of a secret; undefined where it never does. */
  secretMaxAgeDays: optional<number>(365),
  /** The VPC with which the zone of a private installation is associated; as the infrastructure layer gives it. */
  vpcId: required("vpc-0123456789abcdef0"),
};

export type ApplicationOutputs = OutputsOf<typeof outputs>;

export const applicationContract: Contract<ApplicationOutputs> = { layer: "application", version: 1, outputs };
