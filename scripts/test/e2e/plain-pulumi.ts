import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Layer } from "@selfhosted/common";
import { expect } from "chai";
import { type Outcome, run, type Scratch } from "../../bench/scratch";

/** What `make env` printed, by all that it depends on: a checkout, its account or the proxy before that, and the variables of the shell. */
const shells = new Map<string, string>();

async function shellOf(scratch: Scratch): Promise<string> {
  const account = join(scratch.folder, ".local", "emulator.json");
  const known = existsSync(account) && JSON.stringify([readFileSync(account, "utf8"), scratch.variables]);
  const shell = known ? shells.get(known) : undefined;
  if (shell !== undefined) {
    return shell;
  }
  const { code, stdout, output } = await scratch.make("--silent", "env", "ENV=local");
  expect(code, output).to.equal(0);
  if (known) {
    shells.set(known, stdout);
  }
  return stdout;
}

/**
 * Runs `pulumi` in a layer of a scratch checkout, as a user does after `eval "$(make env ENV=local)"`.
 *
 * @param variables to set after that.
 */
export async function plainPulumi(
  scratch: Scratch,
  layer: Layer,
  args: string[],
  variables: Record<string, string> = {},
): Promise<Outcome> {
  const settings = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const script = `eval "$1"; shift; exec env "$@"`;
  const shell = await shellOf(scratch);
  return run(join(scratch.folder, layer), "bash", ["-c", script, "bash", shell, ...settings, "pulumi", ...args], {
    variables: scratch.variables,
  });
}

/** Brings a layer to what its program and configuration say. */
export const upArguments = (stack: string): string[] => ["up", "--yes", "--skip-preview", "--stack", stack];
