import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { deploy, infrastructure, type Trial } from "../fixtures";

interface Widget {
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  properties: { metrics?: unknown[][]; markdown?: string; alarms?: string[]; region?: string };
}

async function page(trial: Trial = {}): Promise<Widget[]> {
  const { the } = await deploy(trial);
  return (JSON.parse(String(the(aws.cloudwatch.Dashboard).inputs.dashboardBody)) as { widgets: Widget[] }).widgets;
}

/** A metric of a widget: where it is, its name, and its dimensions. */
function metricsOf(widgets: Widget[]): { namespace: string; name: string; dimensions: Record<string, string> }[] {
  return widgets
    .flatMap(({ properties }) => properties.metrics ?? [])
    .map((metric) => {
      const [namespace, name, ...rest] = metric.filter((each) => typeof each === "string");
      const pairs = rest.flatMap((each, index) => (index % 2 === 0 ? [[each, rest[index + 1]]] : []));
      return {
        namespace: String(namespace),
        name: String(name),
        dimensions: Object.fromEntries(pairs) as Record<string, string>,
      };
    });
}

/** The metrics that AWS has for what is made, by namespace and dimensions. The sources are beside the metrics. */
const emitted: Record<string, Record<string, string[]>> = {
  "AWS/NetworkELB": {
    LoadBalancer: ["NewFlowCount_TLS", "TCP_Target_Reset_Count"],
    "LoadBalancer,TargetGroup": ["HealthyHostCount", "UnHealthyHostCount"],
  },
  "AWS/ECS": { "ClusterName,ServiceName": ["CPUUtilization", "MemoryUtilization"] },
  "ECS/ContainerInsights": { "ClusterName,ServiceName": ["RunningTaskCount", "DesiredTaskCount"] },
  "AWS/RDS": {
    "DBClusterIdentifier,Role": [
      ...["DatabaseConnections", "CPUUtilization", "FreeableMemory", "SelectLatency", "DMLLatency", "CommitLatency"],
      ...["Deadlocks", "AuroraReplicaLag"],
    ],
    DBClusterIdentifier: ["VolumeBytesUsed"],
  },
  "AWS/S3": { "BucketName,StorageType": ["BucketSizeBytes", "NumberOfObjects"] },
};

describe("The dashboard", () => {
  it("shows users first, then tasks, database and buckets", async () => {
    const headers = (await page()).flatMap(({ properties }) => properties.markdown ?? []);
    expect(headers.map((header) => /\w+/.exec(header)?.[0])).to.deep.equal(["Users", "Tasks", "Database", "Buckets"]);
  });

  it("has metrics that AWS has, of the resources that are made", async () => {
    const outcome = await deploy({ config: { jobsEnabled: true } });
    const named = new Set<unknown>([
      ...outcome.ofType(aws.ecs.Service).map(({ inputs }) => inputs.name),
      ...outcome.ofType(aws.ecs.Cluster).map(({ inputs }) => inputs.name),
      infrastructure.database.clusterIdentifier,
      ...Object.values<string>({ ...infrastructure.buckets }),
      ...["WRITER", "READER", "StandardStorage", "AllStorageTypes"],
    ]);
    const filters = outcome.ofType(aws.cloudwatch.LogMetricFilter).map(({ inputs }) => inputs.metricTransformation);
    const arns = [...outcome.ofType(aws.lb.LoadBalancer), ...outcome.ofType(aws.lb.TargetGroup)].map(({ inputs }) =>
      String(inputs.name),
    );
    for (const { namespace, name, dimensions } of metricsOf(await page({ config: { jobsEnabled: true } }))) {
      const keys = Object.keys(dimensions).sort().join(",");
      const own = filters.some((filter) => filter.namespace === namespace && filter.name === name && keys === "");
      expect(own || emitted[namespace]?.[keys]?.includes(name), `${namespace} ${name} by ${keys}`).to.equal(true);
      for (const [key, value] of Object.entries(dimensions)) {
        const isThere =
          named.has(value) || (/^(LoadBalancer|TargetGroup)$/.test(key) && arns.some((each) => value.includes(each)));
        expect(isThere, `${name}: ${key} ${value}`).to.equal(true);
      }
    }
  });

  it("has no metrics of Container Insights where that is off", async () => {
    const all = metricsOf(await page({ config: { containerInsights: "disabled" } }));
    expect(all.filter(({ namespace }) => namespace === "ECS/ContainerInsights")).to.deep.equal([]);
  });

  it("begins with the alarms that call, and lays nothing over another", async () => {
    const widgets = await page();
    const [{ properties: { alarms = [] } } = { properties: {} }] = widgets;
    expect(alarms).to.have.length.greaterThan(5);
    const cells = widgets.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, index) => `${x + (index % width)},${y + Math.floor(index / width)}`),
    );
    expect(new Set(cells).size).to.equal(cells.length);
    expect(widgets.every(({ x, width }) => x + width <= 24)).to.equal(true);
  });
});
