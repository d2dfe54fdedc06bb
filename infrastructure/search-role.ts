import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { servicePrincipal } from "@selfhosted/common";
import { Findings } from "./findings";

/**
 * The service-linked role that lets OpenSearch make network interfaces in a VPC. An account has one for all domains and AWS deletes
 * it for none of them (https://docs.aws.amazon.com/opensearch-service/latest/developerguide/slr-aos.html): no stack may own it.
 */
const service = servicePrincipal("opensearchservice");
export const searchRole = {
  name: "AWSServiceRoleForAmazonOpenSearchService",
  service,
  /** Holds this role and no other. */
  path: `/aws-service-role/${service}/`,
};

/** What makes the role. */
export const makeSearchRole = `aws iam create-service-linked-role --aws-service-name ${searchRole.service}`;

/** A domain in a VPC needs the role. */
export async function checkSearchRole(findings: Findings, opts: pulumi.InvokeOptions): Promise<void> {
  const { names } = await aws.iam.getRoles({ pathPrefix: searchRole.path }, opts);
  if (names.length === 0) {
    findings.problems.push({
      key: "searchEnabled",
      reason: `found true, but the account lacks ${searchRole.name}, the role with which OpenSearch enters a VPC`,
      fix: `\`make deploy\` makes it. For a plain \`pulumi up\`, five minutes before: ${makeSearchRole}`,
    });
  }
}
