import { expect } from "chai";
import type { Facts } from "../../init/facts";
import { propose } from "../../init/propose";
import { account, certificate, licence, vpcId } from "./account";
import { problem, proposed, question, value } from "./proposed";

describe("the names that init chooses", () => {
  it("proposes a domain that has certificate and zone, and never decides it", () => {
    const [{ proposal } = {}] = propose(account(), { licenseKey: licence }).questions.filter(
      ({ key }) => key === "domain",
    );
    expect(proposal).to.equal("pulumi.example.com");
  });

  it("has AWS issue a certificate where none covers the hosts, in the zone that holds them", () => {
    const facts = { certificates: [certificate("1", "example.com", "*.example.com")] };
    expect(value("certificateArn", facts)).to.equal(undefined);
    expect(value("certificateZoneId", facts)).to.equal("Z1");
  });

  it("prefers of several certificates one that AWS renews, then the one that lasts", () => {
    const of = (id: string, more: object) => ({ ...certificate(id, "*.pulumi.example.com"), ...more });
    const certificates = [
      of("imported", { Type: "IMPORTED" }),
      of("sooner", { NotAfter: new Date("2100-01-01") }),
      of("later", {}),
      of("expired", { NotAfter: new Date("2020-01-01") }),
    ];
    expect(value("certificateArn", { certificates })).to.match(/\/later$/);
    expect(value("certificateArn", { certificates: certificates.slice(0, 1) })).to.match(/\/imported$/);
  });

  it("says how to get a certificate where AWS can't prove one either, and names the zones that there are", () => {
    const { problems } = proposed({
      certificates: [],
      zones: [{ id: "Z2", name: "other.org", private: false, vpcIds: [] }],
    });
    expect(problems.map(({ key }) => key)).to.deep.equal(["certificateArn", "zoneId"]);
    expect(problems[0]?.fix).to.include(
      "aws acm request-certificate --region eu-central-1 --domain-name api.pulumi.example.com",
    );
    expect(problems[1]?.reason).to.include("found: other.org (Z2)");
  });

  it("takes the nearest zone, in a private installation the private one that the VPC sees", () => {
    const zones = [
      { id: "Z1", name: "example.com", private: false, vpcIds: [] },
      { id: "Z2", name: "pulumi.example.com", private: false, vpcIds: [] },
      { id: "Z3", name: "example.com", private: true, vpcIds: [vpcId] },
      { id: "Z4", name: "pulumi.example.com", private: true, vpcIds: ["vpc-00000000"] },
    ];
    expect(value("zoneId", { zones })).to.equal("Z2");
    expect(value("zoneId", { zones }, { internal: "true" })).to.equal("Z3");
  });

  it("asks which of two zones of one name is meant", () => {
    const zones = ["Z1", "Z2"].map((id) => ({ id, name: "example.com", private: false, vpcIds: [] }));
    expect(question("zoneId", { zones })).to.deep.equal(["Z1", "Z2"]);
  });
});

describe("the keys that init chooses", () => {
  it("leave the secrets to Pulumi Cloud, or to a passphrase that is set", () => {
    expect(value("secretsProvider", { backend: "https://api.pulumi.com" })).to.equal("default");
    expect(value("secretsProvider", { hasPassphrase: true })).to.equal("passphrase");
  });

  it("are asked for where their names don't say", () => {
    const keys = ["alias/a", "alias/b", "alias/c"].map((alias) => ({ alias }));
    expect(question("secretsProvider", { keys })).to.deep.equal(
      keys.map(({ alias }) => `awskms://${alias}?region=eu-central-1`),
    );
    const secretsProvider = "awskms://alias/b?region=eu-central-1";
    expect(question("serviceKeyId", { keys }, { secretsProvider })).to.deep.equal(["alias/a", "alias/c"]);
  });

  it("aren't the same for the service and for the state, and none that can't encrypt", () => {
    const keys = [{ alias: "alias/pulumi-state" }, { alias: "alias/old", flaw: "is in state Disabled" }];
    expect(problem({ keys })).to.match(
      /^serviceKeyId: .*alias\/old is in state Disabled; alias\/pulumi-state encrypts Pulumi's state → aws kms create-key/,
    );
  });

  it("must be somewhere", () => {
    const { problems } = proposed({ keys: [] });
    expect(problems.map(({ key }) => key)).to.deep.equal(["secretsProvider", "serviceKeyId"]);
  });
});

describe("the release that init chooses", () => {
  const repositories = (...tags: (string[] | undefined)[]): Partial<Facts> => ({
    repositories: tags.map((each, index) => ({ name: `pulumi/${index}`, ...(each && { tags: each }) })),
  });

  it("is the newest of which all images are there, by number and not by letter", () => {
    const [old, ninth, tenth] = ["20260105-1-signed", "20260105-9-signed", "20260105-10-signed"];
    expect(value("imageTag", repositories([old, ninth, tenth], [tenth, old, ninth], [ninth, old, "latest"]))).to.equal(
      ninth,
    );
  });

  it("is refused where none is whole, with what each repository has", () => {
    expect(problem(repositories(["20260105-1-signed"], [], undefined))).to.match(
      /^imageTag: .*pulumi\/0 has 20260105-1-signed; pulumi\/1 has no image; pulumi\/2 doesn't exist → put them there/,
    );
  });
});
