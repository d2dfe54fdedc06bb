import { devNull } from "node:os";

type Variables = Record<string, string | undefined>;

/** What the SDKs, the AWS provider, and Pulumi read: credentials, profiles, endpoints, regions, backends, tokens, options. */
const settings = /^(AWS|TF_AWS|PULUMI)_/;

/** Of those, the ones that say nothing of an account or a backend. */
const harmless = ["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED", "PULUMI_HOME"];

const loopback = "127.0.0.1,localhost";

/**
 * The variables of a shell without what would lead a process in the sandbox to another account or backend. What the user's files
 * for the AWS SDKs say isn't read either, and a proxy isn't asked for this machine (gRPC has a list of exceptions of its own:
 * https://github.com/grpc/grpc/blob/master/doc/environment_variables.md).
 */
export function isolated(variables: Variables): Variables {
  const kept = Object.entries(variables).filter(([name]) => !settings.test(name) || harmless.includes(name));
  const direct = ["NO_PROXY", "no_proxy", "no_grpc_proxy"].map((name): [string, string] => [
    name,
    [variables[name], loopback].filter(Boolean).join(","),
  ]);
  return {
    ...Object.fromEntries([...kept, ...direct]),
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
  };
}

/** Makes the variables of this process these and no others. */
export function replaceVariables(variables: Variables): void {
  Object.keys(process.env)
    .filter((name) => variables[name] === undefined)
    .forEach((name) => delete process.env[name]);
  Object.assign(process.env, variables);
}

/** Shell commands that make a shell's variables those of `after`, whatever the values hold. */
export function shellCommands(before: Variables, after: Variables): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  // A shell can't hold a variable of another name, and would run parts of it.
  return names
    .filter((name) => /^[A-Za-z_]\w*$/.test(name) && before[name] !== after[name])
    .map((name) => {
      const value = after[name];
      return value === undefined ? `unset ${name}` : `export ${name}='${value.replaceAll("'", `'\\''`)}'`;
    });
}
