import { answerCalls, awsClients, type Answer, type AwsClients } from "../../aws";
import { partitions, type Partition } from "../account";
import type { Values } from "../values";
import { acm } from "./acm";
import { backup } from "./backup";
import { dynamodb } from "./dynamodb";
import { ec2 } from "./ec2";
import { ecr } from "./ecr";
import { ecs } from "./ecs";
import { elb } from "./elb";
import { iam } from "./iam";
import { kms } from "./kms";
import { logs } from "./logs";
import { opensearch } from "./opensearch";
import { rds } from "./rds";
import { route53 } from "./route53";
import { s3 } from "./s3";
import { secrets } from "./secrets";
import { sns } from "./sns";
import { sts } from "./sts";

/** What a call is answered from: its input, and the region of the client. Throw `awsError` to refuse. */
export type CallAnswer = (input: Values, region: string) => object;

/** Answers by service and operation, such as `ec2:DescribeVpcs`. */
export type AwsAnswers = Record<`${keyof AwsClients}:${string}`, CallAnswer>;

/** An account that holds what an installation needs, and nothing else, in a partition. */
export function healthyAccount(partition: Partition): AwsAnswers {
  return {
    ...acm(),
    ...backup(),
    ...dynamodb(),
    ...ec2(partition),
    ...ecr(),
    ...ecs(),
    ...elb(),
    ...iam(),
    ...kms(partition),
    ...logs(),
    ...opensearch(),
    ...rds(partition),
    ...route53(),
    ...s3(),
    ...secrets(),
    ...sns(),
    ...sts(partition),
  };
}

/**
 * Answers calls of the AWS SDK as an account would.
 *
 * @param answers in place of those of a healthy account.
 */
export function fakeAws(answers: Partial<AwsAnswers> = {}, partition: Partition = "aws"): Answer {
  const all: Partial<AwsAnswers> = { ...healthyAccount(partition), ...answers };
  return async (service, operation, input, region) => {
    const answer = all[`${service}:${operation}`];
    if (answer === undefined) {
      throw new Error(`the test has no answer for ${service}:${operation} ${JSON.stringify(input)}`);
    }
    return answer(input as Values, region);
  };
}

/** Clients that such an account answers, for tests that call look-ups themselves. */
export function fakeClients(
  answers: Partial<AwsAnswers> = {},
  partition: Partition = "aws",
  region: string = partitions[partition].region,
): AwsClients {
  return awsClients({ region }, fakeAws(answers, partition));
}

/** An error as the SDK throws it, such as `awsError("NotFoundException", "no such key")`. */
export function awsError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** Calls look-ups with clients that such an account answers. */
export async function withFakeAws<T>(
  answers: Partial<AwsAnswers>,
  look: (aws: AwsClients) => Promise<T>,
  partition: Partition = "aws",
): Promise<T> {
  answerCalls(fakeAws(answers, partition));
  try {
    return await look(awsClients({ region: partitions[partition].region }));
  } finally {
    answerCalls(undefined);
  }
}
