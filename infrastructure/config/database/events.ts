import {
  type ConfigOf,
  emailAddress,
  flag,
  list,
  notWith,
  onlyWith,
  type Rule,
  text,
  topicArn,
} from "@selfhosted/common";
import type { InstallationConfig } from "../installation";
import { inRegion } from "../placement";

export const eventsSettings = {
  databaseEvents: flag({
    description: "Reports failures, failovers, maintenance and changes of the database to an SNS topic.",
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
  alarmsEnabled: flag({
    description:
      "Alarms of the database and of the application layer, sent to the topic of the events, and a dashboard. The READMEs say what " +
      "they cost.",
    default: true,
  }),
  databaseEventEmails: list({
    description:
      "Addresses that the installation's own topic sends the events and the alarms to. Each must be confirmed once.",
    example: "operations@example.com",
    shape: { ...emailAddress, allowed: "e-mail addresses" },
    default: [],
  }),
};

type Config = ConfigOf<typeof eventsSettings>;

export const eventsRules: Rule<Config>[] = [
  onlyWith(["databaseEventTopicArn", "databaseEventEmails"], "databaseEvents", "alarmsEnabled"),
  notWith("databaseEventEmails", "databaseEventTopicArn", "gets the events: subscribe them to that topic"),
];

export const eventsPlacement: Rule<Config & Pick<InstallationConfig, "aws:region">>[] = [
  inRegion("databaseEventTopicArn"),
];
