import { partitions, subnetIds, type Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { readConfig } from "../../config";
import { lookUp } from "../account";
import { foundWith } from "../layer";

const [privateA] = subnetIds.private;

/** A mistake that both a rule and a look-up might see, and where it is reported. */
const mistakes: [string, Values, RegExp][] = [
  [
    "a subnet of two kinds",
    { isolatedSubnetIds: [privateA, ...subnetIds.isolated] },
    /^isolatedSubnetIds: subnet-1000000000000000a is also in privateSubnetIds/,
  ],
  [
    "a subnet of all kinds",
    {
      publicSubnetIds: [privateA, ...subnetIds.public],
      isolatedSubnetIds: [privateA, ...subnetIds.isolated],
    },
    /^privateSubnetIds: subnet-1000000000000000a is also in publicSubnetIds/,
  ],
  [
    "a boundary of another account",
    { permissionsBoundaryArn: "arn:aws:iam::444455556666:policy/x" },
    /^permissionsBoundaryArn: found .*, a policy of the account 444455556666; allowed: one of 111122223333, or of AWS/,
  ],
  [
    "a boundary of another account, where the account is set",
    { accountId: "111122223333", permissionsBoundaryArn: "arn:aws:iam::444455556666:policy/x" },
    /^permissionsBoundaryArn: found .*, a policy of the account 444455556666/,
  ],
  [
    "a boundary of another partition and account",
    { accountId: "111122223333", permissionsBoundaryArn: "arn:aws-us-gov:iam::444455556666:policy/x" },
    /^permissionsBoundaryArn: found .*; eu-central-1 is in the partition aws/,
  ],
  [
    "the account of the boundary in place of the installation's",
    { accountId: "444455556666", permissionsBoundaryArn: "arn:aws:iam::111122223333:policy/x" },
    /^accountId: found 444455556666, but the credentials are of account 111122223333/,
  ],
  [
    "a parameter of the installer, with a value that it doesn't take",
    { databaseParameters: { general_log: "on" } },
    /^databaseParameters: general_log stays off/,
  ],
  [
    "the mode of SQL",
    { databaseParameters: { sql_mode: "" } },
    /^databaseParameters: sql_mode is set by the installer/,
  ],
  [
    "Performance Insights on a class without",
    { databaseInstanceClass: "db.t3.medium" },
    /^databasePerformanceInsights: AWS has no Performance Insights for db\.t3\.medium/,
  ],
  [
    "a class that is too small for Aurora MySQL 3 at all",
    { databaseInstanceClass: "db.t4g.small" },
    /^databaseInstanceClass: AWS doesn't offer db\.t4g\.small/,
  ],
];

describe("A mistake that a rule and a look-up might both see", () => {
  for (const [mistake, config, sentence] of mistakes) {
    it(`is one problem: ${mistake}`, async () => {
      const { problems } = readConfig(foundWith({ "aws:region": partitions.aws.region, ...config }));
      const rules = problems.map(({ key, reason }) => `${key}: ${reason}`);
      const found = [...rules, ...(await lookUp({ config })).errors];
      expect(found).to.have.length(1);
      expect(found[0]).to.match(sentence);
    });
  }
});
