import type { AwsAnswers } from ".";

/** Every table is one for audit logs. */
export function dynamodb(): AwsAnswers {
  return {
    "dynamodb:DescribeTable": ({ TableName }) => ({
      Table: {
        TableName,
        TableStatus: "ACTIVE",
        KeySchema: [
          { AttributeName: "org_id", KeyType: "HASH" },
          { AttributeName: "timestamp_id", KeyType: "RANGE" },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: "org_user",
            IndexStatus: "ACTIVE",
            KeySchema: [
              { AttributeName: "org_user_id", KeyType: "HASH" },
              { AttributeName: "timestamp_id", KeyType: "RANGE" },
            ],
          },
        ],
      },
    }),
  };
}
