import { createRequire } from "node:module";
import { version } from "@pulumi/aws/package.json";
import type { Definition } from "../provider";
import type { Service } from "../resource";
import type { Account } from "./account";

/** Files are loaded when they are needed. A dynamic `import` would need tsx's loader for ES modules, which is slow. */
const load = createRequire(__filename);

function services(...files: string[]): Promise<Service<Account>[]> {
  return Promise.resolve(files.map((file) => (load(file) as { service: Service<Account> }).service));
}

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
  configure: (settings) => (load("./account") as typeof import("./account")).Account.open(settings),
  services: {
    acm: () => services("./acm"),
    appautoscaling: () => services("./autoscaling"),
    backup: () => services("./backup"),
    cloudwatch: () => services("./logs"),
    ec2: () => services("./ec2", "./security-groups"),
    ecs: () => services("./ecs"),
    iam: () => services("./iam"),
    kms: () => services("./kms"),
    lb: () => services("./elbv2"),
    opensearch: () => services("./opensearch"),
    rds: () => services("./rds"),
    route53: () => services("./route53"),
    s3: () => services("./s3"),
    secretsmanager: () => services("./secretsmanager"),
    sns: () => services("./sns"),
    vpc: () => services("./security-groups"),
  },
};
