import { applicationContract, dnsContract } from "@selfhosted/common";
import { expect } from "chai";
import { checked, fits } from "../lib/layers";
import { outputsTable } from "../lib/outputs-table";
import { describe as describeFindings, examine, explain, summary, type Finding } from "../lib/report";

describe("outputs", () => {
  it("are one row for each value, by its path, with long texts cut", () => {
    const shown = outputsTable([
      [
        "infrastructure",
        {
          database: { endpoint: "db.example", caCertificate: "-----BEGIN\nabc\nEND-----\n" },
          subnets: ["a", "b"],
          password: "[secret]",
        },
      ],
      ["dns", {}],
    ]);
    expect(shown.split("\n")).to.deep.equal([
      "LAYER           OUTPUT                  VALUE",
      "infrastructure  database.endpoint       db.example",
      "infrastructure  database.caCertificate  -----BEGIN … (3 lines)",
      "infrastructure  subnets                 a, b",
      "infrastructure  password                [secret]",
      "dns             (not deployed)",
    ]);
  });

  const outputs = { contractVersion: dnsContract.version, apiUrl: "a", consoleUrl: "b", zoneId: "Z1", records: [] };

  it("are taken as their contract types them", () => {
    expect(checked(dnsContract, "prod", outputs)).to.equal(outputs);
    expect(fits(dnsContract, outputs)).to.equal(true);
    expect(fits(applicationContract, undefined)).to.equal(false);
  });

  it("of another release are refused, with what they lack and what to run", () => {
    const older = { ...outputs, zoneId: undefined, contractVersion: 0 };
    expect(() => checked(dnsContract, "prod", older)).to.throw(
      /dns layer of prod was deployed by another release: .* version 0 .* lack zoneId; .* version 1\. Run `make deploy ENV=prod`/,
    );
    expect(fits(dnsContract, { ...outputs, contractVersion: 2 })).to.equal(false);
  });
});

describe("reports", () => {
  const findings: Finding[] = [
    { name: "short", verdict: "ok", evidence: "fine" },
    { name: "much longer", verdict: "fail", evidence: "broken", remedy: "mend it" },
    { name: "other", verdict: "skip", evidence: "not here" },
  ];

  it("show evidence beside each name, and the remedy under what needs one", () => {
    expect(describeFindings(findings).split("\n")).to.deep.equal([
      "✓ short        fine",
      "✗ much longer  broken",
      "               fix: mend it",
      "- other        not here",
    ]);
    expect(summary(findings)).to.equal("1 ok, 1 fail, 1 skip");
  });

  it("take a look that fails for a finding, with a remedy that fits the failure", async () => {
    const remedyOf = async (name: string, message: string): Promise<string | undefined> => {
      const error = Object.assign(new Error(message), { name });
      const [found] = await examine("database", () => Promise.reject(error), "make it");
      expect(found).to.deep.include({
        name: "database",
        verdict: "fail",
        evidence: `could not be read: ${name}: ${message}`,
      });
      return found?.remedy;
    };
    expect(await remedyOf("DBClusterNotFoundFault", "DBCluster x not found")).to.equal("make it");
    expect(await remedyOf("AccessDeniedException", "not for you")).to.equal("allow the caller to read it");
    expect(await remedyOf("CredentialsProviderError", "Could not load credentials")).to.match(/^give credentials/);
    expect(await remedyOf("TimeoutError", "too slow")).to.equal("see that this machine reaches the AWS API");
  });

  it("explain what Node hides in an error of many", () => {
    const refused = new AggregateError([new Error("connect ECONNREFUSED 127.0.0.1:1")]);
    expect(explain(refused)).to.equal("connect ECONNREFUSED 127.0.0.1:1");
  });
});
