import {
  all,
  checkedBy,
  choice,
  type ConfigOf,
  emailAddress,
  flag,
  list,
  notWith,
  onlyWith,
  pattern,
  type Rule,
  secretMap,
  text,
  topicArn,
  webUrl,
} from "@selfhosted/common";
import { type BucketsConfig, dataBucketKeys } from "./buckets";
import type { InstallationConfig } from "./installation";
import { inRegion } from "./placement";

/** An alarm's text has 1024 characters, most of which it needs itself. */
const longestUrl = 400;

/** To which the name of a page is added, in the template of an EventBridge target too, where quotes and angle brackets mean something. */
const folderUrl = checkedBy("the URL of a folder", (text) =>
  !text.startsWith("https://")
    ? "doesn't begin with https://"
    : /[?#"<>\\]|\/$/.test(text)
      ? "has something behind the folder's name, or a sign that no folder has"
      : text.length > longestUrl
        ? `has more than ${longestUrl} characters`
        : undefined,
);

/** What calls somebody, and whom: the alarms of all layers, and the events of the database. */
export const alarmsSettings = {
  databaseEvents: flag({
    description: "Reports failures, failovers, maintenance and changes of the database to an SNS topic.",
    default: true,
  }),
  alarmsEnabled: flag({
    description:
      "Alarms of the database and of the application layer, sent to the topic of the events, and a dashboard. The READMEs say what " +
      "they cost.",
    default: true,
  }),
  databaseEventTopicArn: text({
    description:
      "Your own topic for the events and the alarms, in place of the installation's. It and its key must admit events.rds, " +
      "cloudwatch and events.",
    example: "arn:aws:sns:eu-central-1:111122223333:operations",
    shape: topicArn,
    optional: true,
  }),
  databaseEventEmails: list({
    description:
      "Addresses that the installation's own topic sends the events and the alarms to. Each must be confirmed once.",
    example: "operations@example.com",
    shape: { ...emailAddress, allowed: "e-mail addresses" },
    default: [],
  }),
  alarmHttpsEndpoints: secretMap({
    description:
      "URLs that the installation's own topic sends the same to, by a name of your choice: the address that a pager such as PagerDuty " +
      "has for Amazon CloudWatch. Encrypted, since whoever knows it can send.",
    example: '{"pagerduty":"https://events.pagerduty.com/integration/0123456789abcdef/enqueue"}',
    key: pattern(/^[\w-]{1,64}$/, "a name of letters, digits, - and _"),
    // What SNS sends is in clear text otherwise.
    shape: pattern(/^https:\/\/[^\s/]+\S*$/, "an https URL"),
    allowed: "names with https URLs",
  }),
  bucketRequestMetrics: choice(["none", "checkpoint", "all"], {
    description:
      "Of which of the installation's own data buckets S3 counts requests and errors, for alarms. It bills about 13 custom metrics for " +
      "each, 4 USD a month: by default the one whose failure stops every update.",
    default: "checkpoint",
  }),
  runbooksUrl: text({
    description:
      "URL of the folder scripts/runbooks in your own clone, as your Git server shows it: each alarm then ends with a link to what to " +
      "do. Default: the page's path in the repository.",
    example: "https://git.example.com/platform/pulumi-selfhosted/blob/main/scripts/runbooks",
    shape: all("the https URL of a folder, such as https://git.example.com/runbooks", webUrl, folderUrl),
    optional: true,
  }),
};

export type AlarmsConfig = ConfigOf<typeof alarmsSettings>;
type Inputs = AlarmsConfig & Pick<BucketsConfig, (typeof dataBucketKeys)[number]>;

/** Whom the installation's own topic sends to. */
const ownTopic = ["databaseEventEmails", "alarmHttpsEndpoints"] as const;

const countsOwnBuckets: Rule<Inputs> = (config, raw) => {
  const key = "bucketRequestMetrics";
  const which = config[key];
  const keys = which === "checkpoint" ? (["bucketCheckpointName"] as const) : dataBucketKeys;
  const isNone = keys.every((key) => config[key] !== undefined);
  return (
    raw.has(key) &&
    which !== "none" &&
    isNone && {
      key,
      reason: `has no effect: ${which === "all" ? "all data buckets are" : "the checkpoint bucket is"} yours, and yours to count`,
      fix: `pulumi config rm ${key}`,
    }
  );
};

export const alarmsRules: Rule<Inputs>[] = [
  onlyWith(["databaseEventTopicArn", ...ownTopic], "databaseEvents", "alarmsEnabled"),
  onlyWith(["runbooksUrl", "bucketRequestMetrics"], "alarmsEnabled"),
  ...ownTopic.map((key) => notWith(key, "databaseEventTopicArn", "gets the events: subscribe them to that topic")),
  countsOwnBuckets,
];

export const alarmsPlacement: Rule<AlarmsConfig & Pick<InstallationConfig, "aws:region">>[] = [
  inRegion("databaseEventTopicArn"),
];
