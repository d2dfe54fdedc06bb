import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { type Outcome, runLayer, runWith } from "../layer";

/** By their names. */
function parameters(outcome: Outcome): Record<string, string> {
  const { inputs } = outcome.the(aws.rds.ClusterParameterGroup);
  return Object.fromEntries((inputs.parameters ?? []).map(({ name, value }) => [name, value]));
}

describe("The database's parameters", () => {
  let standard: Outcome;
  before(async () => {
    standard = await runLayer();
  });

  it("ask for strict tables, an audit log and a slow log", () => {
    expect(parameters(standard)).to.deep.include({
      slow_query_log: "1",
      long_query_time: "1",
      server_audit_logging: "1",
    });
    expect(parameters(standard)["sql_mode"]?.split(",")).to.include("STRICT_TRANS_TABLES");
    expect(parameters(standard)["server_audit_events"]).to.not.match(/DML|(^|,)QUERY(,|$)/);
  });

  it("are none that equals Aurora's default, which RDS would not keep", async () => {
    const configured = [
      standard,
      await runWith({ databaseLogExports: "error" }),
      await runWith({ databaseSlowQuerySeconds: 10 }),
    ];
    for (const outcome of configured) {
      for (const [parameter, value] of Object.entries(auroraDefaults)) {
        expect(parameters(outcome)[parameter], parameter).to.not.equal(value);
      }
    }
    expect(Object.keys(parameters(configured[1] ?? standard))).to.deep.equal(["sql_mode"]);
  });

  it("are the settings' too, and those of the logs only where there are such logs", async () => {
    const own = { databaseSlowQuerySeconds: 0.5, databaseParameters: { max_connections: 900 } };
    expect(parameters(await runWith(own))).to.deep.include({ long_query_time: "0.5", max_connections: "900" });
    const { slow_query_log, server_audit_logging } = parameters(await runWith({ databaseLogExports: "error" }));
    expect([slow_query_log, server_audit_logging]).to.deep.equal([undefined, undefined]);
  });

  it("demand TLS where that is asked for, or the CA was given, and only there", async () => {
    for (const config of [{ databaseTlsRequired: true }, { databaseCaCertificate: certificate }]) {
      expect(parameters(await runWith(config))).to.deep.include({ require_secure_transport: "ON" });
    }
    for (const config of [{}, { databaseTls: false }]) {
      expect(parameters(await runWith(config))["require_secure_transport"]).to.equal(undefined);
    }
  });
});

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Reference.ParameterGroups.html */
const auroraDefaults: Record<string, string> = {
  general_log: "0",
  log_output: "FILE",
  long_query_time: "10",
  require_secure_transport: "OFF",
  server_audit_events: "",
  server_audit_logging: "0",
  slow_query_log: "0",
  sql_mode: "0",
  tls_version: "TLSv1.2,TLSv1.3",
};

/** A CA certificate like those of RDS; its key is nowhere. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBezCCASGgAwIBAgIUXHm6v1lLzUosgGGbt7vs5QOM/iUwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHdGVzdCBDQTAgFw0yNjExMjIwOTA2MDdaGA8yMTI2MTAyOTA5
MDYwN1owEjEQMA4GA1UEAwwHdGVzdCBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABEi80/SuHtxUwPXjXm9YJs/2qu1EeZX7uGG8Znxl166F80LG9q3mu3FVEJLD
VXEwbYu+p7NDmHIoosBL8QeCSUajUzBRMB0GA1UdDgQWBBQNvH7oS9F6nhKi7CZp
h5FksBCdkjAfBgNVHSMEGDAWgBQNvH7oS9F6nhKi7CZph5FksBCdkjAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQDJEQNH58E5hJc8KcpgZmbgorng
3YAWTsEVCIkISS57mgIgdsgTSJwAtM90SsPto3A0Q9sC4YvehLnAiu4UHQ8FY9o=
-----END CERTIFICATE-----
`;
