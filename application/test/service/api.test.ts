import * as aws from "@pulumi/aws";
import { ecPair, rsaPair } from "@selfhosted/common/testing";
import { expect } from "chai";
import { containerTls, deploy, infrastructure, search, type Trial } from "../fixtures";
import { taskDefinition } from "../task-definitions";

describe("an API that begins to speak TLS itself, or ends it", () => {
  it("has a service, a scaling, targets and a listener of its own, beside what serves", async () => {
    const names = async (trial?: Trial): Promise<string[]> =>
      (await deploy(trial)).resources.filter(({ custom }) => custom).map(({ type, name }) => `${type} ${name}`);
    const [plain, tls] = [await names(), await names(containerTls())];
    const own = (list: string[], than: string[]): string[] =>
      list.filter((each) => !than.includes(each)).map((each) => each.replace(/^.* pulumi-test-/, ""));
    const forPort = (of: string, port: number): string[] => [
      ...[`api${of}-service`, `api${of}-scaling-target`, `api${of}-scaling-CPU`, `api${of}-scaling-Memory`],
      ...[`api-lb${of}-targets`, `api-lb${of}-registration`, `api-lb-tasks-${port}-out`, `api-lb-tasks-${port}-in`],
    ];
    expect(own(tls, plain)).to.have.members(forPort("-tls", 8443));
    expect(own(plain, tls)).to.have.members(forPort("", 8080));
  });

  it("has physical names of its own, so that both can exist at once", async () => {
    const named = async (trial?: Trial) => {
      const { ofType } = await deploy(trial);
      const ofPort = [...ofType(aws.ecs.Service), ...ofType(aws.lb.TargetGroup)];
      return ofPort.filter(({ name }) => name.includes("test-api")).map(({ inputs }) => inputs.name);
    };
    const [plain, tls] = [await named(), await named(containerTls())];
    expect(plain).to.have.length(2);
    expect([...plain, ...tls].length).to.equal(new Set([...plain, ...tls]).size);
  });

  it("gets requests only once it is steady", async () => {
    const trials: [Trial, service: string][] = [
      [{}, "test-api-service"],
      [containerTls(), "api-tls-service"],
    ];
    for (const [trial, name] of trials) {
      const { the } = await deploy(trial);
      const listener = the(aws.lb.Listener, "api-lb-https");
      const api = the(aws.ecs.Service, name);
      expect(listener.dependsOn).to.include(api.urn);
      expect(api.dependsOn).to.not.include(listener.urn);
      expect(api.dependsOn.join()).to.include("-registration");
    }
  });

  it("begins with as many tasks as the service has that it takes over from", async () => {
    const scaledTo = (desiredCount: number): Trial["aws"] => ({
      "ecs:DescribeServices": ({ services }) => ({
        services: (services as string[])
          .filter((name) => name === "pulumi-test-api")
          .map((serviceName) => ({ serviceName, status: "ACTIVE", desiredCount, runningCount: desiredCount })),
      }),
    });
    const count = async (desiredCount: number) => {
      const { the } = await deploy({ ...containerTls(), aws: scaledTo(desiredCount) });
      return the(aws.ecs.Service, "api-tls-service").inputs.desiredCount;
    };
    expect([await count(7), await count(0)]).to.deep.equal([7, 2]);
  });

  it("goes on under its names where nothing but the certificate changes", async () => {
    const names = async (pair: typeof rsaPair): Promise<string[]> =>
      (await deploy(containerTls(pair))).resources.map(({ urn }) => urn);
    expect(await names(ecPair)).to.deep.equal(await names(rsaPair));
  });
});

describe("background jobs", () => {
  it("are taken over before the API leaves them", async () => {
    const { the } = await deploy({ config: { jobsEnabled: true } });
    expect(the(aws.ecs.Service, "test-api-service").dependsOn.join()).to.include("pulumi-test-api-jobs-service");
    expect(the(aws.ecs.Service, "api-jobs-service").dependsOn.join()).to.not.include("pulumi-test-api-service");
  });

  it("have no load balancer", async () => {
    const { the } = await deploy({ config: { jobsEnabled: true } });
    const { loadBalancers, healthCheckGracePeriodSeconds } = the(aws.ecs.Service, "api-jobs-service").inputs;
    expect({ loadBalancers, healthCheckGracePeriodSeconds }).to.deep.equal({
      loadBalancers: undefined,
      healthCheckGracePeriodSeconds: undefined,
    });
  });
});

describe("the API", () => {
  it("gets the role that the infrastructure layer made for it, its permissions untouched", async () => {
    const outcome = await deploy();
    expect(taskDefinition(outcome, "api").taskRoleArn).to.equal(infrastructure.apiTaskRoleArn);
    const policies = outcome.ofType(aws.iam.RolePolicy).map(({ name }) => name);
    expect(policies).to.not.include("pulumi-test-api-permissions");
  });

  it("may use the customer's existing stores", async () => {
    const { the } = await deploy({ config: { registryPrivateBucket: "artefacts", auditLogsTable: "audit" } });
    const { role, policy } = the(aws.iam.RolePolicy, "api-permissions").inputs;
    expect(role).to.equal("pulumi-test-api-task");
    expect(policy)
      .to.include("arn:aws:s3:::artefacts/*")
      .and.to.match(/dynamodb:eu-central-1:\d+:table\/audit\/index\/\*/);
  });

  it("reaches search where there is one", async () => {
    const rules = async (trial?: Trial): Promise<string[]> =>
      (await deploy(trial)).resources.map(({ name }) => name).filter((name) => name.includes("search"));
    expect(await rules()).to.deep.equal([]);
    expect(await rules({ above: { search } })).to.have.members([
      "pulumi-test-api-tasks-search-in",
      "pulumi-test-api-tasks-search-out",
    ]);
  });
});
