import type { Service } from "../resource";
import type { Account } from "./account";
import { healthCheckType } from "./route53-health-check";
import { recordType } from "./route53-record";
import { zoneAssociationType } from "./route53-zone";
import { taggable } from "./tags";

/** Records and further VPCs of hosted zones, and health checks. */
export const service: Service<Account> = {
  resources: {
    "aws:route53/healthCheck:HealthCheck": taggable(healthCheckType),
    "aws:route53/record:Record": recordType,
    "aws:route53/zoneAssociation:ZoneAssociation": zoneAssociationType,
  },
};
