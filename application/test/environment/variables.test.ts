import type { Container, Setting } from "@selfhosted/common";
import { licenceOfTests } from "@selfhosted/common/testing";
import { expect } from "chai";
import { type ApplicationConfig, settings } from "../../config";
import { apiVariables } from "../../environment/api";
import { consoleVariables } from "../../environment/console";
import { migrationVariables } from "../../environment/migrations";
import { addressesOf } from "../../environment/settings";
import type { VariableSources } from "../../environment/variables";
import { deploy, infrastructure } from "../fixtures";
import { secretVariables, storedSecrets, variables } from "../task-definitions";

describe("environment", () => {
  it("takes a setting's variable from that setting as it is, and no two settings give the same", () => {
    const variablesOf = { api: apiVariables, console: consoleVariables, migration: migrationVariables };
    for (const [container, { plain, secret }] of Object.entries(variablesOf)) {
      const rows = Object.entries<Setting<unknown>>(settings).flatMap(([key, { env, secret: isSecret }]) => {
        const name = env?.[container as Container];
        return name === undefined ? [] : [{ name, key, table: isSecret ? secret : plain }];
      });
      expect(new Set(rows.map(({ name }) => name)).size, container).to.equal(rows.length);
      for (const { name, key, table } of rows) {
        const facts = { config: { [key]: `value of ${key}` } } as unknown as VariableSources;
        expect(table[name]?.(facts), name).to.equal(`value of ${key}`);
      }
    }
  });

  it("has all settings that are addresses, whose ports tasks may call", () => {
    const addresses = Object.entries<Setting<unknown>>(settings).filter(
      ([, { env, shape }]) => env !== undefined && /URL|host:port/i.test(shape?.allowed ?? ""),
    );
    const config = Object.fromEntries(addresses.map(([key]) => [key, key])) as unknown as ApplicationConfig;
    const found = (["api", "console", "migration"] as const).flatMap((container) => addressesOf(container, config));
    expect(found)
      .to.have.length.above(0)
      .and.to.include.members(addresses.map(([key]) => key));
  });

  it("of the API holds what a plain installation needs, and nothing else", async () => {
    const outcome = await deploy();
    expect(variables(outcome, "api")).to.deep.equal({
      AWS_REGION: "eu-central-1",
      DATABASE_CA_CERTIFICATE: infrastructure.database.caCertificate,
      DATABASE_MIN_TLS_VERSION: "1.2",
      PULUMI_API_CONTAINER_MODE: "FULL",
      PULUMI_API_DOMAIN: "api.pulumi.example.com",
      PULUMI_CHECKPOINT_BLOB_STORAGE_ENDPOINT: "s3://pulumi-checkpoint-1",
      PULUMI_CONSOLE_DOMAIN: "app.pulumi.example.com",
      PULUMI_DATABASE_ENDPOINT: "writer.example.internal:3306",
      PULUMI_DATABASE_NAME: "pulumi",
      PULUMI_ENGINE_EVENTS_BLOB_STORAGE_ENDPOINT: "s3://pulumi-events-1",
      PULUMI_ENGINE_EVENTS_LEGACY_WRITE: "false",
      PULUMI_ENGINE_EVENTS_SCHEMA_V2: "true",
      PULUMI_ENTERPRISE: "true",
      PULUMI_KMS_KEY: infrastructure.serviceKeyArn,
      PULUMI_POLICY_PACK_BLOB_STORAGE_ENDPOINT: "s3://pulumi-policy-1",
      PULUMI_SERVICE_METADATA_BLOB_STORAGE_ENDPOINT: "s3://pulumi-metadata-1",
    });
    expect(Object.keys(secretVariables(outcome, "api"))).to.have.members([
      "PULUMI_LICENSE_KEY",
      "PULUMI_DATABASE_USER_NAME",
      "PULUMI_DATABASE_USER_PASSWORD",
    ]);
  });

  it("of the console points at the API's public name", async () => {
    expect(variables(await deploy(), "console")).to.deep.equal({
      AWS_REGION: "eu-central-1",
      PULUMI_API: "https://api.pulumi.example.com",
      PULUMI_CONSOLE_DOMAIN: "app.pulumi.example.com",
      PULUMI_ENTERPRISE: "true",
      PULUMI_HOMEPAGE_DOMAIN: "app.pulumi.example.com",
    });
  });

  it("of the migrations skips the user without password", async () => {
    const outcome = await deploy();
    expect(variables(outcome, "migration")).to.deep.equal({
      DATABASE_CA_CERTIFICATE: infrastructure.database.caCertificate,
      MYSQL_PORT: "3306",
      PULUMI_DATABASE_ENDPOINT: "writer.example.internal:3306",
      PULUMI_DATABASE_NAME: "pulumi",
      PULUMI_DATABASE_PING_ENDPOINT: "writer.example.internal",
      SKIP_CREATE_DB_USER: "true",
    });
    const { arn, versionId } = infrastructure.database.credentials;
    expect(secretVariables(outcome, "migration")).to.deep.equal({
      MYSQL_ROOT_USERNAME: `${arn}:username::${versionId}`,
      MYSQL_ROOT_PASSWORD: `${arn}:password::${versionId}`,
    });
  });

  it("asks for TLS with certificate and version, or for none", async () => {
    const database = { ...infrastructure.database, caCertificate: undefined };
    const names = Object.keys(variables(await deploy({ above: { database } }), "api"));
    expect(names.filter((name) => name.startsWith("DATABASE_"))).to.deep.equal([]);
  });

  it("never sets an empty variable", async () => {
    const outcome = await deploy({ config: { jobsEnabled: true } });
    for (const task of ["api", "api-jobs", "console", "migration"] as const) {
      expect(Object.entries(variables(outcome, task)).filter(([, value]) => value === "")).to.deep.equal([]);
    }
  });

  it("takes spaces and quotes off the licence", async () => {
    const outcome = await deploy({ secrets: { licenseKey: ` "${licenceOfTests}"\n` } });
    expect(storedSecrets(outcome, "api")).to.deep.equal({ PULUMI_LICENSE_KEY: licenceOfTests });
  });

  it("splits background jobs from requests only where that is asked for", async () => {
    const split = await deploy({ config: { jobsEnabled: true } });
    expect(variables(split, "api")["PULUMI_API_CONTAINER_MODE"]).to.equal("API");
    expect(variables(split, "api-jobs")["PULUMI_API_CONTAINER_MODE"]).to.equal("JOBS");
    expect(split.outputs.jobs?.serviceName).to.equal("pulumi-test-api-jobs");
    expect((await deploy()).outputs.jobs).to.equal(undefined);
  });
});
