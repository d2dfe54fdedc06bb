import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { awsClients, type Found, projectOf } from "@selfhosted/common";
import { usedSecrets } from "../aws/secrets";
import type { Environment } from "../environment";
import { type Deployed, installationOf } from "../layers";
import { preflight } from "../preflight/preflight";
import { mustPulumi } from "../pulumi/cli";
import { readStates } from "../pulumi/stacks";
import { recoverFirst } from "../recovery/interrupted";
import { repository } from "../repository";
import { shown } from "../shown";
import type { Stacks } from "../stacks";
import { refuseOtherChanges } from "./other-changes";
import { retireFormer } from "./retire";
import { definitionsOf, type RolledOut, rollOut } from "./roll-out";
import { configured, type Given } from "./secrets";

/** The new value: from a file, or else from standard input. Never from the command line, which others may read. */
export function readValue(what: string, file: string | undefined): string {
  if (!file && process.stdin.isTTY) {
    throw new Error(
      `Give the new value: make rotate WHAT=${what} VALUE_FILE=…, or on standard input, with < and the file.`,
    );
  }
  try {
    return readFileSync(file || 0, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new Error(
      `VALUE_FILE is ${shown(file ?? "")}, which can't be read (${code}): it must be a file with the new value.`,
    );
  }
}

/** The settings that the new value is for, with their texts: those of a key pair are the blocks of one PEM text. */
export function textsOf({ key, certificate }: Pick<Given, "key" | "certificate">, value: string): [string, string][] {
  if (certificate === undefined) {
    return [[key, value]];
  }
  const blocks = value.match(/-----BEGIN ([A-Z ]+)-----[^]*?-----END \1-----/g) ?? [];
  const certificates = blocks.filter((block) => block.includes("BEGIN CERTIFICATE"));
  const [privateKey, ...others] = blocks.filter((block) => /BEGIN [A-Z ]*PRIVATE KEY/.test(block));
  if (privateKey === undefined || others.length > 0 || certificates.length === 0) {
    throw new Error(
      `${key} and ${certificate} change together: give one private key and its certificate, in PEM, in one file. ` +
        `Found ${others.length + (privateKey === undefined ? 0 : 1)} private keys and ${certificates.length} certificates.`,
    );
  }
  return [
    [certificate, certificates.join("\n")],
    [key, privateKey],
  ];
}

/**
 * Rotates a secret to a value that somebody gives. Where the services don't get it, the configuration names the former one again.
 *
 * @returns the exit code.
 */
export async function rotateGiven(
  environment: Environment,
  stacks: Stacks,
  { what, given: secret }: { what: string; given: Given },
  value: string,
): Promise<number> {
  const { name, stack } = environment;
  const { configuration = {} } = stacks.application;
  const former = (key: string) => configured("application", configuration, key);
  if (former(secret.key) === undefined) {
    throw new Error(
      `${secret.key} isn't set in ${name}, so there is nothing to rotate. To set it: cd application && ` +
        `pulumi config set --secret ${secret.key} --stack ${name} < file, then make deploy ENV=${name}`,
    );
  }
  const texts = textsOf(secret, value);
  const changed = texts.map(([key, text]): [string, Found[string]] => {
    const encrypted = former(key)?.encrypted ?? key === secret.key;
    return [`${projectOf("application")}:${key}`, { text, encrypted }];
  });
  const application = { ...stacks.application, configuration: { ...configuration, ...Object.fromEntries(changed) } };
  if ((await preflight(environment, { ...stacks, application })) !== 0) {
    console.error(`\nNothing was changed: ${what} can't be rotated to this value, see above.`);
    return 1;
  }
  await refuseOtherChanges("application", name, () => false);

  console.log(`\nrotating ${what} of ${name} … ${secret.former}`);
  const result = await withConfiguration(join(repository, "application", `Pulumi.${stack}.yaml`), async () => {
    for (const [key, text] of texts) {
      await configure(name, key, text, key === secret.key);
    }
    return rollOut(environment);
  });
  const again = `make rotate ENV=${name} WHAT=${what} VALUE_FILE=…`;
  if (result === "failed") {
    const first = await recoverFirst(environment);
    console.error(
      `\n${what} of ${name} wasn't rotated, and the configuration names the former value again. Remove the cause, then: ` +
        `${first}make deploy ENV=${name} && ${again}`,
    );
    return 1;
  }
  if (result === "not verified") {
    console.error(
      `\nThe services have the new value, but not all is well, so the former one wasn't retired. See above, then with the same ` +
        `value: ${again}`,
    );
    return 1;
  }
  const deployed = installationOf(await readStates(name), name);
  const { secrets } = awsClients({ region: deployed.application.installation.region });
  await retireFormer(secrets, await ownSecrets(deployed));
  console.log(`\n${what} of ${name} is rotated: no task has the former value. ${secret.former}`);
  return 0;
}

/** Changes a configuration and deploys it. Where the services don't get it, the file is as it was: to put it back takes no credentials. */
export async function withConfiguration(file: string, work: () => Promise<RolledOut>): Promise<RolledOut> {
  const before = readFileSync(file, "utf8");
  let result: RolledOut = "failed";
  try {
    result = await work();
  } finally {
    if (result === "failed") {
      writeFileSync(file, before);
    }
  }
  return result;
}

/** As text on standard input: what is on a command line, others may read. */
async function configure(env: string, key: string, text: string, isSecret: boolean): Promise<void> {
  const how = isSecret ? "--secret" : "--plaintext";
  await mustPulumi("application", ["config", "set", how, key, "--stack", env], { input: text });
}

/** ARNs of the secrets that the application layer makes for its services. */
async function ownSecrets({ application, infrastructure }: Deployed): Promise<string[]> {
  const { database, search } = infrastructure;
  const others = [database.credentials.arn, search?.credentials.arn];
  const used = usedSecrets(await definitionsOf(application));
  return [...new Set(used.filter(({ arn, versionId }) => versionId && !others.includes(arn)).map(({ arn }) => arn))];
}
