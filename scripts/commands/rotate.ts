import { layers } from "@selfhosted/common/layer";
import { refuseOtherAccount } from "../aws/account";
import { refuseDuringMigration } from "../aws/migration";
import { command, requireEnv, requireFlag } from "../command";
import { enter } from "../environment";
import { installationOf } from "../layers";
import { refuseInterrupted } from "../recovery/interrupted";
import { stateOf } from "../release/pulumi-state";
import { refreshAfterEcsRollback } from "../release/roll";
import { rotateGenerated } from "../rotation/generated";
import { readValue, rotateGiven } from "../rotation/given";
import { describeSecrets, requireSecret } from "../rotation/secrets";
import { readStacks } from "../stacks";

const options = {
  env: { type: "string" },
  what: { type: "string" },
  "value-file": { type: "string" },
  "allow-window": { type: "string" },
} as const;

/** `make rotate`: a new value of a secret, the services rolled, the former value retired. */
command(options, async (args) => {
  const chosen = requireSecret(args.what, args["value-file"]);
  const allowWindow = requireFlag("ALLOW_WINDOW", args["allow-window"]);
  const env = requireEnv(args.env);
  const value = chosen?.given === undefined ? "" : readValue(chosen.what, args["value-file"]);

  const environment = await enter(env);
  const { name } = environment;
  const stacks = await readStacks(environment, { configurationOf: layers });
  const { infrastructure, application } = stacks;
  if (chosen === undefined) {
    console.log(
      describeSecrets({ infrastructure: infrastructure.configuration, application: application.configuration }),
    );
    return 0;
  }
  refuseInterrupted(environment, stacks);
  const deployed = installationOf(stacks, name);
  await refuseOtherAccount(name, deployed.application.installation);
  await refuseDuringMigration(deployed.application);
  await refreshAfterEcsRollback(name, stateOf(application));
  return chosen.given === undefined
    ? rotateGenerated(environment, stacks, deployed, { what: chosen.what, allowWindow })
    : rotateGiven(environment, stacks, chosen, value);
});
