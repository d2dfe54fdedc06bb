import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Buckets, Component, physicalName } from "@selfhosted/common";
import { type Metric, widgetMetric } from "@selfhosted/common/components";
import type { ApplicationConfig } from "../config";
import { balancerMetric, ecsMetric, type Entrance, insightsMetric, targetMetric, type Worker } from "./metrics";

export interface DashboardArgs {
  config: Pick<ApplicationConfig, "containerInsights">;
  region: string;
  clusterName: string;
  api: Entrance;
  console: Entrance;
  jobs?: Worker;
  /** Identifier of the database's cluster. */
  database: string;
  buckets: Buckets;
  /** Counts of the API's log, by what they count. */
  logErrors?: Record<string, Metric>;
  /** ARNs of the alarms that call. */
  alarms: pulumi.Input<string>[];
}

/** A graph, by its title: metrics by what the graph calls them. */
type Graphs = Record<string, Record<string, Metric>>;

/** One page for who is called: first what users have, then what causes it. */
export class Dashboard extends Component {
  constructor(name: string, args: DashboardArgs, opts: pulumi.ComponentResourceOptions) {
    super("application", "Dashboard", name, opts);
    const sections: Record<string, Graphs> = {
      "Users: connections, healthy tasks, errors. A network load balancer doesn't know requests and their latency.":
        users(args),
      Tasks: tasks(args),
      Database: database(args),
      "Buckets, once a day": buckets(args),
    };
    const dashboard = new aws.cloudwatch.Dashboard(
      `${name}-page`,
      {
        dashboardName: physicalName("dashboard", name),
        dashboardBody: pulumi.jsonStringify({ widgets: [alarmsWidget(args), ...widgets(sections, args.region)] }),
      },
      { parent: this },
    );
    this.registerOutputs({ arn: dashboard.dashboardArn });
  }
}

function users({ api, console, logErrors }: DashboardArgs): Graphs {
  const both = (metric: (entrance: Entrance) => Metric): Record<string, Metric> => ({
    api: metric(api),
    console: metric(console),
  });
  return {
    "New connections a minute": both((each) => balancerMetric(each, "NewFlowCount_TLS")),
    "Healthy tasks": both((each) => targetMetric(each, "HealthyHostCount", "Minimum")),
    "Unhealthy tasks": both((each) => targetMetric(each, "UnHealthyHostCount", "Maximum")),
    "Connections that tasks break off": both((each) => balancerMetric(each, "TCP_Target_Reset_Count")),
    ...(logErrors && { "Errors in the API's log": logErrors }),
  };
}

function tasks({ config, clusterName, ...services }: DashboardArgs): Graphs {
  const all = { api: services.api, console: services.console, ...(services.jobs && { jobs: services.jobs }) };
  const each = (metric: (worker: Worker) => Metric, suffix = ""): Record<string, Metric> =>
    Object.fromEntries(Object.entries(all).map(([thing, worker]) => [`${thing}${suffix}`, metric(worker)]));
  return {
    "CPU, %": each((worker) => ecsMetric(clusterName, worker, "CPUUtilization")),
    "Memory, %": each((worker) => ecsMetric(clusterName, worker, "MemoryUtilization")),
    ...(config.containerInsights !== "disabled" && {
      "Tasks: running and wanted": {
        ...each((worker) => insightsMetric(clusterName, worker, "RunningTaskCount")),
        ...each((worker) => insightsMetric(clusterName, worker, "DesiredTaskCount"), " wanted"),
      },
    }),
  };
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html */
function database({ database: DBClusterIdentifier }: DashboardArgs): Graphs {
  const of = (name: string, dimensions: object = { Role: "WRITER" }): Metric => ({
    namespace: "AWS/RDS",
    name,
    dimensions: { DBClusterIdentifier, ...dimensions },
    statistic: "Average",
  });
  return {
    "Connections of the writer": { connections: of("DatabaseConnections") },
    "CPU of the writer, %": { CPU: of("CPUUtilization") },
    "Free memory of the writer, bytes": { free: of("FreeableMemory") },
    "Latency, ms": { reads: of("SelectLatency"), writes: of("DMLLatency"), commits: of("CommitLatency") },
    "Deadlocks a second": { deadlocks: of("Deadlocks") },
    "Lag of the standbys, ms": { lag: of("AuroraReplicaLag", { Role: "READER" }) },
    "Volume, bytes": { used: { ...of("VolumeBytesUsed", {}), period: 300 } },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html */
function buckets({ buckets: names }: DashboardArgs): Graphs {
  const daily = (name: string, StorageType: string): Record<string, Metric> =>
    Object.fromEntries(
      Object.entries(names).map(([thing, BucketName]) => [
        thing,
        {
          namespace: "AWS/S3",
          name,
          dimensions: { BucketName: String(BucketName), StorageType },
          statistic: "Average",
          period: 86_400,
        },
      ]),
    );
  return {
    "Size, bytes": daily("BucketSizeBytes", "StandardStorage"),
    Objects: daily("NumberOfObjects", "AllStorageTypes"),
  };
}

/** The grid of CloudWatch is 24 wide. */
const size = { width: 6, height: 6 };
const line = { width: 24, height: 1 };

function alarmsWidget({ alarms }: DashboardArgs) {
  return { type: "alarm", x: 0, y: 0, width: line.width, height: 3, properties: { title: "Alarms", alarms } };
}

/** Each section has a line of its own, and below it its graphs, four in a row. */
function widgets(sections: Record<string, Graphs>, region: string) {
  const perRow = line.width / size.width;
  let top = 3;
  return Object.entries(sections).flatMap(([title, graphs]) => {
    const y = top + line.height;
    const header = { type: "text", x: 0, y: top, ...line, properties: { markdown: `## ${title}` } };
    const all = Object.entries(graphs).map(([graph, metrics], index) => ({
      type: "metric",
      x: (index % perRow) * size.width,
      y: y + Math.floor(index / perRow) * size.height,
      ...size,
      properties: {
        title: graph,
        region,
        view: "timeSeries",
        metrics: Object.entries(metrics).map(([label, metric]) => widgetMetric(metric, label)),
      },
    }));
    top = y + Math.ceil(all.length / perRow) * size.height;
    return [header, ...all];
  });
}
