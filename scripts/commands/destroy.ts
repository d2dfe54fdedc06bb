import { type ApplicationOutputs, awsClients, type InfrastructureOutputs, type Layer } from "@selfhosted/common";
import { refuseOtherAccount, sayWhyRefused } from "../aws/account";
import { describeDestruction } from "../aws/destruction";
import { describeRemains, findRemains } from "../aws/remains";
import { command, requireFlag, requireTypedEnv } from "../command";
import { confirm } from "../confirm";
import { enter } from "../environment";
import { layers } from "../layers";
import { eachLayer, mustPulumi, withoutAsking, withoutOutputs } from "../pulumi/cli";
import { recoverFirst, refuseInterrupted } from "../recovery/interrupted";
import { explain } from "../report";
import { readStacks, type Stack } from "../stacks";

const options = { env: { type: "string" }, yes: { type: "string" }, "remove-stacks": { type: "string" } } as const;

/** `make destroy`: dns, application, infrastructure; says what is lost and what stays, and asks. */
command(options, async (args) => {
  const agreed = requireFlag("YES", args.yes);
  const removes = requireFlag("REMOVE_STACKS", args["remove-stacks"]);
  const environment = await enter(requireTypedEnv(args.env));
  const { name, stack } = environment;
  const stacks = await readStacks(environment);
  refuseInterrupted(environment, stacks);
  const order = layers.filter((layer) => stacks[layer].outputs !== undefined).reverse();
  if (order.length === 0) {
    console.log(`There is no stack ${name} in any layer: nothing to destroy.`);
    return 0;
  }
  const data: Partial<InfrastructureOutputs> = stacks.infrastructure.outputs ?? {};
  const application: Partial<ApplicationOutputs> = stacks.application.outputs ?? {};
  const installation = data.installation ?? application.installation;
  if (installation !== undefined) {
    await refuseOtherAccount(name, installation);
  }
  const resources = layers.flatMap((layer) => stacks[layer].resources);
  const effects = [
    ...describeDestruction(data, resources, new Date()),
    ...(await remains(name, data, stacks.infrastructure)),
  ];
  if (data.installation !== undefined && !data.installation.ephemeral) {
    throw new Error(refusal(name, effects));
  }
  console.log(`This destroys the installation ${name}: ${order.join(", ")}.`);
  effects.forEach((effect) => console.log(`  ${effect}`));
  const unasked = `make destroy ENV=${name} YES=1`;
  const removing = `${unasked} REMOVE_STACKS=1`;
  if (!agreed && !(await confirm(removes ? removing : unasked, `Type ${name} to go on: `, name))) {
    console.log("Nothing was destroyed.");
    return 1;
  }
  const failed = await eachLayer(order, ["destroy", ...withoutAsking, ...withoutOutputs, "--stack", name]);
  if (failed !== undefined) {
    if (installation !== undefined) {
      await sayWhyRefused(installation.region);
    }
    console.error(`Go on with: ${await recoverFirst(environment)}make destroy ENV=${name}`);
    return failed.code;
  }
  const question = `Remove the empty stacks too, with their configuration (Pulumi.${stack}.yaml in each layer)? Type yes: `;
  if (removes || (!agreed && (await confirm(removing, question, "yes")))) {
    await removeStacks(order, name);
  } else {
    console.log(`\nThe stacks are empty, and stay with their configuration. To remove both: ${removing}`);
  }
  return 0;
});

/** Pulumi refuses to remove a stack that has resources. */
async function removeStacks(order: readonly Layer[], env: string): Promise<void> {
  for (const layer of order) {
    await mustPulumi(layer, ["stack", "rm", "--yes", "--stack", env]);
    console.log(`removed the stack of ${layer}`);
  }
}

/** What stays in AWS besides; nothing where the infrastructure layer isn't deployed. */
async function remains(env: string, data: Partial<InfrastructureOutputs>, { resources }: Stack): Promise<string[]> {
  const { installation, dataKeyArn } = data;
  if (installation === undefined || dataKeyArn === undefined) {
    return [];
  }
  try {
    const outputs = { ...data, installation, dataKeyArn };
    const found = await findRemains(awsClients({ region: installation.region }), env, outputs, resources);
    return describeRemains(env, found, new Date());
  } catch (error) {
    return [explain(error, "what stays in AWS")];
  }
}

function refusal(env: string, effects: string[]): string {
  return [
    `The data of ${env} is protected, so nothing was destroyed. What destroying it would do:`,
    ...effects.map((effect) => `  ${effect}`),
    `If that is what you want, lift the protection and run this again. The database then leaves no final snapshot:`,
    `  (cd infrastructure && pulumi config set ephemeral true --stack ${env}) && make deploy ENV=${env}`,
  ].join("\n");
}
