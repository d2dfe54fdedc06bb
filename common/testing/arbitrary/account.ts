import fc from "fast-check";
import type { Partition } from "../account";
import { type AwsAnswers, awsError, type CallAnswer, healthyAccount } from "../fake-aws";
import type { Values } from "../values";

type Operation = keyof AwsAnswers;
type Oddity = (operation: Operation, healthy: CallAnswer) => CallAnswer;

const refusing =
  (error: (operation: Operation) => Error): Oddity =>
  (operation) =>
  () => {
    throw error(operation);
  };

/** What AWS may answer in place of what is hoped for. */
const oddities = {
  "access denied": refusing((operation) =>
    awsError(
      "AccessDeniedException",
      `User: arn:aws:iam::111122223333:user/me is not authorized to perform: ${operation}`,
    ),
  ),
  unauthorized: refusing(() => awsError("UnauthorizedOperation", "You are not authorized to perform this operation.")),
  "not found": refusing(() => awsError("ResourceNotFoundException", "The requested resource was not found.")),
  throttled: refusing(() => awsError("ThrottlingException", "Rate exceeded")),
  "no credentials": refusing(() => awsError("ExpiredTokenException", "The security token is expired")),
  "no network": refusing(() => awsError("TimeoutError", "connect ECONNREFUSED 127.0.0.1:443")),
  empty: () => () => ({}),
  "empty lists": (_operation, healthy) => (input, region) => withoutItems(healthy(input, region)),
} satisfies Record<string, Oddity>;

type OddityName = keyof typeof oddities;

/** Every list is empty. Of an object nothing else is missing. */
function withoutItems(answer: object): object {
  return Object.fromEntries(
    Object.entries(answer as Values).map(([key, value]) => {
      const isObject = typeof value === "object" && value !== null && !(value instanceof Date);
      return [key, Array.isArray(value) ? [] : isObject ? withoutItems(value) : value];
    }),
  );
}

/** An account in which some calls are answered oddly. */
export interface OddAccount {
  odd: [Operation, OddityName][];
}

/** Accounts in which up to three operations are answered oddly. */
export function arbitraryAccount(): fc.Arbitrary<OddAccount> {
  const operations = Object.keys(healthyAccount("aws")) as Operation[];
  const names = Object.keys(oddities) as OddityName[];
  return fc.record({
    odd: fc.array(fc.tuple(fc.constantFrom(...operations), fc.constantFrom(...names)), { maxLength: 3 }),
  });
}

/**
 * What such an account answers.
 *
 * @param healthy answers of the account that is odd only there.
 */
export function answersOf(
  { odd }: OddAccount,
  healthy: Partial<AwsAnswers>,
  partition: Partition = "aws",
): Partial<AwsAnswers> {
  const all: Partial<AwsAnswers> = { ...healthyAccount(partition), ...healthy };
  return {
    ...healthy,
    ...Object.fromEntries(
      odd.map(([operation, name]) => [operation, oddities[name](operation, all[operation] ?? (() => ({})))]),
    ),
  };
}
