import { expect } from "chai";
import {
  applicationContract,
  type Contract,
  dnsContract,
  infrastructureContract,
  missingOutputs,
  optional,
  type OutputsOf,
  required,
  stackOutputs,
} from "../../contract";
import { contractProblems } from "../../stack-reference";
import { exampleOutput, exampleOutputs, foreignNames, type Partition, partitions } from "../../testing";

const outputs = { zoneId: required("Z1"), names: optional<string[]>(["api.example.com"]) };
type Outputs = OutputsOf<typeof outputs>;
const contract: Contract<Outputs> = { layer: "dns", version: 3, outputs };

describe("a contract", () => {
  it("gives the outputs their types: what is required is always there", () => {
    const least: Outputs = { contractVersion: 3, zoneId: "Z2" };
    // @ts-expect-error a required output can't be left out
    const none: Outputs = { contractVersion: 3 };
    // @ts-expect-error the type follows from the example
    const wrong: Outputs = { contractVersion: 3, zoneId: 2 };
    // @ts-expect-error an optional output may be undefined
    expect(() => least.names.length).to.throw();
    expect([none, wrong]).to.have.length(2);
  });

  it("names the required outputs that a stack lacks", () => {
    expect(missingOutputs(contract, { names: [] })).to.deep.equal(["zoneId"]);
    expect(missingOutputs(contract, { zoneId: "Z2" })).to.deep.equal([]);
    expect(
      contractProblems(contract, "acme/dns/prod", { contractVersion: 3 }).map(({ reason }) => reason),
    ).to.deep.equal(["stack acme/dns/prod lacks the output zoneId, which this release needs"]);
  });

  it("makes the outputs of a stack, with its version and without what is undefined", () => {
    expect(stackOutputs(contract, { zoneId: "Z2", names: undefined })).to.deep.equal({
      contractVersion: 3,
      zoneId: "Z2",
    });
    // @ts-expect-error a required output can't be left out
    stackOutputs(contract, { names: [] });
    // @ts-expect-error an output that isn't declared
    stackOutputs(contract, { zoneId: "Z2", colour: "red" });
  });
});

describe("the example outputs of a layer", () => {
  const names = Object.keys(partitions) as Partition[];

  it("are what its contract requires, in any partition", () => {
    for (const partition of names) {
      for (const each of [infrastructureContract, applicationContract, dnsContract] as Contract<object>[]) {
        const example = exampleOutputs(each, partition);
        expect(contractProblems(each, "stack", { ...example }), `${each.layer} in ${partition}`).to.deep.equal([]);
        expect(foreignNames(partition, example), `${each.layer} in ${partition}`).to.deep.equal([]);
      }
    }
  });

  it("are in a region of the partition", () => {
    const { installation, api } = exampleOutputs(applicationContract, "aws-cn");
    expect(installation.region).to.equal("cn-north-1");
    expect(api.loadBalancer.dnsName).to.equal("api-1.elb.cn-north-1.amazonaws.com.cn");
    expect(exampleOutput(infrastructureContract, "network", "aws-us-gov").subnets["subnet-public-a"]?.zone).to.equal(
      "us-gov-west-1a",
    );
  });

  it("leave out the optional ones, which are had one by one", () => {
    expect(exampleOutputs(dnsContract)).not.to.have.property("zoneRoleArn");
    expect(exampleOutput(dnsContract, "zoneRoleArn", "aws-cn")).to.match(/^arn:aws-cn:iam::/);
  });
});
