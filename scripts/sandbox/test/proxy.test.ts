import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { DescribeTasksCommand, type DescribeTasksResponse, ECSClient, ListClustersCommand } from "@aws-sdk/client-ecs";
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateBucketCommand, HeadBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { emulator } from "./account";
import { failingTasks, slowTasks, unhealthyTargets } from "./faults";
import { cut, delay, deny, type Proxy, refuse, startProxy, throttle } from "./proxy";

describe("faults on the way to the account", () => {
  const region = "us-east-1";
  const credentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };
  let proxy: Proxy;
  let config: { endpoint: string; region: string; credentials: typeof credentials; maxAttempts: number };

  before(async () => {
    proxy = await startProxy((await emulator()).url);
    config = { endpoint: proxy.url, region, credentials, maxAttempts: 1 };
  });
  afterEach(() => proxy.clear());
  after(() => proxy.close());

  const listClusters = (maxAttempts = 1) => new ECSClient({ ...config, maxAttempts }).send(new ListClustersCommand({}));
  const describeVpcs = () => new EC2Client(config).send(new DescribeVpcsCommand({}));
  const errorName = (answer: Promise<unknown>) =>
    answer.then(
      () => "none",
      (error: Error) => error.name,
    );

  it("passes on what no fault concerns", async () => {
    proxy.inject({ service: "ecs", action: "RunTask", play: deny() });
    expect(await errorName(listClusters())).to.equal("none");
    expect((await describeVpcs()).Vpcs).to.have.length.above(0);
  });

  it("refuses in the form of the service's protocol, as often as asked", async () => {
    proxy.inject({ service: "ecs", action: "ListClusters", times: 1, play: deny() });
    proxy.inject({ service: "ec2", action: "DescribeVpcs", times: 1, play: deny() });
    proxy.inject({ service: "s3", action: /^PUT \/denied/, play: deny() });
    proxy.inject({
      service: "elasticloadbalancing",
      action: "DescribeTargetHealth",
      play: refuse("TargetGroupNotFound", "One or more target groups not found"),
    });
    expect(await errorName(listClusters())).to.equal("AccessDeniedException");
    expect(await errorName(listClusters())).to.equal("none");
    expect(await errorName(describeVpcs())).to.equal("UnauthorizedOperation");
    const s3 = new S3Client({ ...config, forcePathStyle: true });
    expect(await errorName(s3.send(new CreateBucketCommand({ Bucket: "denied-bucket" })))).to.equal("AccessDenied");
    const health = new DescribeTargetHealthCommand({ TargetGroupArn: "any" });
    const answer = new ElasticLoadBalancingV2Client(config).send(health);
    expect(await errorName(answer)).to.equal("TargetGroupNotFoundException");
  });

  it("throttles until the client has tried again", async () => {
    proxy.inject({ service: "ecs", action: "ListClusters", times: 2, play: throttle() });
    expect(await errorName(listClusters(3))).to.equal("none");
    proxy.inject({ service: "ecs", action: "ListClusters", play: throttle() });
    expect(await errorName(listClusters(2))).to.equal("ThrottlingException");
  });

  it("delays an answer", async () => {
    proxy.inject({ service: "ecs", action: "ListClusters", play: delay(300) });
    // A timer may be a millisecond early, and the clock of a virtual machine may be set back.
    const began = performance.now();
    await listClusters();
    expect(performance.now() - began).to.be.at.least(290);
  });

  it("cuts the connection before or after the account did what was asked", async () => {
    const s3 = new S3Client({ ...config, forcePathStyle: true });
    const attempt = async (lost: "call" | "answer", Bucket: string) => {
      proxy.inject({ service: "s3", action: new RegExp(`^PUT /${Bucket}`), play: cut(lost) });
      expect(await errorName(s3.send(new CreateBucketCommand({ Bucket })))).not.to.equal("none");
      return errorName(s3.send(new HeadBucketCommand({ Bucket })));
    };
    expect(await attempt("call", "lost-call")).to.equal("NotFound");
    expect(await attempt("answer", "lost-answer")).to.equal("none");
  });

  describe("in the answers of an account", () => {
    let account: Server;
    let stand: Proxy;
    let answer: { type: string; body: string };

    before(async () => {
      account = createServer((_request, response) => response.setHeader("content-type", answer.type).end(answer.body));
      await new Promise<void>((done) => account.listen(0, "127.0.0.1", done));
      stand = await startProxy(`http://127.0.0.1:${(account.address() as AddressInfo).port}`);
    });
    afterEach(() => stand.clear());
    after(async () => {
      await stand.close();
      account.close();
    });

    const describeTask = async () => {
      const client = new ECSClient({ ...config, endpoint: stand.url });
      const described: DescribeTasksResponse = await client.send(new DescribeTasksCommand({ tasks: ["migration"] }));
      return described.tasks?.[0];
    };
    const stopped = () => {
      const task = { taskArn: "migration", lastStatus: "STOPPED", containers: [{ name: "migrations", exitCode: 0 }] };
      answer = { type: "application/x-amz-json-1.1", body: JSON.stringify({ tasks: [task] }) };
    };

    it("makes a task fail with an exit code and a reason", async () => {
      stopped();
      stand.inject(failingTasks(1, "OutOfMemoryError: Container killed due to memory usage"));
      const task = await describeTask();
      expect(task).to.include({ lastStatus: "STOPPED", stopCode: "EssentialContainerExited" });
      expect(task?.containers?.[0]).to.include({ exitCode: 1, lastStatus: "STOPPED" });
      expect(task?.containers?.[0].reason).to.match(/^OutOfMemoryError/);
    });

    it("keeps a task running for some looks, without an exit code", async () => {
      stopped();
      stand.inject(slowTasks(2));
      for (let look = 1; look <= 2; look += 1) {
        const task = await describeTask();
        expect(task?.lastStatus).to.equal("RUNNING");
        expect(task?.containers?.[0].exitCode).to.equal(undefined);
      }
      expect((await describeTask())?.lastStatus).to.equal("STOPPED");
    });

    it("makes targets unhealthy", async () => {
      const health = "<TargetHealth><State>healthy</State></TargetHealth>";
      const member = `<member><Target><Id>10.0.0.4</Id></Target>${health}</member>`;
      const result = `<TargetHealthDescriptions>${member}</TargetHealthDescriptions>`;
      const body = `<DescribeTargetHealthResponse><DescribeTargetHealthResult>${result}</DescribeTargetHealthResult></DescribeTargetHealthResponse>`;
      answer = { type: "text/xml", body };
      stand.inject(unhealthyTargets());
      const client = new ElasticLoadBalancingV2Client({ ...config, endpoint: stand.url });
      const found = await client.send(new DescribeTargetHealthCommand({ TargetGroupArn: "any" }));
      expect(found.TargetHealthDescriptions?.[0].TargetHealth).to.include({
        State: "unhealthy",
        Reason: "Target.FailedHealthChecks",
      });
    });
  });
});
