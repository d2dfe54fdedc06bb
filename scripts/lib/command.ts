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

/** The environment named on the command line. */
export function requireEnv(env: string | undefined): string {
  if (env === undefined || !/^[A-Za-z0-9._-]{1,100}$/.test(env)) {
    throw new Error(
      `Say which environment: ENV=local for the sandbox on this machine, or the name of yours, such as ENV=prod` +
        (env ? `; found "${env}".` : "."),
    );
  }
  return env;
}
