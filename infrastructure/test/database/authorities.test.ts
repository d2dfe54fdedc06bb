import { certificatesIn, commonName } from "@selfhosted/common";
import { expect } from "chai";
import { authoritiesOf, trustedAuthorities } from "../../database/authorities";
import { runWith } from "../layer";

/** Those with Aurora MySQL of which the vendor's customers are known to be. */
const regions = ["eu-central-1", "eu-west-1", "us-east-1", "us-east-2", "us-west-2", "ap-southeast-2", "me-central-1"];

describe("the authorities of RDS", () => {
  for (const region of regions) {
    it(`of ${region} come along: one of each kind, valid for years, signed by itself, of that region and no trial`, () => {
      const all = certificatesIn(authoritiesOf(region) ?? "");
      const names = ["RSA2048", "RSA4096", "ECC384"].map((kind) => `Amazon RDS ${region} Root CA ${kind} G1`);
      expect(all.map(commonName)).to.have.members(names);
      for (const each of all) {
        expect(each.ca && each.verify(each.publicKey), commonName(each)).to.equal(true);
        expect(Date.parse(each.validFrom)).to.be.below(Date.now());
        expect(Date.parse(each.validTo)).to.be.above(Date.parse("2060-01-01"));
      }
    });
  }

  it("take little of the 64 kB of a task definition", () => {
    expect(Math.max(...regions.map((region) => (authoritiesOf(region) ?? "").length))).to.be.within(3000, 8000);
  });

  it("aren't known of every region", () => {
    expect(authoritiesOf("us-gov-west-1")).to.equal(undefined);
    expect(authoritiesOf("cn-north-1")).to.equal(undefined);
  });

  it("are those that were given, none without TLS, and by default those that come along", () => {
    const known = authoritiesOf("eu-central-1");
    expect(trustedAuthorities({ databaseTls: true }, "eu-central-1")).to.equal(known);
    expect(trustedAuthorities({ databaseTls: true, databaseCaCertificate: "given" }, "eu-central-1")).to.equal("given");
    expect(trustedAuthorities({ databaseTls: false }, "eu-central-1")).to.equal(undefined);
  });

  it("reach the layer below, which gives them to the containers", async () => {
    const given = async (config: object): Promise<unknown> =>
      (await runWith({ ...config })).outputs.database.caCertificate;
    expect(await given({})).to.equal(authoritiesOf("eu-central-1"));
    expect(await given({ databaseTls: false })).to.equal(undefined);
  });
});
