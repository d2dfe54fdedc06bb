import { version } from "@pulumi/aws/package.json";
import type { Definition } from "../provider";
import type { Service } from "../resource";
import type { Account } from "./account";

/** The `aws` plugin. A service is loaded with the first of its resources, so that the plugin is ready at once. */
export const definition: Definition<Account> = {
  name: "aws",
  version,
  settings: {
    region: "text",
    assumeRoles: "json",
    allowedAccountIds: "json",
    defaultTags: "json",
    // The SDK for programs always sends these two.
    skipCredentialsValidation: "json",
    skipRegionValidation: "json",
  },
  configure: async (settings) => (await import("./account")).Account.open(settings),
  services: {
    acm: () => services(import("./acm")),
    appautoscaling: () => services(import("./autoscaling")),
    backup: () => services(import("./backup")),
    cloudwatch: () => services(import("./cloudwatch"), import("./events"), import("./logs")),
    ec2: () => services(import("./ec2"), import("./security-groups")),
    ecs: () => services(import("./ecs")),
    iam: () => services(import("./iam")),
    kms: () => services(import("./kms")),
    lb: () => services(import("./elbv2")),
    opensearch: () => services(import("./opensearch")),
    rds: () => services(import("./rds")),
    route53: () => services(import("./route53")),
    s3: () => services(import("./s3")),
    secretsmanager: () => services(import("./secretsmanager")),
    sns: () => services(import("./sns")),
    vpc: () => services(import("./security-groups")),
  },
};

async function services(...files: Promise<{ service: Service<Account> }>[]): Promise<Service<Account>[]> {
  return (await Promise.all(files)).map(({ service }) => service);
}
