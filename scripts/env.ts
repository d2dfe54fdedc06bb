import { command, requireEnv } from "./lib/command";
import { enter } from "./lib/environment";

/** Variables that make a shell work in an environment. */
const exported = [
  "PATH",
  "AWS_ENDPOINT_URL",
  "AWS_REGION",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "PULUMI_BACKEND_URL",
  "PULUMI_CONFIG_PASSPHRASE",
];

/** `make env`: shell commands after which a plain `pulumi` in any layer works in the environment. */
command({ env: { type: "string" } }, async (args) => {
  const before = { ...process.env };
  await enter(requireEnv(args.env));
  for (const name of exported) {
    const value = process.env[name];
    if (value !== undefined && value !== before[name]) {
      console.log(`export ${name}='${value.replaceAll("'", "'\\''")}'`);
    }
  }
  return 0;
});
