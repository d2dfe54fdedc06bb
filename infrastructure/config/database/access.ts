import { flag, integer, pattern, text } from "@selfhosted/common";

/** How the service, and people, sign in to the database. */
export const accessSettings = {
  databaseUsername: text({
    description: "Name of the administrator, with which the service signs in.",
    default: "pulumi_admin",
    shape: pattern(
      /^(?!(admin|root|rdsadmin|pulumi_service)$)[a-z][a-z0-9_]{0,15}$/,
      "up to 16 lower-case letters, digits and underscores, with a letter first; not admin, root, rdsadmin or pulumi_service",
    ),
    change: "Can't be changed: AWS renames no administrator, and a new database would be empty.",
  }),
  databasePasswordVersion: integer({
    description:
      "Raise it by one for a new password, with databaseApplyImmediately on, then deploy the application layer: the services get " +
      "it as they roll.",
    default: 1,
    min: 1,
    max: 9999,
  }),
  databasePort: integer({
    description: "Port of the database.",
    default: 3306,
    min: 1150,
    max: 65535,
    change:
      "Turn databaseApplyImmediately on with it, then deploy the application layer: in between, the services don't reach the " +
      "database.",
  }),
  databaseIamAuthentication: flag({
    description: "IAM database authentication, for maintenance; the service itself uses its password.",
    default: true,
  }),
};
