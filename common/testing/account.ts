/** The three partitions as data sources tell them, each with one of its regions. */
export const partitions = {
  aws: { partition: "aws", dnsSuffix: "amazonaws.com", region: "eu-central-1" },
  "aws-us-gov": { partition: "aws-us-gov", dnsSuffix: "amazonaws.com", region: "us-gov-west-1" },
  "aws-cn": { partition: "aws-cn", dnsSuffix: "amazonaws.com.cn", region: "cn-north-1" },
} as const;
export type Partition = keyof typeof partitions;

export const accountId = "111122223333";
