import * as aws from "@pulumi/aws";
import { type Row, steady, testAlarms, testCalls } from "@selfhosted/common/testing";
import { expect } from "chai";
import { runWith } from "../layer";

const kinds = ["checkpoint", "policy", "metadata", "events"];

const rows: Record<string, Row> = {
  failing: {
    fires: { requests: steady(200, 2), errors: steady(12, 2) },
    // A burst that is over, or a handful of requests of which one fails.
    quiet: { requests: [200, 19], errors: [100, 19] },
  },
  refused: {
    fires: { requests: steady(40, 3), errors: steady(21, 3) },
    quiet: { requests: [400, 400, 400], errors: [400, 400, 200] },
  },
};

describe("The alarms of requests to buckets", () => {
  testAlarms(() => runWith({}), "-request-alarms-checkpoint-", rows);
  testCalls(() => runWith({ bucketRequestMetrics: "all" }));

  /** The buckets whose requests are counted, and the buckets of the alarms. */
  const counted = async (config: Parameters<typeof runWith>[0]) => {
    const { ofType } = await runWith(config);
    const kindOf = (name: unknown): string => kinds.find((kind) => String(name).includes(`-${kind}-`)) ?? "";
    const alarms = ofType(aws.cloudwatch.MetricAlarm).flatMap(({ inputs }) => {
      const { metric } = inputs.metricQueries?.find(({ id }) => id === "errors") ?? {};
      return metric?.namespace === "AWS/S3" ? [metric.dimensions] : [];
    });
    const metrics = ofType(aws.s3.BucketMetric).map(({ inputs }) => inputs);
    expect(alarms).to.have.deep.members(
      metrics.flatMap(({ bucket, name }) => Array(2).fill({ BucketName: bucket, FilterId: name }) as object[]),
    );
    return metrics.map(({ bucket }) => kindOf(bucket));
  };

  it("and those of the database are all that the layer makes, so each has a row in one of the tables", async () => {
    const { ofType } = await runWith({});
    for (const { name } of ofType(aws.cloudwatch.MetricAlarm)) {
      expect(name).to.match(/-(database-alarms|request-alarms-checkpoint)-/);
    }
  });

  it("are by default those of the bucket without which nothing works, as each costs", async () => {
    expect(await counted({})).to.deep.equal(["checkpoint"]);
    expect(await counted({ bucketRequestMetrics: "all" })).to.have.members(kinds);
    expect(await counted({ bucketRequestMetrics: "none" })).to.deep.equal([]);
    expect(await counted({ alarmsEnabled: false })).to.deep.equal([]);
  });

  it("leave buckets of the customer's alone, which they may count themselves", async () => {
    expect(await counted({ bucketCheckpointName: "mine" })).to.deep.equal([]);
    expect(await counted({ bucketCheckpointName: "mine", bucketRequestMetrics: "all" })).to.have.members([
      ...["policy", "metadata", "events"],
    ]);
  });
});
