import { ACM } from "@aws-sdk/client-acm";
import { Backup } from "@aws-sdk/client-backup";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { EC2 } from "@aws-sdk/client-ec2";
import { ECR } from "@aws-sdk/client-ecr";
import { ECS } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { OpenSearch } from "@aws-sdk/client-opensearch";
import { RDS } from "@aws-sdk/client-rds";
import { Route53 } from "@aws-sdk/client-route-53";
import { S3 } from "@aws-sdk/client-s3";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { STS } from "@aws-sdk/client-sts";

/** Clients of the AWS services that hold an installation, in its region. They honour `AWS_ENDPOINT_URL`. */
export interface AwsClients {
  acm: ACM;
  backup: Backup;
  ec2: EC2;
  ecr: ECR;
  ecs: ECS;
  elb: ElasticLoadBalancingV2;
  iam: IAM;
  kms: KMS;
  logs: CloudWatchLogs;
  rds: RDS;
  /** For a zone in another account: `zoneClient`. */
  route53: Route53;
  s3: S3;
  search: OpenSearch;
  secrets: SecretsManager;
  sts: STS;
}

export function awsClients(region: string): AwsClients {
  return {
    acm: new ACM({ region }),
    backup: new Backup({ region }),
    ec2: new EC2({ region }),
    ecr: new ECR({ region }),
    ecs: new ECS({ region }),
    elb: new ElasticLoadBalancingV2({ region }),
    iam: new IAM({ region }),
    kms: new KMS({ region }),
    logs: new CloudWatchLogs({ region }),
    rds: new RDS({ region }),
    route53: new Route53({ region }),
    // An endpoint other than AWS's own has no host name for each bucket.
    s3: new S3({ region, forcePathStyle: process.env["AWS_ENDPOINT_URL"] !== undefined }),
    search: new OpenSearch({ region }),
    secrets: new SecretsManager({ region }),
    sts: new STS({ region }),
  };
}

/** Route 53 as the role sees it; as the caller does where there is none. */
export async function zoneClient({ route53, sts }: AwsClients, region: string, roleArn?: string): Promise<Route53> {
  if (roleArn === undefined) {
    return route53;
  }
  const { Credentials: given } = await sts.assumeRole({ RoleArn: roleArn, RoleSessionName: "selfhosted-dns" });
  if (!given?.AccessKeyId || !given.SecretAccessKey) {
    throw new Error(`AWS gave no credentials for the role ${roleArn}.`);
  }
  return new Route53({
    region,
    credentials: {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      sessionToken: given.SessionToken,
    },
  });
}
