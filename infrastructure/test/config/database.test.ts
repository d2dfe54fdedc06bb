import type { Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { readConfig } from "../../config";
import { foundWith } from "../layer";
import { authorities } from "./authorities";
import { arnOf, itRefuses, itWarns } from "./problems";

const pem = (text: string): string => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;

describe("A configuration of the database with a mistake", () => {
  itRefuses([
    [
      "no instance",
      { databaseInstanceCount: 0 },
      /databaseInstanceCount: found "0"; allowed: a whole number from 1 to 15/,
    ],
    ["sixteen instances", { databaseInstanceCount: 16 }, /databaseInstanceCount: found "16"/],
    [
      "a class that is none",
      { databaseInstanceClass: "large" },
      /databaseInstanceClass: found "large"; allowed: an instance/,
    ],
    [
      "a misspelt class",
      { databaseInstanceClass: "db.r6g.lage" },
      /^databaseInstanceClass: found .*\n fix: pulumi config set databaseInstanceClass db\.r6g\.large$/,
    ],
    [
      "serverless as a class",
      { databaseInstanceClass: "db.serverless" },
      /databaseInstanceClass: found "db\.serverless"/,
    ],
    [
      "a class for a serverless database",
      { databaseServerless: true, databaseInstanceClass: "db.r6g.large" },
      /databaseInstanceClass: has no effect with databaseServerless/,
    ],
    [
      "capacity without serverless",
      { databaseMaxCapacity: 8 },
      /databaseMaxCapacity: has no effect without databaseServer/,
    ],
    [
      "capacity in odd steps",
      { databaseServerless: true, databaseMinCapacity: 0.7 },
      /databaseMinCapacity: found 0\.7; allowed: steps of 0\.5/,
    ],
    [
      "capacity upside down",
      { databaseServerless: true, databaseMinCapacity: 8, databaseMaxCapacity: 4 },
      /databaseMaxCapacity: found 4; allowed: at least databaseMinCapacity, 8/,
    ],
    [
      "a least capacity above that of the size",
      { databaseServerless: true, databaseMinCapacity: 32 },
      /databaseMinCapacity: found 32; allowed: at most databaseMaxCapacity of size small, 16\n +fix: .*MaxCapacity 32/,
    ],
    [
      "a greatest capacity below that of the size",
      { databaseServerless: true, databaseMaxCapacity: 1 },
      /databaseMaxCapacity: found 1; allowed: at least databaseMinCapacity of size small, 2\n +fix: .*MinCapacity 1/,
    ],
    [
      "a greatest capacity below that of a large size",
      { size: "large", databaseServerless: true, databaseMaxCapacity: 4 },
      /databaseMaxCapacity: found 4; allowed: at least databaseMinCapacity of size large, 8/,
    ],
    [
      "a least capacity above the greatest one that is set, of a size in which each would fit",
      { size: "large", databaseServerless: true, databaseMinCapacity: 64, databaseMaxCapacity: 32 },
      /^databaseMaxCapacity: found 32; allowed: at least databaseMinCapacity, 64$/,
    ],
    [
      "a snapshot of another region",
      { databaseRestoreFromSnapshot: "arn:aws:rds:eu-west-1:111122223333:cluster-snapshot:x" },
      /^databaseRestoreFromSnapshot: found .*, which is in eu-west-1; allowed: one in eu-central-1$/,
    ],
    [
      "a snapshot of an instance",
      { databaseRestoreFromSnapshot: arnOf("rds", "snapshot:x") },
      /databaseRestoreFromSnapshot: found .*; allowed: the name or ARN of a cluster snapshot/,
    ],
    [
      "the general log by its parameter",
      { databaseParameters: { general_log: "1" } },
      /databaseParameters: general_log stays off: its statements may hold secrets/,
    ],
    [
      "another engine",
      { databaseEngineVersion: "8.4.0" },
      /databaseEngineVersion: found "8\.4\.0"; allowed: a version 3/,
    ],
    ["a reserved user", { databaseUsername: "root" }, /databaseUsername: found "root"; allowed: .*not admin, root/],
    [
      "a password that RDS doesn't take",
      { databasePassword: "a/b@c" },
      /^databasePassword: found a value \(not shown\), which RDS doesn't take; allowed: 8 to 41/,
    ],
    [
      "a password in clear text",
      { databasePassword: "as-it-is-7Q" },
      /^databasePassword: stored in clear text; it must be encrypted/,
    ],
    [
      "a security group by its name",
      { databaseExtraSecurityGroupIds: "database" },
      /^databaseExtraSecurityGroupIds: found "database", .*; allowed: .*ids of security groups/,
    ],
    ["a privileged port", { databasePort: 443 }, /databasePort: found "443"; allowed: a whole number from 1150/],
    ["no backup", { databaseBackupRetentionDays: 0 }, /databaseBackupRetentionDays: found "0"/],
    [
      "a window without end",
      { databaseBackupWindow: "03:00" },
      /databaseBackupWindow: found "03:00"; allowed: a time of day/,
    ],
    [
      "a short backup window",
      { databaseBackupWindow: "03:00-03:20" },
      /databaseBackupWindow: found 03:00-03:20; allowed: 30 minutes or more/,
    ],
    [
      "a maintenance window of a week",
      { databaseMaintenanceWindow: "sun:05:00-sat:05:00" },
      /databaseMaintenanceWindow: found sun:05:00-sat:05:00; allowed: 30 minutes to 24 hours/,
    ],
    [
      "windows that overlap",
      { databaseMaintenanceWindow: "wed:03:30-wed:04:30" },
      /databaseMaintenanceWindow: found wed:03:30-wed:04:30, which overlaps the daily databaseBackupWindow, 03:00-04:00/,
    ],
    [
      "windows that overlap over midnight",
      { databaseBackupWindow: "23:45-00:30", databaseMaintenanceWindow: "mon:00:15-mon:01:00" },
      /databaseMaintenanceWindow: found mon:00:15-mon:01:00, which overlaps/,
    ],
    [
      "the general log",
      { databaseLogExports: "general" },
      /databaseLogExports: found "general", .*; allowed: .*audit, error/,
    ],
    [
      "a parameter of the installer",
      { databaseParameters: { sql_mode: "" } },
      /databaseParameters: sql_mode is set by the installer/,
    ],
    [
      "insights on a class without",
      { databaseInstanceClass: "db.t3.medium" },
      /databasePerformanceInsights: AWS has no Performance Insights for db\.t3\.medium/,
    ],
    [
      "insights on the serverless class, which has them, of too few days for the advanced mode",
      { databaseServerless: true, databaseInsightsMode: "advanced" },
      /^databaseInsightsMode: found advanced with databasePerformanceInsightsDays 7; .* 465 days or more\n fix: pulumi config set databasePerformanceInsightsDays 465$/,
    ],
    [
      "the advanced mode of insights that are off",
      { databaseInsightsMode: "advanced", databasePerformanceInsights: false },
      /^databaseInsightsMode: found advanced, which needs databasePerformanceInsights\n/,
    ],
    [
      "days of insights that are off",
      { databasePerformanceInsights: false, databasePerformanceInsightsDays: 31 },
      /^databasePerformanceInsightsDays: has no effect without databasePerformanceInsights\n/,
    ],
    [
      "a threshold for statements that nobody logs",
      { databaseLogExports: "audit", databaseSlowQuerySeconds: 2 },
      /^databaseSlowQuerySeconds: has no effect: databaseLogExports lacks slowquery\n/,
    ],
    [
      "a parameter spelt as an option of the command line",
      { databaseParameters: { "max-connections": "100" } },
      /^databaseParameters: found .*, of which max-connections doesn.t fit; allowed: names of parameters/,
    ],
    [
      "an odd interval",
      { databaseMonitoringSeconds: 7 },
      /databaseMonitoringSeconds: found "7"; allowed: one of 0, 1, 5/,
    ],
    [
      "a path to certificates",
      { databaseCaCertificate: "./rds.pem" },
      /databaseCaCertificate: found a text that is the (name|path) of a file/,
    ],
    [
      "a broken certificate",
      { databaseCaCertificate: pem("AAAA") },
      /databaseCaCertificate: found a text that holds a certificate that can't be read.*\n fix: .* < eu-central-1-bundle\.pem/,
    ],
    [
      "the certificates of all regions",
      { databaseCaCertificate: pem("A".repeat(64 * 1024)) },
      /databaseCaCertificate: found \d+ bytes, more than 32768/,
    ],
    [
      "an authority that has expired",
      { databaseCaCertificate: authorities.expired },
      /^databaseCaCertificate: found a certificate that expired on 2024-08-22; allowed: .*\n fix: .* < eu-central-1-bundle\.pem$/,
    ],
    [
      "TLS without authorities that the service could trust, demanded by the database",
      { "aws:region": "us-gov-west-1", databaseTlsRequired: true },
      /^databaseTlsRequired: the authorities of RDS in us-gov-west-1 don't come along: .*\n fix: .* < us-gov-west-1-bundle\.pem; or: .*/,
    ],
    [
      "authorities without TLS",
      { databaseTls: false, databaseCaCertificate: authorities.location },
      /^databaseCaCertificate: has no effect without databaseTls/,
    ],
    [
      "days for logs that there aren't",
      { databaseLogExports: "[]", logRetentionDays: 30 },
      /^logRetentionDays: has no effect: databaseLogExports is empty, and searchEnabled is off\n/,
    ],
  ]);
});

describe("A doubtful configuration of the database", () => {
  itWarns([
    [
      "a region whose authorities don't come along",
      { "aws:region": "us-gov-west-1" },
      /^databaseTls: the authorities of RDS in us-gov-west-1 don't come along: connections .* aren't encrypted\n fix: .*set databaseTls false$/,
    ],
    [
      "certificates of authorities that aren't RDS's",
      { databaseCaCertificate: authorities.other },
      /^databaseCaCertificate: found no authority of RDS, .*\n fix: .* < eu-central-1-bundle\.pem$/,
    ],
    [
      "certificates of RDS in another region",
      { databaseCaCertificate: authorities.elsewhere },
      /^databaseCaCertificate: found authorities of RDS in us-east-1 only, but the database in eu-central-1 /,
    ],
    [
      "a serverless database too small for Performance Insights",
      { databaseServerless: true, databaseMinCapacity: 0.5 },
      /^databaseMinCapacity: found 0\.5; with databasePerformanceInsights on, AWS advises 2 or more/,
    ],
  ]);
});

describe("A serverless database", () => {
  it("takes the bounds of the size where they aren't given, if they fit", () => {
    const bounds = (config: Values): number[] => {
      const { config: read } = readConfig(foundWith({ databaseServerless: true, ...config }));
      return [read.databaseMinCapacity, read.databaseMaxCapacity];
    };
    expect(bounds({ size: "large" })).to.deep.equal([8, 128]);
    expect(bounds({ databaseMinCapacity: 16 })).to.deep.equal([16, 16]);
    expect(bounds({ size: "large", databaseMaxCapacity: 8 })).to.deep.equal([8, 8]);
  });
});
