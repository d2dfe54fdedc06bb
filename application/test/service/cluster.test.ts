import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { deploy, infrastructure, type Trial } from "../fixtures";

describe("the cluster", () => {
  it("has spare capacity only where it was asked for, and keeps it", async () => {
    const providers = async (config?: Trial["config"]) => {
      const { inputs, ignoreChanges } = (await deploy({ config })).the(aws.ecs.ClusterCapacityProviders);
      return [inputs.capacityProviders, ignoreChanges];
    };
    expect(await providers()).to.deep.equal([["FARGATE"], ["capacityProviders"]]);
    expect(await providers({ consoleSpot: true })).to.deep.equal([["FARGATE", "FARGATE_SPOT"], []]);
  });

  it("opens shells with a log and a key, only when asked", async () => {
    const configuration = async (config?: Trial["config"]) =>
      (await deploy({ config })).the(aws.ecs.Cluster).inputs.configuration;
    // What isn't said in an update stays as it was, shells' log and key included.
    expect(await configuration()).to.deep.equal({ executeCommandConfiguration: { logging: "DEFAULT" } });
    expect(await configuration({ execEnabled: true })).to.deep.equal({
      executeCommandConfiguration: {
        kmsKeyId: infrastructure.dataKeyArn,
        logging: "OVERRIDE",
        logConfiguration: {
          cloudWatchEncryptionEnabled: true,
          cloudWatchLogGroupName: "pulumi-test-cluster-exec-logs",
        },
      },
    });
  });

  it("has a log group for its metrics before AWS makes one itself, where there are metrics", async () => {
    const { the } = await deploy();
    const group = the(aws.cloudwatch.LogGroup, "insights-logs");
    expect(group.inputs.name).to.equal("/aws/ecs/containerinsights/pulumi-test-cluster/performance");
    expect(the(aws.ecs.Cluster).dependsOn).to.include(group.urn);
    const without = await deploy({ config: { containerInsights: "disabled" } });
    expect(without.ofType(aws.cloudwatch.LogGroup)).to.have.length(3);
  });
});
