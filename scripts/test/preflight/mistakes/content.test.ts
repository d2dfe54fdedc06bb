import { ecPair, expiredCertificate, rsaPair } from "@selfhosted/common/testing";
import { mistakes } from "./mistakes";

/** Mail by a relay without sign-in. */
const mail = { smtpServer: "relay.example.com:25", smtpSender: "pulumi@example.com" };

mistakes("content, not form", [
  ["a licence that is a word", "application", { licenseKey: "licence" }, "licenseKey", /no JSON web token/],
  [
    "the name of the licence's file",
    "application",
    { licenseKey: "licence.txt" },
    "licenseKey",
    /name of a file/,
    { fix: /--secret licenseKey < licence\.txt/ },
  ],
  ["a licence in clear", "application", {}, "licenseKey", /clear text/, { inClear: ["licenseKey"] }],
  [
    "a port of the mail server that doesn't exist",
    "application",
    { ...mail, smtpServer: "relay.example.com:99999" },
    "smtpServer",
    /port "99999"; ports go from 1/,
  ],
  [
    "a telemetry port 0",
    "application",
    { otelEndpoint: "http://otel.example.com:0" },
    "otelEndpoint",
    /port "0"; ports go from 1/,
  ],
  ["a proxy with a password", "application", { httpsProxy: "http://me:hush@proxy:3128" }, "httpsProxy", /password/],
  ["a blank user of the mail server", "application", { ...mail, smtpUsername: " " }, "smtpUsername", /not empty/],
  [
    "a user without a password",
    "application",
    { ...mail, smtpUsername: "me" },
    "smtpPassword",
    /set all of smtpUsername, smtpPassword, or none/,
  ],
  ["an image that is no reference", "application", { deploymentsImage: "garbage!" }, "deploymentsImage", /registry/],
  [
    "a certificate that is none",
    "application",
    { apiTlsCertificate: pem("CERTIFICATE", "Z2FyYmFnZQ=="), apiTlsPrivateKey: rsaPair.privateKey },
    "apiTlsCertificate",
    /can't be read/,
  ],
  [
    "a SAML certificate and key of garbage",
    "application",
    { samlCertificate: pem("CERTIFICATE", "Z2FyYmFnZQ=="), samlPrivateKey: pem("PRIVATE KEY", "Z2FyYmFnZQ==") },
    "samlPrivateKey",
    /can't be read/,
  ],
  [
    "a private key in a setting that is shown in clear",
    "application",
    { samlCertificate: rsaPair.privateKey, samlPrivateKey: rsaPair.privateKey },
    "samlCertificate",
    /holds a private key/,
  ],
  [
    "a SAML certificate and its key exchanged",
    "application",
    { samlCertificate: rsaPair.privateKey, samlPrivateKey: rsaPair.certificate },
    "samlPrivateKey",
    /a value \(not shown\)/,
  ],
  [
    "a SAML key of another pair",
    "application",
    { samlCertificate: rsaPair.certificate, samlPrivateKey: ecPair.privateKey },
    "samlPrivateKey",
    /isn't the private key of samlCertificate/,
  ],
  [
    "a container's key of another pair",
    "application",
    { apiTlsCertificate: rsaPair.certificate, apiTlsPrivateKey: ecPair.privateKey },
    "apiTlsPrivateKey",
    /isn't the private key of apiTlsCertificate/,
  ],
  [
    "a certificate that has expired",
    "application",
    { samlCertificate: expiredCertificate, samlPrivateKey: rsaPair.privateKey },
    "samlCertificate",
    /expired/,
  ],
  [
    "a container's certificate that has expired, which the load balancer takes",
    "application",
    { consoleTlsCertificate: expiredCertificate, consoleTlsPrivateKey: rsaPair.privateKey },
    "consoleTlsCertificate",
    /expired/,
    { warns: true },
  ],
  [
    "an instance class that doesn't exist",
    "infrastructure",
    { databaseInstanceClass: "db.r6g.lage" },
    "databaseInstanceClass",
    /db\.r6g\.lage/,
  ],
  [
    "an instance class that the region doesn't offer",
    "infrastructure",
    { databaseInstanceClass: "db.r5.large" },
    "databaseInstanceClass",
    /AWS doesn't offer db\.r5\.large/,
  ],
  [
    "a version that AWS doesn't offer",
    "infrastructure",
    { databaseEngineVersion: "8.0.mysql_aurora.3.99.0" },
    "databaseEngineVersion",
    /3\.99\.0/,
  ],
  [
    "a version of OpenSearch that AWS doesn't offer",
    "infrastructure",
    { searchEnabled: true, searchEngineVersion: "OpenSearch_2.99" },
    "searchEngineVersion",
    /OpenSearch_2\.99/,
  ],
  [
    "a cron expression of Unix",
    "infrastructure",
    { backupEnabled: true, backupSchedule: "0 5 * * *" },
    "backupSchedule",
    /cron/,
    { fix: /cron\(0 5/ },
  ],
  [
    "a schedule of nonsense",
    "infrastructure",
    { backupEnabled: true, backupSchedule: "cron(99 5 ? * * *)" },
    "backupSchedule",
    /99/,
  ],
  [
    "a certificate where an authority's is needed",
    "infrastructure",
    { databaseCaCertificate: rsaPair.certificate },
    "databaseCaCertificate",
    /of no authority/,
  ],
  [
    "a parameter that MySQL doesn't have",
    "infrastructure",
    { databaseParameters: { max_conections: "100" } },
    "databaseParameters",
    /max_conections/,
  ],
  [
    "a value that a parameter doesn't take",
    "infrastructure",
    { databaseParameters: { max_connections: "many" } },
    "databaseParameters",
    /max_connections/,
  ],
]);

function pem(label: string, body: string): string {
  return `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
}
