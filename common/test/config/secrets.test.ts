import { expect } from "chai";
import { isSecretName, looksSecret } from "../../config";

describe("a secret", () => {
  it("is seen by its form: tokens, headers, passwords in front of a host, keys beside their names", () => {
    for (const text of [
      "ghp_0123456789abcdefABCDEF0123456789abcd",
      "glpat-0123456789abcdefABCD",
      "pul-0123456789abcdef0123456789abcdef",
      "AKIAIOSFODNN7EXAMPLE",
      "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ0ZXN0cyJ9.x",
      "-----BEGIN PRIVATE KEY-----",
      "Basic dXNlcjpwYXNz",
      "Bearer 0123456789abcdef",
      "Authorization Bearer abcDEFghiJKL",
      "api-key=0123456789",
      "X-Api-Key 0123456789",
      "/api/v2/logs?dd-api-key=abcdef&service=pulumi",
      "tenant=a,client_secret=hunter22",
      "password: hunter2",
      "svc:Pa55w0rd@smtp.example.com:587",
      "mysql://user:pass@host/db",
      "redis://:pass@host",
      "https://me:p/w@host",
    ]) {
      expect(looksSecret(text), text).to.equal(true);
    }
  });

  it("is not seen in flags, numbers, addresses, images, prose, and references to where a secret is kept", () => {
    for (const text of [
      "",
      "true",
      "4096",
      "0.5",
      "REQUIRE_TOKEN=true",
      "max_token=4096",
      "https://host.example.com:8443/path?size=1",
      "registry.example.com:5000/a/b:1@sha256:0123",
      "git@github.com:example/pulumi.git",
      "mailto:operations@example.com",
      "https://host:443/@scope/package",
      "Basic authentication",
      "Authorization Bearer ${TOKEN}",
      "api-key=${API_KEY}",
      "https://user:${PASSWORD}@host",
      "arn:aws:secretsmanager:eu-central-1:111122223333:secret:name-AbCdEf",
      "eu-central-1",
    ]) {
      expect(looksSecret(text), text).to.equal(false);
    }
  });

  it("is seen by its name", () => {
    for (const name of ["GITHUB_TOKEN", "http_passwd", "Shared_Key", "apikey", "Cloud_Auth", "DB_PWD", "X-API-Key"]) {
      expect(isSecretName(name), name).to.equal(true);
    }
    for (const name of ["PWD", "TOKEN_URL", "KEY", "Host", "PATH", "SECRET_NAME", "AUTH"]) {
      expect(isSecretName(name), name).to.equal(false);
    }
  });
});
