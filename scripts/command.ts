import { parseArgs, type ParseArgsConfig } from "node:util";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O }>>["values"];

/**
 * Runs an operator's command: parses its arguments, prints a failure as one message, and sets the exit code: that which the
 * command returns, or 1 when it throws.
 */
export function command<const O extends Options>(options: O, main: (values: Values<O>) => Promise<number>): void {
  const fail = (error: unknown): number => {
    const debug = process.env["DEBUG"] && error instanceof Error;
    console.error(`error: ${debug ? error.stack : error instanceof Error ? error.message : String(error)}`);
    return 1;
  };
  const parsed = (): Values<O> => parseArgs({ options }).values;
  void Promise.resolve()
    .then(() => main(parsed()))
    .catch(fail)
    .then((code) => {
      process.exitCode = code;
    });
}

/**
 * The environment named on the command line: a stack's name or, for an organization of Pulumi Cloud that isn't the default one,
 * `organization/stack`.
 */
export function requireEnv(env: string | undefined): string {
  if (env === undefined || !/^([A-Za-z0-9][A-Za-z0-9_-]*\/)?[A-Za-z0-9._][A-Za-z0-9._-]{0,99}$/.test(env)) {
    throw new Error(
      `Say which environment: ENV=local for the sandbox on this machine, or the name of yours, such as ENV=prod` +
        (env ? `; found ${shown(env)}.` : "."),
    );
  }
  return env;
}

/**
 * A yes or no from the command line, where `make` passes on what the user gave it.
 *
 * @param name as the user knows it, such as `YES`.
 * @returns false where nothing is given.
 */
export function requireFlag(name: string, value: string | undefined): boolean {
  const given = value?.toLowerCase() ?? "";
  if (["1", "true", "yes"].includes(given)) {
    return true;
  }
  if (["", "0", "false", "no"].includes(given)) {
    return false;
  }
  throw new Error(`${name} is ${shown(value ?? "")}; it must be ${name}=1, or not given.`);
}

/** A value as found, in one line. */
export function shown(value: string): string {
  return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
}
