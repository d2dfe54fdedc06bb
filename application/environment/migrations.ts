import { settingVariables } from "./settings";
import { databaseVariables } from "./shared";
import type { ContainerVariables } from "./variables";

const { plain, secret } = settingVariables("migration");

/** The variables of the migrations container, as its start script reads them. */
export const migrationVariables: ContainerVariables = {
  plain: {
    ...plain,
    ...databaseVariables,
    // The container first waits for the database to answer, at this host and port.
    PULUMI_DATABASE_PING_ENDPOINT: ({ upstream }) => upstream.database.endpoint,
    MYSQL_PORT: ({ upstream }) => String(upstream.database.port),
    // The first migration would make a user without password.
    SKIP_CREATE_DB_USER: () => "true",
  },
  secret: {
    ...secret,
    MYSQL_ROOT_USERNAME: ({ upstream }) => ({ secret: upstream.database.credentials, key: "username" }),
    MYSQL_ROOT_PASSWORD: ({ upstream }) => ({ secret: upstream.database.credentials, key: "password" }),
  },
  extra: ({ migrationExtraEnvironment: plain, migrationExtraSecrets: secret }) => ({ plain, secret }),
};
