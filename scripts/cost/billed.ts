import type { Inputs, Resources, Type } from "../controls/resources";
import { databaseClass, ioOptimizedFactor, type Price, prices, searchType } from "./prices";
import { assumed } from "./usage";

/** What is on the bill for a resource. */
export interface Line {
  what: string;
  count: number;
  /** Undefined for a type of instance that none was found for. */
  price: Price | undefined;
  /** That type. */
  type?: string;
  /** Over the price, such as 1.3 for 30 percent more. */
  factor?: number;
  /** No resource says how many: an assumption does. */
  isAssumed?: boolean;
}

type Billed = { [T in Type]?: (inputs: Inputs<T>, all: Resources) => Line[] };

/** What each resource costs, by its type. Each line is a row of the table, together with those that are the same. */
export const billed: Billed = {
  "aws:ecs/service:Service": (service, all) => {
    const task = taskOf(service, all);
    const tasks = minTasks(service.name, all) ?? service.desiredCount ?? 1;
    const isArm = task?.runtimePlatform?.cpuArchitecture === "ARM64";
    const [vcpu, gb] = isArm ? [prices.fargateArmVcpu, prices.fargateArmGb] : [prices.fargateVcpu, prices.fargateGb];
    return [
      { what: "tasks: CPU", count: (tasks * Number(task?.cpu)) / 1024, price: vcpu },
      { what: "tasks: memory", count: (tasks * Number(task?.memory)) / 1024, price: gb },
    ];
  },
  "aws:lb/loadBalancer:LoadBalancer": ({ internal, subnets = [] }) => [
    { what: "load balancers", count: 1, price: prices.loadBalancer },
    ...(internal
      ? []
      : [
          // One in each zone.
          { what: "addresses of the load balancers", count: subnets.length, price: prices.publicAddress },
          { what: "answers to the internet", count: assumed.transferOutGb, price: prices.transferOut, isAssumed: true },
        ]),
    {
      what: "capacity of the load balancers",
      count: assumed.loadBalancerUnits,
      price: prices.loadBalancerCapacity,
      isAssumed: true,
    },
  ],
  "aws:rds/clusterInstance:ClusterInstance": ({ instanceClass }, all) => {
    const what = "database instances";
    const [cluster] = all.ofType("aws:rds/cluster:Cluster");
    const factor = isIoOptimized(cluster?.inputs) ? ioOptimizedFactor : 1;
    return instanceClass === "db.serverless"
      ? [
          {
            what: "database instances, at their minimum",
            count: Number(cluster?.inputs.serverlessv2ScalingConfiguration?.minCapacity),
            price: prices.databaseAcu,
            factor,
          },
        ]
      : [{ what, count: 1, price: databaseClass(instanceClass), type: instanceClass, factor }];
  },
  "aws:rds/cluster:Cluster": (cluster) => {
    const usage = (what: string, price: Price, count: number): Line => ({ what, count, price, isAssumed: true });
    return [
      ...(isIoOptimized(cluster)
        ? [usage("database: storage", prices.databaseStorageOptimized, assumed.databaseGb)]
        : [
            usage("database: storage", prices.databaseStorage, assumed.databaseGb),
            usage("database: I/O", prices.databaseIo, assumed.databaseIo),
          ]),
      usage("database: backups", prices.databaseBackup, assumed.databaseBackupGb),
      ...(cluster.backtrackWindow
        ? [usage("database: backtrack", prices.databaseBacktrack, assumed.databaseChanges)]
        : []),
    ];
  },
  "aws:kms/key:Key": () => [{ what: "keys", count: 1, price: prices.key }],
  "aws:secretsmanager/secret:Secret": () => [{ what: "secrets", count: 1, price: prices.secret }],
  "aws:cloudwatch/metricAlarm:MetricAlarm": ({ metricQueries = [] }) => [
    // An alarm on an expression pays for each metric in it.
    { what: "alarms", count: Math.max(1, metricQueries.filter(({ metric }) => metric).length), price: prices.alarm },
  ],
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": () => [
    { what: "alarms made of others", count: 1, price: prices.compositeAlarm },
  ],
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": () => [
    // What a filter counts is a custom metric, by the reference of PutMetricFilter.
    { what: "metrics of logs", count: 1, price: prices.metric },
  ],
  "aws:s3/bucketMetric:BucketMetric": () => [
    // S3's request metrics that have values in a bucket like these; each is billed as a custom one.
    { what: "metrics of requests to buckets", count: 13, price: prices.metric },
  ],
  "aws:cloudwatch/dashboard:Dashboard": () => [{ what: "dashboards", count: 1, price: prices.dashboard }],
  "aws:ec2/vpcEndpoint:VpcEndpoint": ({ vpcEndpointType, subnetIds = [] }) =>
    vpcEndpointType === "Interface" ? [{ what: "endpoints", count: subnetIds.length, price: prices.endpoint }] : [],
  "aws:route53/healthCheck:HealthCheck": ({ type }) => [
    { what: "health checks", count: 1, price: prices.healthCheck },
    ...(type === "HTTPS" ? [{ what: "health checks: HTTPS", count: 1, price: prices.healthCheckHttps }] : []),
  ],
  "aws:opensearch/domain:Domain": ({ clusterConfig = {}, ebsOptions }) => {
    const { instanceType = "", instanceCount = 1, dedicatedMasterType, dedicatedMasterCount = 0 } = clusterConfig;
    const masters = dedicatedMasterType ?? "";
    return [
      { what: "search: data nodes", count: instanceCount, price: searchType(instanceType), type: instanceType },
      ...(clusterConfig.dedicatedMasterEnabled
        ? [{ what: "search: master nodes", count: dedicatedMasterCount, price: searchType(masters), type: masters }]
        : []),
      { what: "search: disks", count: instanceCount * (ebsOptions?.volumeSize ?? 0), price: prices.searchStorage },
    ];
  },
};

