import { awsClients } from "@selfhosted/common";
import { layers } from "@selfhosted/common/layer";
import { command, requireEnv, requireFlag } from "../command";
import { confirm } from "../confirm";
import { deploy, startPreparing } from "../deploy";
import { enter } from "../environment";
import { refuseInterrupted } from "../recovery/interrupted";
import { causeOf, report } from "../report";
import { planRestoration, refuseDeployed, regionOf } from "../restore/plan";
import { describeRestoration, restoreObjects, Unrestorable, writeSettings } from "../restore/restore";
import { describeSource } from "../restore/source";
import { shown } from "../shown";
import { readStacks } from "../stacks";
import { saying } from "../waiting";

/** `make restore`: a new environment from a snapshot and the objects of its moment. Interrupted, the same command goes on. */
command({ env: { type: "string" }, from: { type: "string" }, yes: { type: "string" } }, async (args) => {
  const agreed = requireFlag("YES", args.yes);
  const env = requireEnv(args.env);
  const from = requireSnapshot(args.from);
  const environment = await enter(env);
  const { name } = environment;
  const found = await readStacks(environment, { configurationOf: layers });
  refuseInterrupted(environment, found);
  refuseDeployed(name, found.infrastructure, from);
  const clients = awsClients({ region: regionOf(name, found.infrastructure) });
  const source = await describeSource(clients, name, from);
  const planning = planRestoration(environment, found, source, clients);
  const { settings, stacks, results } = await saying("checking", planning);
  if (report(`Restoring ${from} into ${name}`, results, false) !== 0) {
    return 1;
  }

  console.log(describeRestoration(environment, source, settings));
  const again = `make restore ENV=${name} FROM=${from}`;
  if (!agreed && !(await confirm(`${again} YES=1`, `Type ${name} to go on: `, name))) {
    console.log("Nothing was changed.");
    return 1;
  }
  await writeSettings(name, settings);
  const code = await deploy(environment, stacks, {
    prepare: startPreparing(),
    confirmed: true,
    again,
    after: async (layer) => {
      if (layer === "infrastructure") {
        await restoreObjects(name, source, clients).catch((error: unknown) => {
          throw error instanceof Unrestorable
            ? error
            : new Error(`${causeOf(error)}\nTo go on, with what is missing: ${again}`);
        });
      }
    },
  });
  console.log(code === 0 ? `\n${name} is restored from ${from}.` : `\n${name} isn't restored yet. To go on: ${again}`);
  return code;
});

function requireSnapshot(name: string | undefined): string {
  if (name === undefined || !/^((rds|awsbackup):)?[A-Za-z](-?[A-Za-z0-9])*$/.test(name)) {
    throw new Error(
      `Say which backup, by its name in \`make backups\`: FROM=…${name ? `; found ${shown(name)}` : ""}.`,
    );
  }
  return name;
}
