import * as aws from "@pulumi/aws";
import type { Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { deploy, type Trial } from "../fixtures";

const requested = "arn:aws:acm:eu-central-1:111122223333:certificate/requested";

/** What ACM answers to a request: a record for each name, in any order. */
function acm(type: string, _name: string, inputs: Values): Values | undefined {
  if (type !== "aws:acm/certificate:Certificate") {
    return undefined;
  }
  const names = [inputs["domainName"], ...(inputs["subjectAlternativeNames"] as unknown[])].map(String);
  return {
    arn: requested,
    domainValidationOptions: names.reverse().map((name) => ({
      domainName: name,
      resourceRecordName: `_proof.${name}.`,
      resourceRecordType: "CNAME",
      resourceRecordValue: `_value-of-${name}.`,
    })),
  };
}

const trial: Trial = { config: { certificateArn: undefined, certificateZoneId: "Z0PUBLICZONE" }, resource: acm };
const hosts = ["api.pulumi.example.com", "app.pulumi.example.com", "pulumi.example.com"];

describe("a certificate that is requested", () => {
  it("covers both hosts and the domain, and is proven by a record for each", async () => {
    const outcome = await deploy(trial);
    const { domainName, subjectAlternativeNames = [], validationMethod } = outcome.the(aws.acm.Certificate).inputs;
    expect([domainName, ...subjectAlternativeNames]).to.deep.equal(hosts);
    expect(validationMethod).to.equal("DNS");
    const records = outcome.ofType(aws.route53.Record).map(({ inputs }) => inputs);
    expect(records).to.have.deep.members(
      hosts.map((host) => ({
        zoneId: "Z0PUBLICZONE",
        name: `_proof.${host}.`,
        type: "CNAME",
        records: [`_value-of-${host}.`],
        ttl: 300,
        allowOverwrite: true,
      })),
    );
  });

  it("takes over the records that another certificate of the same names is proven by, and leaves them to it", async () => {
    const { ofType } = await deploy(trial);
    const records = ofType(aws.route53.Record);
    expect(records.map(({ inputs }) => inputs.allowOverwrite)).to.deep.equal([true, true, true]);
    expect(records.map(({ retainOnDelete }) => retainOnDelete)).to.deep.equal([true, true, true]);
  });

  it("has been issued before a load balancer uses it", async () => {
    const outcome = await deploy({
      ...trial,
      resource: (type, name, inputs) =>
        type === "aws:acm/certificateValidation:CertificateValidation"
          ? { certificateArn: `${requested}-issued` }
          : acm(type, name, inputs),
    });
    const used = outcome.ofType(aws.lb.Listener).map(({ inputs }) => inputs.certificateArn);
    expect([...new Set(used)]).to.deep.equal([`${requested}-issued`]);
    expect(outcome.outputs.certificateArn).to.equal(`${requested}-issued`);
  });

  it("is none where the customer has one", async () => {
    expect((await deploy()).ofType(aws.acm.Certificate)).to.deep.equal([]);
  });
});
