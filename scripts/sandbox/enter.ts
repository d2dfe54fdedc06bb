import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Layer, layers } from "@selfhosted/common/layer";
import { mustPulumi } from "../pulumi/cli";
import { findPulumi, type Found, pathOfUser } from "../pulumi/find";
import { localFolder, repository, sandbox } from "../repository";
import { type Emulator, environment, find, start } from "./emulator";
import { pulumiHome } from "./home";
import { isolated, replaceVariables } from "./isolation";
import { type Seeded } from "./seed";

/**
 * Makes this process work in the sandbox and nowhere else: the emulated account runs and holds the prerequisites, `pulumi`
 * finds the sandbox's providers, and the three layers have a stack `local` that is configured for the account.
 *
 * @throws Error where the account doesn't run and isn't to be started.
 */
export async function enterSandbox(mayStart: boolean): Promise<void> {
  replaceVariables(isolated(process.env));
  const emulator = await (mayStart ? start() : find());
  if (emulator === undefined) {
    throw new Error("The sandbox isn't running, so nothing is deployed in it. To start it: make deploy ENV=local");
  }
  const state = join(localFolder, "state");
  Object.assign(process.env, environment(emulator, emulator.account.region), {
    PATH: [...pulumiFolder(), pathOfUser()].join(delimiter),
    PULUMI_HOME: pulumiHome(),
    PULUMI_BACKEND_URL: pathToFileURL(state).href,
    PULUMI_CONFIG_PASSPHRASE: "sandbox",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  });
  await configureFor(emulator, state);
}

/** Makes the stacks `local` of this account, unless they are: with the state of an earlier account nothing can be done. */
async function configureFor({ id, account }: Emulator, state: string): Promise<void> {
  const marker = join(state, "account");
  const isKnown = existsSync(marker) && readFileSync(marker, "utf8") === id;
  if (!isKnown && existsSync(state)) {
    console.error("the emulated account is a new one: what was deployed into the former is gone");
    rmSync(state, { recursive: true });
  }
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const isConfigured = (layer: Layer): boolean => existsSync(join(repository, layer, `Pulumi.${sandbox}.yaml`));
  await Promise.all(
    layers.filter((layer) => !isKnown || !isConfigured(layer)).map((layer) => configure(layer, account)),
  );
  // Last, so that what was interrupted begins anew.
  writeFileSync(marker, id, { mode: 0o600 });
}

/**
 * What goes before PATH, so that `pulumi` is the real command where there is one, and the stand-in elsewhere, or where
 * `SANDBOX_PULUMI=stand-in` asks for it.
 */
function pulumiFolder(): string[] {
  const asked = process.env["SANDBOX_PULUMI"] === "stand-in";
  const { command, refused = "none is on PATH" }: Found = asked ? { refused: "as asked" } : findPulumi();
  if (command === undefined) {
    console.error(`pulumi: the sandbox's stand-in (${refused}; \`make pulumi\` installs the real one)`);
    return [__dirname];
  }
  const { folder, version, isOnPath } = command;
  console.error(`pulumi: version ${version}, ${isOnPath ? `in ${folder}` : "installed by `make pulumi`"}`);
  return isOnPath ? [] : [folder];
}

/** What a customer would configure, from the account's own prerequisites. Other settings that a user made stay. */
async function configure(layer: Layer, account: Seeded): Promise<void> {
  await mustPulumi(layer, ["stack", "select", "--create", "--stack", sandbox]);
  const { plain, secrets } = settings(layer, account);
  const pairs = Object.entries(plain).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
  await mustPulumi(layer, ["config", "set-all", "--stack", sandbox, ...pairs]);
  for (const [key, value] of Object.entries(secrets)) {
    await mustPulumi(layer, ["config", "set", "--secret", key, "--stack", sandbox], { input: value });
  }
}

function settings(layer: Layer, account: Seeded): { plain: Record<string, string>; secrets: Record<string, string> } {
  switch (layer) {
    case "infrastructure":
      return {
        plain: {
          "aws:region": account.region,
          accountId: account.accountId,
          vpcId: account.vpcId,
          publicSubnetIds: account.subnetIds.public.join(","),
          privateSubnetIds: account.subnetIds.private.join(","),
          isolatedSubnetIds: account.subnetIds.isolated.join(","),
          serviceKeyId: account.serviceKeyArn,
          size: "small",
          ephemeral: "true",
        },
        secrets: {},
      };
    case "application":
      return {
        plain: {
          certificateArn: account.certificateArn,
          domain: account.zone.name,
          imageTag: account.imageTags.at(-2) ?? "",
          openToInternet: "true",
        },
        secrets: { licenseKey: account.licenseKey, agGridLicenseKey: account.licenseKey },
      };
    case "dns":
      return { plain: { zoneId: account.zone.id }, secrets: {} };
  }
}