/** What all resources of a type hold or do together, where there is one. */
export const together: Partial<Record<Type, Line[]>> = {
  "aws:s3/bucket:Bucket": [
    { what: "buckets: objects", count: assumed.bucketGb, price: prices.bucketStorage },
    { what: "buckets: writes", count: assumed.bucketWrites, price: prices.bucketWrites },
    { what: "buckets: reads", count: assumed.bucketReads, price: prices.bucketReads },
  ],
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": [
    { what: "buckets: copies in the other region", count: assumed.bucketGb, price: prices.bucketStorage },
    { what: "buckets: traffic to the other region", count: assumed.bucketGbWritten, price: prices.transferToRegion },
    // Each copy is a PUT there.
    { what: "buckets: writes of copies", count: assumed.bucketWrites, price: prices.bucketWrites },
  ],
  "aws:cloudwatch/logGroup:LogGroup": [
    { what: "logs, written", count: assumed.logsWrittenGb, price: prices.logsWritten },
    { what: "logs, kept", count: assumed.logsKeptGb, price: prices.logsKept },
  ],
  "aws:ec2/vpcEndpoint:VpcEndpoint": [
    { what: "data through the endpoints", count: assumed.endpointGb, price: prices.endpointData },
  ],
};

function isIoOptimized(cluster: Inputs<"aws:rds/cluster:Cluster"> | undefined): boolean {
  return cluster?.storageType === "aurora-iopt1";
}

/** The ARN of a task definition ends with its family and a number. */
function taskOf({ taskDefinition = "" }: Inputs<"aws:ecs/service:Service">, all: Resources) {
  const name = taskDefinition.replace(/:\d+$/, "").replace(/.*[:/]/, "");
  return all
    .ofType("aws:ecs/taskDefinition:TaskDefinition")
    .map(({ inputs }) => inputs)
    .filter(({ family }) => name.startsWith(family))
    .sort((one, other) => other.family.length - one.family.length)[0];
}

/** Autoscaling keeps a service between two numbers of tasks. */
function minTasks(service: string | undefined, all: Resources): number | undefined {
  const targets = all.ofType("aws:appautoscaling/target:Target");
  return targets.find(({ inputs }) => inputs.resourceId.endsWith(`/${service}`))?.inputs.minCapacity;
}
