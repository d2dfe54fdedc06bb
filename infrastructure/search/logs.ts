import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component, type Context, logicalName, policyDocument, servicePrincipal } from "@selfhosted/common";
import { EncryptedLogGroup } from "@selfhosted/common/components";

export interface SearchLogsArgs {
  context: Context;
  domainName: string;
  domainArn: string;
  retentionDays: number;
  keyArn: pulumi.Input<string>;
}

/** Logs of an OpenSearch domain, by the names of AWS. */
const kinds = {
  audit: "AUDIT_LOGS",
  application: "ES_APPLICATION_LOGS",
  "slow-index": "INDEX_SLOW_LOGS",
  "slow-search": "SEARCH_SLOW_LOGS",
};

/** The name of the policy that lets the domain of an installation write its logs. */
export function searchLogPolicyName(installation: string, stack: string): string {
  return `${logicalName(installation, stack, "search")}-logs`;
}

/** The log groups of a domain, and the right of OpenSearch to write there. */
export class SearchLogs extends Component {
  /** For the domain: which log goes to which group. */
  readonly publishing: aws.types.input.opensearch.DomainLogPublishingOption[];
  /** The domain can't be made before. */
  readonly policy: aws.cloudwatch.LogResourcePolicy;

  constructor(name: string, args: SearchLogsArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "SearchLogs", name, opts);
    const { context, domainName, domainArn, retentionDays, keyArn } = args;
    const parent = { parent: this };

    this.publishing = Object.entries(kinds).map(([kind, logType]) => {
      const group = { name: `/aws/opensearch/${domainName}/${kind}`, retentionDays, keyArn };
      const { arn } = new EncryptedLogGroup(`${name}-${kind}`, group, parent);
      return { logType, cloudwatchLogGroupArn: arn, enabled: true };
    });
    const document = policyDocument([
      {
        sid: "SearchLogs",
        principals: { service: servicePrincipal("es") },
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: this.publishing.map((log) => pulumi.interpolate`${log.cloudwatchLogGroupArn}:*`),
        conditions: {
          StringEquals: { "aws:SourceAccount": context.location.accountId },
          ArnLike: { "aws:SourceArn": domainArn },
        },
      },
    ]);
    this.policy = new aws.cloudwatch.LogResourcePolicy(
      `${name}-policy`,
      { policyName: name, policyDocument: document },
      parent,
    );
    this.registerOutputs({});
  }
}
