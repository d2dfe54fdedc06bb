import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { type CloudWatchLogs, type FilteredLogEvent, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";

/** The containers that write a log. */
export const loggingContainers = ["api", "console", "migration", "jobs"] as const;

/** Where the log of a container goes. */
interface LogSource {
  /** In CloudWatch: of the container, or else of the log router beside it. */
  group: string;
  region: string;
  /** The options of the log router that sends the container's own log elsewhere. */
  routedBy?: Record<string, string>;
}

interface Resource {
  type: string;
  /** It was replaced, and waits for its end. */
  delete?: boolean;
  outputs?: { containerDefinitions?: unknown };
}

interface Container {
  name: string;
  logConfiguration?: { logDriver?: string; options?: Record<string, string> };
}

/**
 * Where the log of a container goes, by what its task definition says; undefined where there is none.
 *
 * @param resources of the application layer's state: it has them where the first deployment failed, too, and there are no outputs yet.
 */
export function logSource(container: string, resources: Resource[]): LogSource | undefined {
  for (const { type, outputs, delete: isReplaced } of resources) {
    const text = outputs?.containerDefinitions;
    if (type !== "aws:ecs/taskDefinition:TaskDefinition" || typeof text !== "string" || isReplaced) {
      continue;
    }
    const beside = JSON.parse(text) as Container[];
    const own = beside.find(({ name }) => name === container)?.logConfiguration;
    const inCloudWatch = [own, ...beside.map(({ logConfiguration }) => logConfiguration)].find(
      (log) => log?.logDriver === "awslogs",
    );
    const { "awslogs-group": group = "", "awslogs-region": region = "" } = inCloudWatch?.options ?? {};
    if (own !== undefined) {
      return { group, region, ...(own !== inCloudWatch && { routedBy: own.options }) };
    }
  }
  return undefined;
}

/** The options of a log router in one line, its output first. They hold no secrets: those are options of their own. */
export function describeRoute({ Name, ...options }: Record<string, string>): string {
  const rest = Object.entries(options).map(([name, value]) => `${name}=${value}`);
  return [`the output ${Name ?? "of the log router"}`, ...rest].join(", ");
}

/** For events that CloudWatch gets late, which are then older than those that were read. */
const lateMs = 10_000;

/**
 * Reads a log from a moment on: once, or where it is followed again and again, without an end. (A live tail of CloudWatch costs by the
 * minute, and leaves events out where there are many.)
 */
export async function* readLog(
  client: CloudWatchLogs,
  group: string,
  since: Date,
  { follow = false, pauseMs = 2000 } = {},
): AsyncGenerator<FilteredLogEvent> {
  const seen = new Map<string, number>();
  let from = since.getTime();
  for (;;) {
    for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName: group, startTime: from })) {
      for (const event of events) {
        const id = `${event.logStreamName} ${event.eventId}`;
        if (!seen.has(id)) {
          seen.set(id, event.timestamp ?? 0);
          yield event;
        }
      }
    }
    if (!follow) {
      return;
    }
    from = Math.max(from, ...[...seen.values()].map((timestamp) => timestamp - lateMs));
    [...seen].filter(([, timestamp]) => timestamp < from).forEach(([id]) => seen.delete(id));
    await sleep(pauseMs);
  }
}

/** How far back the end of a log is looked for, as long as fewer than `few` lines were found: each time all since then is read. */
const backMs = [600_000, 3_600_000, 86_400_000, 14 * 86_400_000];
const few = 200;

/** The last lines of a log, and no more than fit into a file that people read. */
export async function endOfLog(client: CloudWatchLogs, group: string, characters = 1_000_000): Promise<string[]> {
  let lines: string[] = [];
  for (const back of backMs) {
    lines = [];
    let length = 0;
    for await (const event of readLog(client, group, new Date(Date.now() - back))) {
      const line = logLine(event);
      lines.push(line);
      length += line.length;
      while (length > characters && lines.length > 1) {
        length -= lines.shift()?.length ?? 0;
      }
    }
    if (lines.length >= few) {
      break;
    }
  }
  return lines;
}

/** The line of an event: when, which task by the begin of its id, and what, without what would steer the terminal. */
export function logLine({ timestamp = 0, logStreamName = "", message = "" }: FilteredLogEvent): string {
  const task = (logStreamName.split("/").at(-1) ?? "").slice(0, 8);
  const text = stripVTControlCharacters(message).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");
  return `${new Date(timestamp).toISOString()} ${task} ${text.trimEnd()}`;
}
