import { expect } from "chai";
import { readConfig } from "../../config";
import { infrastructure } from "../layer";
import { arnOf, itRefuses } from "./problems";

describe("A configuration of alarms and events with a mistake", () => {
  itRefuses([
    [
      "a topic in another region",
      { databaseEventTopicArn: "arn:aws:sns:eu-west-1:111122223333:x" },
      /^databaseEventTopicArn: found .*, which is in eu-west-1; allowed: one in eu-central-1$/,
    ],
    [
      "a topic without events and alarms",
      { databaseEvents: false, alarmsEnabled: false, databaseEventEmails: "a@b.c" },
      /databaseEventEmails: has no effect/,
    ],
    [
      "addresses for a topic of one's own",
      { databaseEventTopicArn: arnOf("sns", "x"), databaseEventEmails: "a@b.c" },
      /databaseEventEmails: set beside databaseEventTopicArn, which gets the events: subscribe them to that topic/,
    ],
    [
      "an address that is none",
      { databaseEventEmails: "me" },
      /databaseEventEmails: found "me", .*; allowed: .*e-mail/,
    ],
    [
      "runbooks that anyone on the way could change",
      { runbooksUrl: "http://git.example.com/runbooks" },
      /^runbooksUrl: found .*, which doesn't begin with https:\/\/; allowed: the https URL of a folder/,
    ],
    [
      "runbooks behind a slash",
      { runbooksUrl: "https://git.example.com/runbooks/" },
      /^runbooksUrl: found .*\n fix: pulumi config set runbooksUrl https:\/\/git.example.com\/runbooks$/,
    ],
    [
      "runbooks behind a quote",
      { runbooksUrl: 'https://git.example.com/"runbooks' },
      /^runbooksUrl: found .*, which has .* a sign that no folder has/,
    ],
    [
      "runbooks behind a password",
      { runbooksUrl: "https://me:secret@git.example.com/runbooks" },
      /^runbooksUrl: found .*, which holds a user or password/,
    ],
    [
      "runbooks whose URL leaves the alarm no room",
      { runbooksUrl: `https://git.example.com/${"a".repeat(400)}` },
      /^runbooksUrl: found .*, which has more than 400 characters/,
    ],
    [
      "runbooks of no alarm",
      { alarmsEnabled: false, runbooksUrl: "https://git.example.com/runbooks" },
      /^runbooksUrl: has no effect without alarmsEnabled/,
    ],
    [
      "requests to a bucket of your own",
      { bucketRequestMetrics: "checkpoint", bucketCheckpointName: "mine-1" },
      /^bucketRequestMetrics: has no effect: the checkpoint bucket is yours, and yours to count/,
    ],
  ]);
});

describe("The address of a pager", () => {
  const problemsOf = (config: object, alarmHttpsEndpoints: object): string[] =>
    readConfig(infrastructure.found({ config: { ...config }, secrets: { alarmHttpsEndpoints } })).problems.map(
      ({ key, reason }) => `${key}: ${reason}`,
    );

  it("is a secret behind a name, and never shown", () => {
    expect(problemsOf({}, { pager: "https://pager.example.com/key" })).to.deep.equal([]);
    expect(problemsOf({}, { pager: "http://pager.example.com/key", other: "me" })).to.deep.equal([
      "alarmHttpsEndpoints: found a value (not shown), of which pager doesn't fit, and other doesn't fit; allowed: names with https URLs",
    ]);
    expect(problemsOf({}, { "my pager": "https://pager.example.com/key" })[0]).to.match(
      /^alarmHttpsEndpoints: found a value \(not shown\)/,
    );
  });

  it("is one of the installation's own topic", () => {
    expect(problemsOf({ databaseEventTopicArn: arnOf("sns", "x") }, { pager: "https://a.example.com" })[0]).to.match(
      /^alarmHttpsEndpoints: set beside databaseEventTopicArn/,
    );
    expect(problemsOf({ databaseEvents: false, alarmsEnabled: false }, { pager: "https://a.example.com" })[0]).to.match(
      /^alarmHttpsEndpoints: has no effect without databaseEvents or alarmsEnabled/,
    );
  });
});
