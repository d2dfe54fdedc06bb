import { DescribeServicesCommand, ECSClient } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { type Outcome, type Scratch, scratchCheckout } from "../../../bench/scratch";
import { givenUp } from "../../../sandbox/test/faults";
import { plainPulumi, upArguments } from "../plain-pulumi";
import { interpose, type Interposed } from "../proxied";
import { access, outputsOf } from "../sandbox";
import { operationsOf } from "../state";

describe("a first deployment that ECS gives up", function () {
  this.timeout(600_000);
  this.bail(true);
  let scratch: Scratch;
  let account: Interposed;

  const make = (...args: string[]): Promise<Outcome> => scratch.make(...args);

  before(async () => {
    scratch = scratchCheckout();
    await make("env", "ENV=local");
    account = await interpose(scratch);
    account.inject(...givenUp("pulumi-local-console"));
  });

  after(async () => {
    await account.remove();
    await scratch.remove();
  });

  it("fails, and says what ECS said", async () => {
    const { code, output } = await make("deploy", "ENV=local");
    expect(code).not.to.equal(0);
    expect(output, output)
      .to.match(/console runs \S+ \(0 of 2 tasks, FAILED: ECS deployment circuit breaker: tasks failed to start/)
      .and.match(/ECS: \(service pulumi-local-console\).*deployment failed: tasks failed to start/)
      .and.match(/api runs \S+ \(2 of 2 tasks, COMPLETED/);
  });

  it("is announced and begun again by a plain `pulumi up`, though nothing in the program has changed", async () => {
    const preview = await plainPulumi(scratch, "application", ["preview", "--json", "--stack", "local"]);
    const { steps } = JSON.parse(preview.stdout) as { steps: { op: string; urn: string }[] };
    const planned = steps.map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
    expect(planned).to.include("update pulumi-local-console-service");
    const up = await plainPulumi(scratch, "application", upArguments("local"));
    expect(up.code, up.output).to.equal(0);
    const { application } = outputsOf(scratch);
    const { services } = await new ECSClient(access(scratch)).send(
      new DescribeServicesCommand({ cluster: application.clusterName, services: [application.console.serviceName] }),
    );
    expect(services?.[0]).to.include({ runningCount: 2 });
    expect(services?.[0]?.deployments?.map(({ rolloutState }) => rolloutState)).to.deep.equal(["COMPLETED"]);
  });

  it("leaves nothing to do afterwards but the names, which it hadn't come to", async () => {
    const done = await operationsOf(scratch, async () => {
      const { code, output } = await make("deploy", "ENV=local");
      expect(code, output).to.equal(0);
    });
    expect(done.length).to.be.above(0);
    expect(
      done.filter((each) => !/^create (aws:route53|pulumi:(pulumi|providers)|selfhosted)/.test(each)),
    ).to.deep.equal([]);
  });
});
