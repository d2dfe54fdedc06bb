import { licenceOfTests, rsaPair } from "@selfhosted/common/testing";
import { expect } from "chai";
import { itRefuses, type Refused } from "../config/refusals";
import { logRouter, read } from "../fixtures";

describe("rules over the variables of containers", () => {
  itRefuses([
    [
      "a variable that the installer manages",
      { config: { apiExtraEnvironment: { PULUMI_API_DOMAIN: "x" } } },
      [
        /apiExtraEnvironment.PULUMI_API_DOMAIN: the installer manages PULUMI_API_DOMAIN/,
        /config rm --path 'apiExtraEnvironment.PULUMI_API_DOMAIN'/,
      ],
    ],
    [
      "AWS credentials in the environment",
      { config: { consoleExtraEnvironment: { AWS_ACCESS_KEY_ID: "x" } } },
      [/consoleExtraEnvironment.AWS_ACCESS_KEY_ID: the container's credentials are those of its task role/],
    ],
    [
      "a second encryption service",
      {
        config: { apiExtraEnvironment: { PULUMI_AZURE_KV_URI: "x" } },
        secrets: { apiExtraSecrets: { PULUMI_LOCAL_KEYS: "x" } },
      },
      [
        /apiExtraEnvironment.PULUMI_AZURE_KV_URI: the installation has its one key already, serviceKeyId/,
        /apiExtraSecrets.PULUMI_LOCAL_KEYS: the installation has its one key already/,
      ],
    ],
    ...[
      "PULUMI_LOCAL_OBJECTS",
      "PULUMI_OBJECTS_BUCKET",
      "PULUMI_POLICY_PACK_BUCKET",
      "PULUMI_POLICY_PACK_LOCAL_HTTP_OBJECTS",
    ].map((name): Refused => [
      `a second object store by ${name}`,
      { config: { apiExtraEnvironment: { [name]: "x" } } },
      [new RegExp(`apiExtraEnvironment.${name}: the installation has its one object store already`)],
    ]),
    [
      "a managed name among secrets",
      { secrets: { migrationExtraSecrets: { MYSQL_ROOT_PASSWORD: "x" } } },
      [/migrationExtraSecrets.MYSQL_ROOT_PASSWORD/],
    ],
    [
      "a variable with two values",
      { config: { apiExtraEnvironment: { A: "1" } }, secrets: { apiExtraSecrets: { A: "2" } } },
      [/apiExtraEnvironment.A: is set in apiExtraSecrets too/],
    ],
    [
      "a managed variable in lower case",
      { config: { apiExtraEnvironment: { https_proxy: "http://proxy.example.com:3128" } } },
      [/apiExtraEnvironment\.https_proxy: the installer manages HTTPS_PROXY of this container; set httpsProxy instead/],
    ],
    [
      "secrets in clear, by their name or their value, without showing them",
      {
        config: {
          apiExtraEnvironment: { DB_PASSWORD: "canary-password", KEY: rsaPair.privateKey },
          consoleExtraEnvironment: { MIRROR: "https://user:canary-password@mirror.example.com" },
          migrationExtraEnvironment: { ID: "AKIAIOSFODNN7EXAMPLE" },
          ...logRouter({ Name: "http", http_Passwd: "canary-password" }),
        },
      },
      [
        /apiExtraEnvironment\.DB_PASSWORD: holds a secret in clear/,
        /apiExtraEnvironment\.KEY: holds a secret in clear/,
        /consoleExtraEnvironment\.MIRROR: holds a secret/,
        /migrationExtraEnvironment\.ID: holds a secret/,
        /logRouterOptions\.http_Passwd: .*\n.*set --secret --path 'logRouterSecrets\.http_Passwd'/,
      ],
    ],
    [
      "tokens in clear, in headers and queries too, without showing them",
      {
        config: {
          apiExtraEnvironment: {
            CLONE: "ghp_0123456789canary0123456789",
            OTEL_EXPORTER_OTLP_HEADERS: "api-key=canary0123456789",
          },
          ...logRouter({
            ...{ Name: "http", Host: "logs.example.com" },
            ...{ Header: "Authorization Bearer canary0123456789", URI: "/v1/input?dd-api-key=canary0123456789" },
            Cloud_Auth: "elastic:canary",
          }),
        },
      },
      [
        /apiExtraEnvironment\.CLONE: holds a secret/,
        /apiExtraEnvironment\.OTEL_EXPORTER_OTLP_HEADERS: holds a secret/,
        /logRouterOptions\.Header: holds a secret/,
        /logRouterOptions\.URI: holds a secret/,
        /logRouterOptions\.Cloud_Auth: holds a secret/,
      ],
    ],
  ]);

  it("has one fix for a secret in clear whose name isn't taken anyway", () => {
    const config = { apiExtraEnvironment: { PULUMI_LICENSE_KEY: licenceOfTests, AWS_SECRET_ACCESS_KEY: "x" } };
    expect(read({ config }).problems.map(({ key, fix }) => [key, fix])).to.deep.equal([
      ["apiExtraEnvironment.PULUMI_LICENSE_KEY", "pulumi config rm --path 'apiExtraEnvironment.PULUMI_LICENSE_KEY'"],
      [
        "apiExtraEnvironment.AWS_SECRET_ACCESS_KEY",
        "pulumi config rm --path 'apiExtraEnvironment.AWS_SECRET_ACCESS_KEY'",
      ],
    ]);
  });
});
