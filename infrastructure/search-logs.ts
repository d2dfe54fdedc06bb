import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component, logicalName, policyDocument, servicePrincipal, Surroundings } from "@selfhosted/common";

export interface SearchLogsArgs {
  domainName: string;
  domainArn: string;
  where: Surroundings;
  keyArn: pulumi.Input<string>;
  retentionInDays: number;
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
  readonly publishing: aws.types.input.opensearch.DomainLogPublishingOption[];
  /** The domain can't be made before. */
  readonly policy: aws.cloudwatch.LogResourcePolicy;

  constructor(name: string, args: SearchLogsArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "SearchLogs", name, opts);

    const groups = Object.entries(kinds).map(([kind, logType]) => {
      const group = new aws.cloudwatch.LogGroup(
        `${name}-${kind}`,
        {
          name: `/aws/opensearch/${args.domainName}/${kind}`,
          retentionInDays: args.retentionInDays,
          kmsKeyId: args.keyArn,
        },
        { parent: this },
      );
      return { logType, arn: group.arn };
    });
    this.policy = new aws.cloudwatch.LogResourcePolicy(
      `${name}-policy`,
      {
        policyName: name,
        policyDocument: policyDocument([
          {
            sid: "SearchLogs",
            principals: { service: servicePrincipal("es") },
            actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
            resources: groups.map((group) => pulumi.interpolate`${group.arn}:*`),
            conditions: {
              StringEquals: { "aws:SourceAccount": args.where.accountId },
              ArnLike: { "aws:SourceArn": args.domainArn },
            },
          },
        ]),
      },
      { parent: this },
    );
    this.publishing = groups.map(({ logType, arn }) => ({ logType, cloudwatchLogGroupArn: arn, enabled: true }));
    this.registerOutputs({});
  }
}
