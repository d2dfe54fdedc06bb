import { join } from "node:path";
import type { Layer } from "@selfhosted/common/layer";
import { startApart } from "./apart";
import type { Environment } from "./environment";
import { type Deployed, installationOf, layers } from "./layers";
import type { Preparation } from "./prepare";
import { eachLayer, withoutAsking, withoutOutputs } from "./pulumi/cli";
import { readStates } from "./pulumi/stacks";
import { hintUnrecorded, recoverFirst, refuseInterrupted } from "./recovery/interrupted";
import { refuseUnfinished } from "./restore/unfinished";
import type { Stacks } from "./stacks";

/** What checks and prepares a deployment, and gives its exit code. */
export type Prepare = (preparation: Preparation) => Promise<number>;

/** Starts what it needs while the stacks are still read. */
export function startPreparing(): Prepare {
  return startApart(join(__dirname, "prepare.ts"));
}

export interface DeployOptions {
  prepare: Prepare;
  /** Pulumi doesn't ask. */
  confirmed: boolean;
  /** The command that goes on where this is interrupted. Default: `make deploy`. */
  again?: string;
  /** What is done between a layer and the next one: restores, where the database is made from a snapshot. */
  after?: (layer: Layer) => Promise<void>;
}

/**
 * Installs or updates every layer in order, and verifies the installation.
 *
 * @returns the exit code.
 */
export async function deploy(
  environment: Environment,
  stacks: Stacks,
  { prepare, confirmed, again = `make deploy ENV=${environment.name}`, after }: DeployOptions,
): Promise<number> {
  const { name, isSandbox } = environment;
  refuseInterrupted(environment, stacks);
  if (after === undefined) {
    refuseUnfinished(name, stacks);
  }
  if ((await prepare({ environment, stacks })) !== 0) {
    return 1;
  }
  const asking = isSandbox || confirmed ? withoutAsking : [];
  const failed = await eachLayer(layers, ["up", "--stack", name, ...asking, ...withoutOutputs], after);
  if (failed === undefined) {
    const states = await readStates(name);
    const { verify } = await import("./verify");
    const code = await verify(environment, states, { patient: true });
    if (stacks.dns.outputs?.["consoleUrl"] === undefined) {
      console.log(`\n${signUp(name, installationOf(states, name))}`);
    }
    return code;
  }
  const region = stacks.infrastructure.configuration?.["aws:region"]?.text;
  if (region !== undefined) {
    const { sayWhyRefused } = await import("./aws/account");
    await sayWhyRefused(region);
  }
  if (failed.layer === "application") {
    const { explainFailure } = await import("./release/roll");
    const summary = await explainFailure(name);
    if (summary !== "") {
      console.error(summary);
    }
  }
  const first = await recoverFirst(environment);
  console.error(first === "" ? hintUnrecorded(name) : `It was interrupted. Go on with: ${first}${again}`);
  return failed.code;
}

/** What to do after the first deployment. */
export function signUp(env: string, { application, dns }: Pick<Deployed, "application" | "dns">): string {
  const { internal, allowedCidrBlocks: blocks = [], allowedPrefixListIds: lists = [] } = application;
  const listed = [...blocks, ...lists];
  const named = `Only ${listed.join(", ")} may reach it`;
  const inside = internal ? "Everyone in the VPC may reach it" : "Everyone on the internet may reach it";
  const widen = internal ? "" : ", more networks by `allowedCidrBlocks`, everyone by `openToInternet` in its place";
  return [
    `Sign up at ${dns.consoleUrl} before you share it: the first user becomes the administrator. Then sign in on the command line: ` +
      `pulumi login ${dns.apiUrl}`,
    `${listed.length > 0 ? named : inside}. Once you have signed up, change that in application/: no sign-up by e-mail by ` +
      `\`pulumi config set emailSignupDisabled true\`${widen}; then make deploy ENV=${env}.`,
  ].join("\n");
}
