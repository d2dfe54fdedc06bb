import type { Route, RouteTable, Subnet } from "@aws-sdk/client-ec2";
import type { DBCluster, OrderableDBInstanceOption } from "@aws-sdk/client-rds";
import type { KeyMetadata } from "@aws-sdk/client-kms";
import { answerCalls, type Check, type ConfigProblem } from "@selfhosted/common";
import {
  databaseCluster,
  fakeAws,
  healthyAccount,
  keyMetadata,
  routeTables,
  subnetIds,
  subnets,
  vpcId,
  type AwsAnswers,
  type CallAnswer,
  type Partition,
  type Values,
} from "@selfhosted/common/testing";
import { readConfig } from "../config";
import { foundWith } from "./configurations";
import { lookUpAccount, type Facts, type AccountLookUpArgs } from "../lookups";

export { subnetIds, vpcId };

/** What AWS answers in place of a healthy account. */
export type Answers = Partial<AwsAnswers>;

export interface AccountArgs extends Omit<AccountLookUpArgs, "stack" | "aws"> {
  /** Settings over the required ones; `undefined` leaves one out. */
  config?: Values;
  aws?: Answers;
  partition?: Partition;
}

/** What the look-ups find in a healthy account, with other answers here and there. */
export interface Findings {
  /** Of the look-ups, not of the configuration: `key: reason | fix`. */
  errors: string[];
  warnings: string[];
  checks: Check[];
  facts: Facts | undefined;
}

/** Calls the look-ups, as the program and preflight do. */
export async function look({ config, aws, partition = "aws", ...args }: AccountArgs = {}): Promise<Findings> {
  answerCalls(fakeAws(aws, partition));
  try {
    const { config: read } = readConfig(foundWith({ ...config }, partition));
    const { checks, facts } = await lookUpAccount(read, { stack: "prod", ...args });
    const of = (severity: string): string[] =>
      checks
        .flatMap(({ problems }) => problems)
        .filter((problem) => (problem.severity ?? "error") === severity)
        .map(line);
    return { errors: of("error"), warnings: of("warning"), checks, facts };
  } finally {
    answerCalls(undefined);
  }
}

function line({ key, reason, fix }: ConfigProblem): string {
  return `${key}: ${reason}${fix === undefined ? "" : ` | ${fix}`}`;
}

/** The check of that name. */
export function named(name: string, { checks }: Findings): Check {
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

/** Private subnets without a way out. */
export const closed = withRoutes({ "rtb-private": [] });

/** Keys with other properties, by the id in the question. */
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
