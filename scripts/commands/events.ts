import { awsClients, type InfrastructureOutputs } from "@selfhosted/common";
import { type EventSources, findEvents } from "../aws/events";
import { command, requireAge, requireEnv, requireFlag } from "../command";
import { enter } from "../environment";
import { readStates } from "../pulumi/stacks";
import { stateOf } from "../release/pulumi-state";
import { table, terminalWidth } from "../table";

/** `make events`: what ECS and RDS did of late, the newest last. */
command({ env: { type: "string" }, since: { type: "string" }, json: { type: "string" } }, async (args) => {
  const json = requireFlag("JSON", args.json);
  const { text: age, since } = requireAge("SINCE", args.since, "1h");
  const { name } = await enter(requireEnv(args.env));
  const { region, ...sources } = await sourcesOf(name);
  const { events, unread } = await findEvents(awsClients({ region }), sources, since);
  if (json) {
    console.log(JSON.stringify(events, undefined, 2));
  } else if (events.length > 0) {
    const rows = events.map(({ at, what, message }) => [`${at.toISOString().slice(0, 19)}Z`, what, message]);
    console.log(table(["TIME", "WHAT", "MESSAGE"], rows, terminalWidth()));
  } else {
    console.log(
      `No events in the last ${age}. SINCE=1d looks further back; ECS lists a task for an hour after its end.`,
    );
  }
  unread.forEach((reason) => console.error(`error: ${reason}`));
  return unread.length > 0 ? 1 : 0;
});

/** By the state, which has what a failed first deployment made. */
async function sourcesOf(env: string): Promise<EventSources & { region: string }> {
  const { infrastructure, application } = await readStates(env);
  const { database, installation }: Partial<InfrastructureOutputs> = infrastructure.outputs ?? {};
  if (installation === undefined) {
    throw new Error(`${env} isn't deployed. To deploy it: make deploy ENV=${env}`);
  }
  const cluster = application.resources.find(({ type }) => type === "aws:ecs/cluster:Cluster")?.outputs?.["arn"];
  const { services } = stateOf(application);
  return {
    region: installation.region,
    cluster: cluster as string | undefined,
    services,
    database: database?.clusterIdentifier,
  };
}
