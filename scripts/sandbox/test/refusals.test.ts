import { expect } from "chai";
import { accountCases } from "./refusals/accounts";
import { bucketCases } from "./refusals/buckets";
import type { Case } from "./refusals/case";
import { computeCases } from "./refusals/compute";
import { dataCases } from "./refusals/data";
import { databaseCases } from "./refusals/databases";
import { type Clients, type Fixture, prepare, refusal } from "./refusals/fixture";
import { networkCases } from "./refusals/network";

type Method = (request: object) => Promise<unknown>;

describe("what AWS refuses, the emulated account refuses", () => {
  let fixture: Fixture;
  const count = { asked: 0, refused: 0 };

  before(async () => {
    fixture = await prepare();
  });
  after(() => {
    console.log(`    ${count.refused} of ${count.asked} refused`);
  });

  /** Made with the SDK, as a user's tool makes it; TypeScript would refuse some of them. */
  async function send(call: Case["call"], request: object): Promise<string> {
    const [service, method] = call.split(" ") as [keyof Clients, string];
    const methods = fixture.aws[service] as unknown as Record<string, Method>;
    return refusal(methods[method](request));
  }

  for (const [what, casesOf, least] of [
    ["networks and load balancers", networkCases, 50],
    ["containers", computeCases, 50],
    ["roles, certificates and names", accountCases, 30],
    ["databases", databaseCases, 55],
    ["buckets", bucketCases, 25],
    ["data", dataCases, 50],
  ] as const) {
    it(`about ${what}, and takes what is right`, async () => {
      const unexpected: string[] = [];
      const before = count.asked;
      for (const { call, right, wrong, onlyWrong } of casesOf(fixture)) {
        for (const [change, code, words] of wrong) {
          count.asked++;
          const answer = await send(call, { ...right, ...change });
          if (answer.startsWith(`${code}: `) && answer.includes(words)) count.refused++;
          else unexpected.push(`${call} ${JSON.stringify(change)}, instead of ${code} … ${words}: ${answer || "done"}`);
        }
        const answer = onlyWrong ? "" : await send(call, right);
        if (answer) unexpected.push(`${call}, which is right: ${answer}`);
      }
      expect(unexpected, unexpected.join("\n")).to.deep.equal([]);
      expect(count.asked - before).to.be.at.least(least);
    });
  }

  it("of a certificate that isn't issued yet", async () => {
    const { aws, loadBalancer, loneTarget } = fixture;
    const { CertificateArn } = await aws.acm.requestCertificate({ DomainName: "example.net", ValidationMethod: "DNS" });
    const listener = aws.elb.createListener({
      LoadBalancerArn: loadBalancer,
      Port: 444,
      Protocol: "TLS",
      Certificates: [{ CertificateArn }],
      DefaultActions: [{ Type: "forward", TargetGroupArn: loneTarget }],
    });
    expect(await refusal(listener)).to.match(/^UnsupportedCertificate\w*: .* must have a fully-qualified domain name/);
  });

  /** As a client sends it that doesn't know the types. */
  async function raw(service: string, headers: Record<string, string>, body: string): Promise<string> {
    const scope = `20260101/${fixture.account.region}/${service}/aws4_request`;
    const Authorization = `AWS4-HMAC-SHA256 Credential=sandbox/${scope}, SignedHeaders=host, Signature=0`;
    const answer = await fetch(fixture.url, { method: "POST", headers: { Authorization, ...headers }, body });
    return `${answer.status} ${await answer.text()}`;
  }

  it("of values that have another type than AWS's, and of bodies that can't be read", async () => {
    const ecs = (body: string) =>
      raw("ecs", { "X-Amz-Target": "AmazonEC2ContainerServiceV20141113.CreateService" }, body);
    expect(await ecs('{"serviceName": 1}')).to.match(/^400 .*"SerializationException".*serviceName/);
    expect(await ecs("no JSON")).to.match(/^400 .*"SerializationException"/);
    const form = { "Content-Type": "application/x-www-form-urlencoded" };
    const cluster = "Action=CreateDBCluster&Port=high&DBClusterIdentifier=a&Engine=b";
    expect(await raw("rds", form, cluster)).to.match(/^400 .*high/);
  });
});
