import { parseArgs, type ParseArgsConfig } from "node:util";
import { chooseEnvironment, configuredEnvironments } from "./environment";
import { shown } from "./shown";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O }>>["values"];

/**
 * Runs an operator's command: parses its arguments, prints a failure as one message, and sets the exit code: that which the
 * command returns, or 1 when it throws.
 */
export function command<const O extends Options>(options: O, main: (values: Values<O>) => Promise<number>): void {
  const parsed = (): Values<O> => parseArgs({ options }).values;
  void Promise.resolve()
    .then(() => main(parsed()))
    .catch(failed)
    .then((code) => {
      process.exitCode = code;
    });
}

/** Prints a failure as one message, and gives the exit code. */
export async function failed(error: unknown): Promise<number> {
  const { messageOf } = await import("./report");
  console.error(`error: ${process.env["DEBUG"] && error instanceof Error ? error.stack : messageOf(error)}`);
  return 1;
}

/**
 * The environment that a command works in: the one that `ENV` names, or else the only one that is configured. The first line says so where
 * it wasn't typed.
 */
export function requireEnv(env: string | undefined): string {
  const { name, because } = chooseEnvironment({ env, isOfShell: isOfShell() }, configuredEnvironments());
  if (because !== undefined) {
    console.error(`environment: ${name}, ${because}`);
  }
  return name;
}

/** The environment as it was typed with the command: for a command that can't be undone. */
export function requireTypedEnv(env: string | undefined): string {
  if (!env || isOfShell()) {
    throw new Error(
      `Type which environment: ENV=prod, or whatever it is called. This command takes neither ENV of the shell nor the only one that ` +
        `is configured.`,
    );
  }
  return requireEnv(env);
}

/** The Makefile says whether `ENV` was exported, and not typed. */
function isOfShell(): boolean {
  return Boolean(process.env["ENV_OF_SHELL"]);
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

/** A whole number from 1 on from the command line; undefined where nothing is given. */
export function requireCount(name: string, value: string | undefined): number | undefined {
  if (value && !/^[1-9]\d{0,5}$/.test(value)) {
    throw new Error(`${name} is ${shown(value)}; it must be a number from 1 on, such as ${name}=5.`);
  }
  return value ? Number(value) : undefined;
}

/** One of a few words from the command line. */
export function requireChoice<const T extends string>(
  name: string,
  value: string | undefined,
  allowed: readonly T[],
): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined) {
    throw new Error(`Say which: ${name}=${allowed.join("|")}${value ? `; found ${shown(value)}` : ""}.`);
  }
  return found;
}

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** How long ago, from the command line: such as `10m`. */
export function requireAge(
  name: string,
  value: string | undefined,
  otherwise: string,
  now = new Date(),
): { text: string; since: Date } {
  const text = value || otherwise;
  const [, count, unit] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  if (count === undefined) {
    throw new Error(`${name} is ${shown(text)}; it must be a time such as ${name}=30s, 10m, 2h or 3d.`);
  }
  const since = now.getTime() - Number(count) * unitMs[unit as keyof typeof unitMs];
  // AWS refuses moments before 1970.
  return { text, since: new Date(Math.max(since, 0)) };
}
