import { awsClients } from "@selfhosted/common/aws";
import { describeRoute, loggingContainers, logLine, logSource, readLog } from "../aws/logs";
import { command, requireAge, requireChoice, requireEnv, requireFlag } from "../command";
import { enter } from "../environment";
import { readStackState } from "../pulumi/stacks";
import { explain } from "../report";

/** `make logs`: what a container writes, the newest last. */
command(
  { env: { type: "string" }, service: { type: "string" }, follow: { type: "string" }, since: { type: "string" } },
  async (args) => {
    const service = requireChoice("SERVICE", args.service, loggingContainers);
    const follow = requireFlag("FOLLOW", args.follow);
    const { text: age, since } = requireAge("SINCE", args.since, "10m");
    const { name } = await enter(requireEnv(args.env));
    const source = logSource(service, (await readStackState("application", name)).resources);
    if (source === undefined) {
      throw new Error(absent(service, name));
    }
    const { group, region, routedBy } = source;
    if (routedBy !== undefined) {
      console.error(`The log of ${service} goes elsewhere, by logRouterOptions: ${describeRoute(routedBy)}.`);
      console.error(`What the log router itself writes is in CloudWatch:`);
    }
    console.error(`${service}: log group ${group} in ${region}, the last ${age}${follow ? "; Ctrl-C ends" : ""}`);
    // Whoever reads it, such as \`head\`, may have enough.
    process.stdout.on("error", () => process.exit(0));
    const count = await printLog(group, region, since, follow);
    if (count === 0) {
      console.error(`Nothing was written in the last ${age}. SINCE=3d looks further back.`);
    }
    return 0;
  },
);

/** @returns the number of lines. */
async function printLog(group: string, region: string, since: Date, follow: boolean): Promise<number> {
  let count = 0;
  try {
    for await (const event of readLog(awsClients({ region }).logs, group, since, { follow })) {
      console.log(logLine(event));
      count += 1;
    }
  } catch (error) {
    throw new Error(explain(error, `log group ${group}`));
  }
  return count;
}

function absent(service: string, env: string): string {
  return service === "jobs"
    ? `${env} has no service of its own for background jobs: the API does them. make logs ENV=${env} SERVICE=api`
    : `${env} has no task definition of ${service} yet. To deploy it: make deploy ENV=${env}`;
}
