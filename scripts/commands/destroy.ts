import { awsClients, type InfrastructureOutputs } from "@selfhosted/common";
import { dataLoss, describeRemains, findRemains } from "../aws/remains";
import { command, requireEnv, requireFlag } from "../command";
import { confirm } from "../confirm";
import { enter } from "../environment";
import { layers } from "../layers";
import { eachLayer, withoutAsking } from "../pulumi/cli";
import { readStackOutputs } from "../pulumi/stacks";
import { refuseInterrupted } from "../recovery/interrupted";
import { explain } from "../report";

/** `make destroy`: dns, application, infrastructure; says what will be lost, and asks. */
command({ env: { type: "string" }, yes: { type: "string" } }, async (args) => {
  const agreed = requireFlag("YES", args.yes);
  const environment = await enter(requireEnv(args.env));
  const { name } = environment;
  await refuseInterrupted(environment);
  const existing = await Promise.all(layers.map((layer) => readStackOutputs(layer, name)));
  const order = layers.filter((_, index) => existing[index] !== undefined).reverse();
  const data = existing[0] as Partial<InfrastructureOutputs> | undefined;
  const effects = [...dataLoss(data).map((loss) => `lost: ${loss}`), ...(await remains(name, data))];
  if (data?.installation !== undefined && !data.installation.ephemeral) {
    throw new Error(refusal(name, effects));
  }
  console.log(`This destroys the installation ${name}: ${order.join(", ")}.`);
  effects.forEach((effect) => console.log(`  ${effect}`));
  if (!agreed && !(await confirm(`make destroy ENV=${name} YES=1`, `Type ${name} to go on: `, name))) {
    console.log("Nothing was destroyed.");
    return 1;
  }
  const failed = await eachLayer(order, ["destroy", ...withoutAsking, "--stack", name]);
  return failed?.code ?? 0;
});

/** What stays in AWS; nothing where the infrastructure layer isn't deployed. */
async function remains(env: string, data: Partial<InfrastructureOutputs> | undefined): Promise<string[]> {
  const { installation, dataKeyArn } = data ?? {};
  if (installation === undefined || dataKeyArn === undefined) {
    return [];
  }
  try {
    const found = await findRemains(awsClients({ region: installation.region }), env, {
      ...data,
      installation,
      dataKeyArn,
    });
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
    `  cd infrastructure && pulumi config set ephemeral true --stack ${env} && cd .. && make deploy ENV=${env}`,
  ].join("\n");
}
