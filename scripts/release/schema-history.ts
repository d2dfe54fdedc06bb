import { type FilteredLogEvent, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import { type ApplicationOutputs, awsClients } from "@selfhosted/common";
import { migrationRuns } from "../aws/migration";

/** What a run of the migration wrote. */
export interface Run {
  /** Name of its log stream, which ends with the id of its task. */
  stream: string;
  startedAt: Date;
  lines: string[];
}

/** What the migrations of a time did to the database. */
export interface SchemaHistory {
  /** Ids of their tasks. */
  runs: string[];
  /** Every one of them found nothing to do, and said so. */
  unchanged: boolean;
  /** Lines that show otherwise, or that nothing shows it. */
  detail: string[];
  /** When the first of them began that may have changed something. */
  changedAt?: Date;
}

/** What the log says of the migrations since a moment. */
export async function schemaHistory(logGroup: string, since: Date, region: string): Promise<SchemaHistory> {
  const { logs: client } = awsClients({ region });
  const { logGroups = [] } = await client.describeLogGroups({ logGroupNamePrefix: logGroup });
  const days = logGroups.find(({ logGroupName }) => logGroupName === logGroup)?.retentionInDays ?? Infinity;
  const events: FilteredLogEvent[] = [];
  const asked = { logGroupName: logGroup, startTime: since.getTime() };
  for await (const page of paginateFilterLogEvents({ client }, asked)) {
    events.push(...(page.events ?? []));
  }
  const history = historyOf(runsOf(events));
  return Date.now() - since.getTime() > days * 86_400_000
    ? {
        ...history,
        unchanged: false,
        detail: [`${logGroup} keeps ${days} days, and has nothing from before`, ...history.detail],
      }
    : history;
}

/**
 * Whether a migration has begun since a moment: as ECS lists it, which it does for an hour, or by what it wrote, unless that was only that
 * there was nothing to do.
 */
export async function hasRunSince(application: ApplicationOutputs, since: Date): Promise<boolean> {
  const { migration, installation } = application;
  if ((await migrationRuns(application)).some(({ createdAt }) => createdAt !== undefined && createdAt > since)) {
    return true;
  }
  const { runs, unchanged } = await schemaHistory(migration.logGroup, since, installation.region);
  return runs.length > 0 && !unchanged;
}

/** The events of each stream: a run of the migration writes to one of its own. */
function runsOf(events: FilteredLogEvent[]): Run[] {
  const streams = new Map<string, FilteredLogEvent[]>();
  events.forEach((event) => {
    const stream = event.logStreamName ?? "";
    streams.set(stream, [...(streams.get(stream) ?? []), event]);
  });
  return [...streams].map(([stream, all]) => ({
    stream,
    startedAt: new Date(Math.min(...all.map(({ timestamp = 0 }) => timestamp))),
    lines: all.map(({ message = "" }) => message.trimEnd()),
  }));
}

/**
 * What runs did, by what the migrations' container writes: `no change` where there was nothing to do, else a line such as
 * `214/u add_index (12.3ms)` for each step (https://github.com/golang-migrate/migrate, `migrate.go`).
 */
export function historyOf(runs: Run[]): SchemaHistory {
  const changing = runs.filter(({ lines }) => lines.some(isStep) || !lines.some((line) => /\bno change\b/.test(line)));
  const [first] = changing.map(({ startedAt }) => startedAt).sort((a, b) => a.getTime() - b.getTime());
  return {
    runs: runs.map(({ stream }) => stream.split("/").at(-1) ?? ""),
    unchanged: runs.length > 0 && changing.length === 0,
    detail: changing.flatMap(({ stream, lines }) => {
      const steps = lines.filter(isStep);
      return steps.length > 0 ? steps : [`${stream}: ${lines.at(-1) ?? ""}`];
    }),
    ...(first && { changedAt: first }),
  };
}

function isStep(line: string): boolean {
  return /(^|\s)\d+\/u \S/.test(line);
}
