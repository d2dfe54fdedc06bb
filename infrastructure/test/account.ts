import type { Route, RouteTable, Subnet } from "@aws-sdk/client-ec2";
import type { KeyMetadata } from "@aws-sdk/client-kms";
import type { DBCluster, OrderableDBInstanceOption } from "@aws-sdk/client-rds";
import type { Check, ConfigProblem } from "@selfhosted/common";
import {
  type AwsAnswers,
  type CallAnswer,
  databaseCluster,
  healthyAccount,
  keyMetadata,
  type Partition,
  routeTables,
  subnetIds,
  subnets,
  type Values,
  vpcId,
  withFakeAws,
} from "@selfhosted/common/testing";
import { expect } from "chai";
import { readConfig } from "../config";
import { lookUpAccount } from "../lookups";
import { foundWith } from "./layer";

/** What AWS answers in place of a healthy account. */
export type Answers = Partial<AwsAnswers>;

export interface AccountArgs extends Omit<Parameters<typeof lookUpAccount>[1], "stack" | "aws"> {
  /** Settings over the required ones; `undefined` leaves one out. */
  config?: Values;
  aws?: Answers;
  partition?: Partition;
}

/** The result of the look-ups. */
export interface Result extends Awaited<ReturnType<typeof lookUpAccount>> {
  /** Of the look-ups, not of the configuration: `key: reason | fix`. */
  errors: string[];
  warnings: string[];
}

/** Looks up a healthy account, with other answers here and there, as the program and preflight do. */
export async function lookUp({ config = {}, aws = {}, partition, ...args }: AccountArgs = {}): Promise<Result> {
  const { config: read } = readConfig(foundWith(config, partition));
  const account = await withFakeAws(aws, () => lookUpAccount(read, { stack: "prod", ...args }), partition);
  const problems = account.checks.flatMap((check) => check.problems);
  const of = (wanted: ConfigProblem["severity"]): string[] =>
    problems.filter(({ severity = "error" }) => severity === wanted).map(line);
  return { ...account, errors: of("error"), warnings: of("warning") };
}

function line({ key, reason, fix }: ConfigProblem): string {
  return `${key}: ${reason}${fix === undefined ? "" : ` | ${fix}`}`;
}

/** An account or a configuration that doesn't fit, and the only error of the look-ups. */
export type Fault = [fault: string, args: AccountArgs, error: string | RegExp];

/** Expects the look-ups to find this error and no other. */
export async function expectOnly(error: string | RegExp, args: AccountArgs): Promise<Result> {
  const result = await lookUp(args);
  expect(result.errors).to.have.length(1);
  if (typeof error === "string") {
    expect(result.errors[0]).to.equal(error);
  } else {
    expect(result.errors[0]).to.match(error);
  }
  return result;
}

/** The check of that name. */
export function checkOf(name: string, { checks }: Result): Check {
  const check = checks.find((each) => each.name === name);
  if (check === undefined) {
    throw new Error(`no check ${name} among ${checks.map((each) => each.name).join(", ")}`);
  }
  return check;
}

const healthy = healthyAccount("aws");

/** The answer of a healthy account, with a change. */
export function changed<T extends object>(
  operation: keyof AwsAnswers,
  change: (answer: T, input: Values) => object,
): Answers {
  const answer: CallAnswer = (input, region) => change(healthy[operation](input, region) as T, input);
  return { [operation]: answer };
}

/** Subnets with other properties, by their ids. */
export function withSubnets(changes: Record<string, Partial<Subnet>>): Answers {
  return {
    "ec2:DescribeSubnets": (_input, region) => ({
      Subnets: subnets(region).map((each) => ({ ...each, ...changes[each.SubnetId ?? ""] })),
    }),
  };
}

/** Route tables with other routes, by their ids: `rtb-public`, `rtb-private`, `rtb-main`. */
export function withRoutes(routes: Record<string, Route[]>): Answers {
  return {
    "ec2:DescribeRouteTables": () => ({
      RouteTables: routeTables().map((table): RouteTable => ({
        ...table,
        Routes: routes[table.RouteTableId ?? ""] ?? table.Routes,
      })),
    }),
  };
}

export const everywhere = { DestinationCidrBlock: "0.0.0.0/0" };

/** Private subnets without a route out. */
export const closed = withRoutes({ "rtb-private": [] });

/** Keys with other properties, by the id that is asked for. */
export function withKeys(keys: Record<string, Partial<KeyMetadata>>): Answers {
  return {
    "kms:DescribeKey": ({ KeyId }, region) => ({
      KeyMetadata: { ...keyMetadata(String(KeyId), "aws", region), ...keys[String(KeyId)] },
    }),
  };
}

/** The installation's cluster, with two instances as the defaults make it. */
export function withCluster(values: Partial<DBCluster> = {}): Answers {
  const cluster = { ...databaseCluster(), ...values };
  return {
    "rds:DescribeDBClusters": () => ({ DBClusters: [cluster] }),
    "rds:DescribeDBInstances": (_input, region) => ({
      DBInstances: ["a", "b"].map((zone, index) => ({
        DBInstanceIdentifier: `pulumi-prod-database-instance-${index + 1}`,
        DBInstanceClass: "db.r6g.large",
        AvailabilityZone: `${region}${zone}`,
      })),
    }),
    "rds:DescribeDBSubnetGroups": (_input, region) => ({
      DBSubnetGroups: [
        {
          VpcId: vpcId,
          Subnets: subnetIds.isolated.map((SubnetIdentifier) => ({
            SubnetIdentifier,
            SubnetAvailabilityZone: { Name: `${region}${SubnetIdentifier.slice(-1)}` },
          })),
        },
      ],
    }),
  };
}

/** Classes of instances, each in these zones, for every version and storage. */
export function withClasses(classes: string[], zones: string[] = ["a", "b", "c"]): Answers {
  return {
    "rds:DescribeOrderableDBInstanceOptions": (_input, region) => ({
      OrderableDBInstanceOptions: classes.map((DBInstanceClass): OrderableDBInstanceOption => ({
        DBInstanceClass,
        StorageType: "aurora",
        AvailabilityZones: zones.map((zone) => ({ Name: `${region}${zone}` })),
      })),
    }),
  };
}
