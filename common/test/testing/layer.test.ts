import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { applicationContract, type ApplicationOutputs } from "../../contract";
import { exampleOutputs, layer } from "../../testing";

/** A real layer, the smallest one. */
const dns = layer<ApplicationOutputs>("dns", {
  config: () => ({ zoneName: "example.com" }),
  above: { layer: "application", outputs: (partition) => exampleOutputs(applicationContract, partition) },
});

describe("a layer under test", () => {
  it("shares the run of equal trials, unless they answer calls in a way of their own", async () => {
    // One after the other: the SDK has one program in a process.
    const trial = () => ({ config: { bareDomain: true }, above: { dualStack: true } });
    const first = dns.run(trial());
    expect(dns.run(trial())).to.equal(first);
    await first;
    const other = dns.run({ ...trial(), above: { dualStack: false } });
    expect(other).not.to.equal(first);
    await other;
    const aws = { "route53:ListResourceRecordSets": () => ({ ResourceRecordSets: [] }) };
    const own = dns.run({ aws });
    await own;
    const again = dns.run({ aws });
    expect(again).not.to.equal(own);
    await again;
  });

  it("gives the inputs of resources the types of their arguments", async () => {
    const outcome = await dns.run();
    const { inputs } = outcome.the(aws.route53.Record, "-api-a");
    const type: string = inputs.type;
    expect(type).to.equal("A");
    // @ts-expect-error no argument of a record
    expect(inputs.target).to.equal(undefined);
    expect(outcome.ofType(aws.route53.Record).map(({ inputs: { name } }) => name)).to.have.length(2);
    expect(() => outcome.the(aws.route53.Record, "-a")).to.throw(
      "expected one aws:route53/record:Record named …-a, found 2: acme-test-records-api-a, acme-test-records-console-a",
    );
    expect(() => outcome.the(aws.route53.Zone)).to.throw("found 0");
  });

  it("gives the message of a refusal, and fails where the program doesn't refuse", async () => {
    expect(await dns.refusal({ config: { bareDomain: "maybe" } })).to.include("bareDomain: found");
    const deployed = await dns.refusal({}).catch((error: Error) => error.message);
    expect(deployed).to.equal("expected a refusal, but the layer was deployed");
  });

  it("fails where the program has made something before it refuses", async () => {
    const resource = (type: string): undefined => {
      if (type === "aws:route53/record:Record") {
        throw new Error("AWS refuses");
      }
    };
    const late = await dns.refusal({ resource }).catch((error: Error) => error.message);
    expect(late).to.match(/^refused only after it had made acme-test-/);
  });

  it("has the configuration and the layer above of a trial", () => {
    expect(
      dns.found({ config: { zoneName: undefined, zoneVpcIds: ["vpc-1"], "aws:region": "eu-west-1" } }),
    ).to.deep.equal({
      "selfhosted-dns:zoneVpcIds": { text: '["vpc-1"]', encrypted: false },
      "aws:region": { text: "eu-west-1", encrypted: false },
    });
    expect(dns.above({ above: { internal: true } })).to.deep.include({ internal: true, clusterName: "acme-prod" });
    expect(dns.above({ above: "none" })).to.equal(undefined);
  });
});
