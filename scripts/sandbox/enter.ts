import { existsSync, mkdirSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Layer } from "@selfhosted/common";
import { layers } from "../layers";
import { mustPulumi } from "../pulumi/cli";
import { localFolder, repository, sandbox } from "../repository";
import { environment, start } from "./emulator";
import { isolated, replaceVariables } from "./isolation";
import { type Seeded } from "./seed";

/**
 * Makes this process work in the sandbox and nowhere else: the emulated account runs and holds the prerequisites, the stand-in is
 * the `pulumi` on PATH, and the three layers have a stack `local` that is configured for the account.
 */
export async function enterSandbox(): Promise<void> {
  replaceVariables(isolated(process.env));
  const emulator = await start();
  const state = join(localFolder, "state");
  const path = [join(__dirname), join(__dirname, "plugins", "bin"), process.env["PATH"]].join(delimiter);
  Object.assign(process.env, environment(emulator, emulator.account.region), {
    PATH: path,
    PULUMI_BACKEND_URL: pathToFileURL(state).href,
    PULUMI_CONFIG_PASSPHRASE: "sandbox",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  });
  if (emulator.isNew && existsSync(state)) {
    console.error("the emulated account is a new one: what was deployed into the former is gone");
    rmSync(state, { recursive: true });
  }
  mkdirSync(state, { recursive: true });
  const unconfigured = layers.filter(
    (layer) => emulator.isNew || !existsSync(join(repository, layer, `Pulumi.${sandbox}.yaml`)),
  );
  await Promise.all(unconfigured.map((layer) => configure(layer, emulator.account)));
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
        },
        secrets: { licenseKey: account.licenseKey, agGridLicenseKey: account.licenseKey },
      };
    case "dns":
      return { plain: { zoneId: account.zone.id }, secrets: {} };
  }
}
