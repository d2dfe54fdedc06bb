import { type AwsAnswers, partitions, type Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { application, dns, problems } from "../installation";
import { route53, zones } from "./route53";

describe("records that exist", () => {
  const api = "api.pulumi.example.com";
  const taken = (record: Values): Partial<AwsAnswers> => route53(zones, { [api]: [record, { Type: "TXT" }] });
  const alias = (DNSName: string, Type = "A"): Values => ({ Type, AliasTarget: { DNSName } });
  const { dnsName } = application.api.loadBalancer;
  const { region, dnsSuffix } = partitions.aws;
  const take = { overwriteRecords: true };

  it("of others are refused, with both fixes", async () => {
    expect(await problems({ aws: taken(alias("old.elb.example.")) })).to.deep.equal([
      `error overwriteRecords: ${api} has a record already, which is not of this installation: A → old.elb.example. → take it ` +
        "over: pulumi config set overwriteRecords true; or delete it",
    ]);
    expect(await problems({ aws: taken(alias("old.elb.example.")), config: take })).to.deep.equal([]);
    expect(await problems({ aws: route53(zones) })).to.deep.equal([]);
  });

  it("are the installation's own where they lead to its load balancers, or to one that was replaced", async () => {
    for (const target of [
      `${dnsName}.`,
      `dualstack.${dnsName.toUpperCase()}.`,
      `api-0a1b.elb.${region}.${dnsSuffix}.`,
    ]) {
      expect(await problems({ aws: taken(alias(target)) }), target).to.deep.equal([]);
    }
  });

  it("may be the stack's own where they lead to other network load balancers, as when it read another application stack", async () => {
    for (const target of [`green-api-0a1b.elb.${region}.${dnsSuffix}.`, `api-1.elb.us-east-1.${dnsSuffix}.`]) {
      expect(await problems({ aws: taken(alias(target)) }), target).to.deep.equal([
        `warning overwriteRecords: ${api} leads to another load balancer now: A → ${target}; unless this stack made the record, ` +
          "Route 53 refuses a second one → if another made it, take it over: pulumi config set overwriteRecords true",
      ]);
      expect(await problems({ aws: taken(alias(target)), config: take }), target).to.deep.equal([]);
    }
    expect((await dns.run({ aws: taken(alias(`green-api-0a1b.elb.${region}.${dnsSuffix}.`)) })).outputs).to.include({
      zoneId: "ZPUBLIC",
    });
    expect((await problems({ aws: taken(alias(`lb-1.${region}.elb.${dnsSuffix}.`)) })).join(), "an ALB").to.match(
      /^error/,
    );
  });

  it("can't be taken over where they are CNAMEs, or have a routing policy", async () => {
    const cname = { Type: "CNAME", ResourceRecords: [{ Value: "old.example.com" }] };
    const weighted = { ...alias("old.elb.example."), SetIdentifier: "blue" };
    const ownWeighted = { ...alias(`${dnsName}.`), SetIdentifier: "green" };
    for (const record of [cname, weighted, ownWeighted]) {
      expect((await problems({ aws: taken(record), config: take }))[0]).to.match(
        /→ an alias can't take the place .*: delete it when it is no longer needed$/,
      );
    }
  });

  it("stop the program too", async () => {
    const outcome = await dns.run({ aws: taken(alias("old.elb.example.")) }).catch((error: unknown) => String(error));
    expect(outcome).to.match(/overwriteRecords: api\.pulumi\.example\.com has a record already/);
  });
});
