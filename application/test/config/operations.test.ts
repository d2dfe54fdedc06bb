import { expect } from "chai";
import { infrastructureStack } from "../../config";
import { logRouter } from "../fixtures";
import { itRefuses, type Refused } from "./refusals";

describe("settings of operations", () => {
  itRefuses([
    [
      "retries without a wait",
      { config: { migrationLockRetries: 3 } },
      [/migrationLockRetries: has no effect without migrationLockWaitSeconds/],
    ],
    [
      "shells in containers that can't be written",
      { config: { execEnabled: true, readOnlyRootFilesystem: true } },
      [/execEnabled: found true with readOnlyRootFilesystem/],
    ],
    ...["public.ecr.aws/aws-observability/aws-for-fluent-bit:latest", "registry.example.com/fluent-bit"].map(
      (logRouterImage): Refused => [
        `${logRouterImage} for a log router`,
        { config: { logRouterImage, logRouterOptions: { Name: "http", Host: "logs.example.com" } } },
        [/logRouterImage: found .*without moving tags/],
      ],
    ),
    [
      "a log router without output",
      { config: { logRouterImage: "registry.example.com/fluent-bit:3" } },
      [/logRouterOptions: lacks Name/],
    ],
    [
      "a log router that sends to no port",
      {
        config: logRouter({ Name: "http", port: "https" }),
      },
      [/logRouterOptions: found a Port that is none/],
    ],
    [
      "log options without router",
      {
        config: { logRouterOptions: { Name: "http", Host: "logs.example.com" } },
        secrets: { logRouterSecrets: { http_Passwd: "p" } },
      },
      [
        /logRouterOptions: has no effect without logRouterImage/,
        /logRouterSecrets: has no effect without logRouterImage/,
      ],
    ],
    [
      "a policy of a log router that there isn't",
      { config: { logRouterPolicyArn: "arn:aws:iam::111122223333:policy/logs" } },
      [/logRouterPolicyArn: has no effect without logRouterImage/],
    ],
    [
      "a policy of a log router by its name",
      { config: { logRouterPolicyArn: "logs" } },
      [/logRouterPolicyArn: found "logs"; allowed: the ARN of an IAM policy/],
    ],
    ...["arn:aws:iam::999999999999:policy/logs", "arn:aws-us-gov:iam::111122223333:policy/logs"].map(
      (logRouterPolicyArn): Refused => [
        `the log router's policy ${logRouterPolicyArn}`,
        { config: { logRouterPolicyArn } },
        [/logRouterPolicyArn: found a policy of \d+ in the partition .*, 111122223333 in aws, or of AWS/],
      ],
    ),
    [
      "a log kept too short",
      { config: { logRetentionDays: "7" } },
      [/logRetentionDays: found "7"; allowed: one of 30, 60/],
    ],
    [
      "an option of the log router twice",
      {
        config: logRouter({ Name: "http", Host: "a.example.com" }),
        secrets: { logRouterSecrets: { host: "b.example.com" } },
      },
      [/logRouterOptions\.Host: is set in logRouterSecrets too/],
    ],
    [
      "the log router's output as a secret",
      {
        config: logRouter({ Name: "http" }),
        secrets: { logRouterSecrets: { NAME: "http" } },
      },
      [/logRouterOptions\.Name: is set in logRouterSecrets too/, /config rm --path 'logRouterSecrets\.NAME'/],
    ],
    [
      "an output of the log router that there isn't, and one without host",
      {
        config: logRouter({ Name: "htttp" }),
      },
      [/logRouterOptions\.Name: found htttp, which is no output of Fluent Bit; did you mean http\?/],
    ],
    [
      "an output of the log router that sends to itself",
      { config: logRouter({ Name: "Forward" }) },
      [/logRouterOptions\.Host: not set: the Fluent Bit output Forward then sends to the container itself/],
    ],
    [
      "a stack of another project above",
      { config: { infrastructureStack: "organization/selfhosted-application/prod" } },
      [
        /infrastructureStack: found "organization\/selfhosted-application\/prod"; allowed: organization\/selfhosted-infrastructure\//,
        /set infrastructureStack organization\/selfhosted-infrastructure\/prod/,
      ],
    ],
  ]);

  describe("names the stack of the infrastructure layer", () => {
    const key = "selfhosted-application:infrastructureStack";
    const named = (text: string) => infrastructureStack({ [key]: { text, encrypted: false } }, "acme", "prod");

    it("as its own stack is named", () => {
      expect(infrastructureStack({}, "acme", "prod")).to.equal("acme/selfhosted-infrastructure/prod");
    });

    it("as the setting names it, unless that is no name", () => {
      expect(named("acme/selfhosted-infrastructure/other")).to.equal("acme/selfhosted-infrastructure/other");
      expect(named("other")).to.equal(undefined);
    });
  });
});
