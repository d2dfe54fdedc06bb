import { awsClients } from "@selfhosted/common/aws";
import { findEvents } from "../aws/events";
import { command, requireAge, requireEnv, requireFlag } from "../command";
import { enter } from "../environment";
import { readStates } from "../pulumi/stacks";
import { eventSourcesOf } from "../release/event-sources";
import { table, terminalWidth } from "../table";

/** `make events`: what ECS and RDS did of late, the newest last. */
command({ env: { type: "string" }, since: { type: "string" }, json: { type: "string" } }, async (args) => {
  const json = requireFlag("JSON", args.json);
  const { text: age, since } = requireAge("SINCE", args.since, "1h");
  const { name } = await enter(requireEnv(args.env));
  const { region, ...sources } = eventSourcesOf(await readStates(name), name);
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
