import { servicePrincipal } from "@selfhosted/common";

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
