import { type Answer, answerCalls, type AwsClients, awsClients } from "../../aws/clients";
import { type Partition, partitions } from "../account";
import type { Values } from "../values";
import { ecr, ecs, elb } from "./containers";
import { dynamodb, rds } from "./databases";
import { ec2 } from "./ec2";
import { acm, kms, secrets } from "./encryption";
import { iam, sts } from "./identity";
import { logs, sns } from "./monitoring";
import { opensearch } from "./opensearch";
import { quotas } from "./quotas";
import { route53 } from "./route53";
import { backup, s3 } from "./storage";

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
    ...quotas(),
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
  lookUp: (aws: AwsClients) => Promise<T>,
  partition: Partition = "aws",
): Promise<T> {
  answerCalls(fakeAws(answers, partition));
  try {
    return await lookUp(awsClients({ region: partitions[partition].region }));
  } finally {
    answerCalls(undefined);
  }
}
