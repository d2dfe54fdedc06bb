import { type AwsAnswers, awsError } from "@selfhosted/common/testing";

/** A creation of a type, and what AWS says of what came of it. */
export interface Case {
  inputs: Record<string, unknown>;
  /** What AWS answers where it has the thing. */
  there: Partial<AwsAnswers>;
  /** And where it hasn't. */
  absent: Partial<AwsAnswers>;
  /** And where it has one that somebody else made; not for what has no tags. */
  foreign?: Partial<AwsAnswers>;
  id: string;
}

export const tags = { project: "pulumi", layer: "application", stack: "prod" };

/** The same, as services spell them. */
export const upper = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
export const lower = Object.entries(tags).map(([key, value]) => ({ key, value }));
export const ofKeys = Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));

export const others = [{ Key: "project", Value: "another" }];

export const arn = (service: string, rest: string): string => `arn:aws:${service}:eu-central-1:111122223333:${rest}`;

export const missing = (name: string) => () => {
  throw awsError(name, "there is none");
};
