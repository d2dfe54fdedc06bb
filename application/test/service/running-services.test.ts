import * as aws from "@pulumi/aws";
import { accountId, awsError, type Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { deploy, refusal, type Trial } from "../fixtures";

/** ECS with these facts of each service. */
const answered = (changes: Values, rolloutState = "IN_PROGRESS"): Trial => ({
  config: { jobsEnabled: true },
  aws: {
    "ecs:DescribeServices": ({ cluster, services }) => {
      expect(cluster).to.equal("pulumi-test-cluster");
      const counts = { desiredCount: 2, runningCount: 2, pendingCount: 0 };
      const old = { id: "ecs-svc/old", status: "ACTIVE", rolloutState: "FAILED" };
      const primary = (name: string) => ({ id: `ecs-svc/${name}`, status: "PRIMARY", rolloutState });
      return {
        services: (services as string[])
          .filter((name) => !name.endsWith("-tls"))
          .map((name) => ({
            ...{ serviceName: name, status: "ACTIVE", ...counts },
            deployments: [old, primary(name)],
            ...changes,
          })),
      };
    },
  },
});

describe("services whose deployment ECS has given up", () => {
  const redeployed = async (trial: Trial) => {
    const { the } = await deploy(trial);
    return ["api", "console", "api-jobs"].map((name) => the(aws.ecs.Service, `test-${name}-service`).inputs.triggers);
  };
  const again = (id: string) => ({ redeploy: `ecs-svc/${id}` });
  const all = ["pulumi-test-api", "pulumi-test-console", "pulumi-test-api-jobs"];
  const none = [undefined, undefined, undefined];

  it("are deployed again where ECS says so, though some of their tasks run", async () => {
    expect(await redeployed(answered({}, "FAILED"))).to.deep.equal(all.map(again));
  });

  it("are deployed again where they never came to run anything, and start nothing", async () => {
    expect(await redeployed(answered({ runningCount: 0 }))).to.deep.equal(all.map(again));
  });

  it("are left to ECS where nothing runs for a moment that did run", async () => {
    expect(await redeployed(answered({ runningCount: 0 }, "COMPLETED"))).to.deep.equal(none);
  });

  it("are left alone while tasks start or run, when scaled to nothing, and where ECS went back to a deployment before", async () => {
    for (const changes of [{}, { runningCount: 0, pendingCount: 1 }, { desiredCount: 0, runningCount: 0 }]) {
      expect(await redeployed(answered(changes)), JSON.stringify(changes)).to.deep.equal(none);
    }
  });

  it("are asked for once, all of them, and so is the account", async () => {
    const asked: string[] = [];
    const count = (name: string, answer: object) => () => {
      asked.push(name);
      return answer;
    };
    const caller = { Account: accountId, Arn: `arn:aws:iam::${accountId}:user/me` };
    await deploy({
      config: { jobsEnabled: true },
      aws: {
        "ecs:DescribeServices": count("services", { services: [] }),
        "sts:GetCallerIdentity": count("caller", caller),
      },
    });
    expect(asked).to.deep.equal(["caller", "services"]);
  });

  it("are not taken for new ones where ECS can't be asked", async () => {
    const aws = {
      "ecs:DescribeServices": () => {
        throw awsError("AccessDeniedException", "User: me is not authorized to perform: ecs:DescribeServices");
      },
    };
    expect(await refusal({ aws })).to.match(
      /infrastructureStack: the running services can't be read[^]*allow the caller ecs:DescribeServices/,
    );
  });

  it("show that in a preview", async () => {
    const { the } = await deploy({ ...answered({ runningCount: 0 }), preview: true });
    expect(the(aws.ecs.Service, "test-api-service").inputs.triggers).to.deep.equal(again("pulumi-test-api"));
  });

  it("let the provider pass what triggers them, by a setting that is always the same", async () => {
    for (const trial of [{}, answered({ runningCount: 0 })]) {
      for (const { inputs } of (await deploy(trial)).ofType(aws.ecs.Service)) {
        expect(inputs.forceNewDeployment).to.equal(true);
      }
    }
  });
});
