import { applicationContract, dnsContract, type DnsOutputs } from "@selfhosted/common";
import { expect } from "chai";
import { checked, fits } from "../layers";
import { PulumiError } from "../pulumi/cli";
import {
  type CheckResult,
  describe as describeResults,
  explain,
  messageOf,
  report,
  runCheck,
  summary,
} from "../report";
import { outputsTable } from "../table";
import { describeVerdict } from "../verify";

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
  const results: CheckResult[] = [
    { name: "short", verdict: "ok", detail: "fine" },
    { name: "much longer", verdict: "fail", detail: "broken", fix: "repair it" },
    { name: "other", verdict: "skip", detail: "not here" },
  ];

  it("show the detail beside each name, the fix under what needs one, and failures last", () => {
    expect(describeResults(results).split("\n")).to.deep.equal([
      "✓ short        fine",
      "- other        not here",
      "✗ much longer  broken",
      "               fix: repair it",
    ]);
    expect(summary(results)).to.equal("1 ok, 1 skip, 1 fail");
  });

  it("of a verification end with the verdict and the addresses", () => {
    const addresses = { consoleUrl: "https://app.example.com", apiUrl: "https://api.example.com" } as DnsOutputs;
    const [failing] = describeVerdict("prod", results, addresses).split("\n");
    expect(failing).to.equal("prod is not healthy: much longer.");
    expect(describeVerdict("prod", results.slice(0, 1), addresses).split("\n")).to.deep.equal([
      "prod is healthy.",
      "  console  https://app.example.com",
      "  API      https://api.example.com",
    ]);
  });

  it("have keys as JSON that programs rely on, whatever the code calls them", () => {
    const printed: string[] = [];
    const log = console.log;
    console.log = (text: string) => void printed.push(text);
    try {
      const ofLayer = { layer: "dns", key: "zoneId", name: "zone", verdict: "warn", detail: "odd" } as const;
      expect(report("good", [ofLayer], true)).to.equal(0);
      expect(report("bad", results, true)).to.equal(1);
    } finally {
      console.log = log;
    }
    expect(printed.map((text) => JSON.parse(text) as unknown)).to.deep.equal([
      {
        title: "good",
        healthy: true,
        findings: [{ layer: "dns", key: "zoneId", name: "zone", verdict: "warn", evidence: "odd" }],
      },
      {
        title: "bad",
        healthy: false,
        findings: [
          { name: "short", verdict: "ok", evidence: "fine" },
          { name: "much longer", verdict: "fail", evidence: "broken", remedy: "repair it" },
          { name: "other", verdict: "skip", evidence: "not here" },
        ],
      },
    ]);
  });

  it("have a result of a check that can't read its thing, with a fix for the cause", async () => {
    const resultOf = async (name: string, message: string): Promise<[detail: string, fix?: string]> => {
      // Errors of the client have no metadata.
      const error = Object.assign(new Error(message), { name, ...(name.endsWith("Error") ? {} : { $metadata: {} }) });
      const [found] = await runCheck("database", () => Promise.reject(error), "make it");
      expect(found).to.deep.include({ name: "database", verdict: "fail" });
      return [found?.detail ?? "", found?.fix];
    };
    expect(await resultOf("DBClusterNotFoundFault", "DBCluster x not found")).to.deep.equal([
      "database doesn't exist in this account and region (DBClusterNotFoundFault: DBCluster x not found)",
      "make it",
    ]);
    const [denied, toAllow] = await resultOf("AccessDeniedException", "not for you");
    expect(denied).to.equal(
      "database can't be read: the credentials don't allow it (AccessDeniedException: not for you)",
    );
    expect(toAllow).to.match(/^allow the caller to read it/);
    const [, toSignIn] = await resultOf("CredentialsProviderError", "Could not load credentials");
    expect(toSignIn).to.match(/^set credentials of the account/);
    const [, toReach] = await resultOf("TimeoutError", "too slow");
    expect(toReach).to.match(/^check that this machine reaches the AWS API/);
  });

  it("have an error that isn't of AWS as it is, once", async () => {
    const [found] = await runCheck("database", () => Promise.resolve(JSON.parse("<html>") as []), "make it");
    expect(found?.detail).to.match(/^database can't be read: SyntaxError: Unexpected token [^(]*$/);
    expect(explain(new Error("timed out in NotFound"), "it")).to.equal("it can't be read: timed out in NotFound");
  });

  it("explain a failure of AWS with its fix, and show all that a command of Pulumi printed", () => {
    const refused = Object.assign(new AggregateError([new Error("connect ECONNREFUSED 127.0.0.1:1")]), {
      code: "ECONNREFUSED",
    });
    expect(explain(refused, "the log")).to.match(/^the log can't be read: the AWS API doesn't answer; check that/);
    const expired = Object.assign(new Error("The token is expired"), { name: "ExpiredTokenException", $metadata: {} });
    expect(messageOf(expired)).to.equal(
      "the credentials have expired (ExpiredTokenException: The token is expired); renew them (`aws sso login` for AWS_PROFILE, or new AWS_… variables)",
    );
    const unknown = Object.assign(new Error("something"), { name: "InternalFailure", $metadata: {} });
    expect([unknown, new Error("token is expired"), "x"].map(messageOf)).to.deep.equal([
      "something",
      "token is expired",
      "x",
    ]);
    const failed = new PulumiError("`pulumi up` failed in dns/:\nerror: one\nerror: two");
    expect(explain(failed, "the log")).to.equal(`the log can't be read: ${failed.message}`);
  });
});
