import { createInterface } from "node:readline/promises";
import type { InfrastructureOutputs } from "@selfhosted/common";
import { command, requireEnv, requireFlag } from "./lib/command";
import { eachLayer } from "./lib/each-layer";
import { enter } from "./lib/environment";
import { layers, stackOutputs } from "./lib/pulumi";

/** `make destroy`: dns, application, infrastructure; says what will be lost, and asks. */
command({ env: { type: "string" }, yes: { type: "string" } }, async (args) => {
  const agreed = requireFlag("YES", args.yes);
  const { name } = await enter(requireEnv(args.env));
  const existing = await Promise.all(layers.map((layer) => stackOutputs(layer, name)));
  const order = layers.filter((_, index) => existing[index] !== undefined).reverse();
  const data = existing[0] as Partial<InfrastructureOutputs> | undefined;
  if (data?.installation !== undefined && !data.installation.ephemeral) {
    throw new Error(refusal(name, losses(data)));
  }
  console.log(`This destroys the installation ${name}: ${order.join(", ")}.`);
  losses(data).forEach((loss) => console.log(`  lost: ${loss}`));
  if (!agreed && !(await confirmed(name))) {
    console.log("Nothing was destroyed.");
    return 1;
  }
  return (
    (await eachLayer(order, () => ["destroy", "--yes", "--skip-preview", "--non-interactive", "--stack", name])) ?? 0
  );
});

/** What can't be had back once the infrastructure layer is gone. */
function losses(data: Partial<InfrastructureOutputs> | undefined): string[] {
  const { logs: _, ...buckets } = data?.buckets ?? {};
  return [
    ...(data?.database ? [`database ${data.database.clusterIdentifier}: users, organisations, stacks, history`] : []),
    ...Object.entries(buckets).map(([use, bucket]) => `bucket ${String(bucket)}: every version of its ${use} objects`),
  ];
}

function refusal(env: string, lost: string[]): string {
  return [
    `The data of ${env} is protected, so nothing was destroyed. Destroying it would lose:`,
    ...lost.map((loss) => `  ${loss}`),
    `If that is what you want, lift the protection and run this again. The database then leaves no final snapshot:`,
    `  cd infrastructure && pulumi config set ephemeral true --stack ${env} && cd .. && make deploy ENV=${env}`,
  ].join("\n");
}

async function confirmed(env: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new Error(`Nobody is here to ask: confirm with \`make destroy ENV=${env} YES=1\`.`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`Type ${env} to go on: `);
  terminal.close();
  return answer.trim() === env;
}
