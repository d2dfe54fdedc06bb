import {
  checkedBy,
  type ConfigOf,
  flag,
  integer,
  list,
  notWith,
  pattern,
  type Rule,
  secret,
  text,
} from "@selfhosted/common";

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html (`MasterUserPassword`) */
const password = checkedBy('8 to 41 letters, digits, blanks and signs, without / " and @', (found) =>
  /^[ !#-.0-?A-~]{8,41}$/.test(found) ? undefined : "RDS doesn't take",
);

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
      "Another number makes another password. `make rotate WHAT=database` raises it, and keeps the former password valid until no " +
      "task has it.",
    default: 1,
    min: 1,
    max: 9999,
  }),
  databasePassword: secret({
    description:
      "Password of the administrator, for a database that `make adopt` took over while something else uses it. Left out, the " +
      "installation makes a password of its own.",
    optional: true,
    shape: password,
    change:
      "The database gets the new one at once. `make rotate WHAT=database` takes the setting out, makes a password of the installation's " +
      "own, and keeps the former one valid until no task has it.",
  }),
  databaseExtraSecurityGroupIds: list({
    description:
      "More security groups of the database, beside the one that admits the service: for what else is to reach it, such as the " +
      "services that `make adopt` takes it over from.",
    example: "sg-0a1b2c3d4e5f60718",
    shape: pattern(/^sg-([0-9a-f]{8}|[0-9a-f]{17})$/, "ids of security groups"),
    default: [],
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

export const accessRules: Rule<ConfigOf<typeof accessSettings>>[] = [
  notWith("databasePasswordVersion", "databasePassword", "is the password"),
];
