import { type ConfigOf, flag, pattern, type Rule, text } from "@selfhosted/common";

const time = "([01]\\d|2[0-3]):[0-5]\\d";
const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const timeOfWeek = `(${days.join("|")}):${time}`;

const dailyWindow = pattern(new RegExp(`^${time}-${time}$`), "a time of day such as 03:00-04:00", withTwoDigits);

const weeklyWindow = pattern(
  new RegExp(`^${timeOfWeek}-${timeOfWeek}$`),
  "a time of the week such as sun:04:30-sun:05:30",
  withTwoDigits,
);

/** `3:00 - 4:00` as AWS writes it, and days by three letters. */
function withTwoDigits(text: string): string {
  return text
    .toLowerCase()
    .replace(/\s*[-–]\s*/, "-")
    .replace(/\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*[: ]\s*/g, "$1:")
    .replace(/(?<![\d])(\d):/g, "0$1:");
}

export const maintenanceSettings = {
  databaseBackupWindow: text({
    description: "When the daily backup is made, in UTC.",
    default: "03:00-04:00",
    shape: dailyWindow,
  }),
  databaseMaintenanceWindow: text({
    description: "When AWS may interrupt an instance for maintenance, in UTC.",
    default: "sun:04:30-sun:05:30",
    shape: weeklyWindow,
  }),
  databaseApplyImmediately: flag({
    description:
      "Makes a new password, and changes that may interrupt the database, at once, not in the maintenance window.",
  }),
};

type Windows = Pick<ConfigOf<typeof maintenanceSettings>, "databaseBackupWindow" | "databaseMaintenanceWindow">;

const minutesOfDay = 24 * 60;

const backupLongEnough: Rule<Windows> = ({ databaseBackupWindow: found }) =>
  daily(found).length < 30 && {
    key: "databaseBackupWindow",
    reason: `found ${found}; allowed: 30 minutes or more`,
  };

const maintenanceLongEnough: Rule<Windows> = ({ databaseMaintenanceWindow: found }) => {
  const { length } = weekly(found);
  return (
    (length < 30 || length > minutesOfDay) && {
      key: "databaseMaintenanceWindow",
      reason: `found ${found}; allowed: 30 minutes to 24 hours`,
    }
  );
};

/** AWS refuses a daily backup during weekly maintenance. */
const windowsApart: Rule<Windows> = ({ databaseBackupWindow, databaseMaintenanceWindow }) => {
  const backup = daily(databaseBackupWindow);
  const maintenance = weekly(databaseMaintenanceWindow);
  const fromBackup = (maintenance.start - backup.start + 7 * minutesOfDay) % minutesOfDay;
  return (
    maintenance.length <= minutesOfDay &&
    (fromBackup < backup.length || fromBackup + maintenance.length > minutesOfDay) && {
      key: "databaseMaintenanceWindow",
      reason: `found ${databaseMaintenanceWindow}, which overlaps the daily databaseBackupWindow, ${databaseBackupWindow}`,
    }
  );
};

/** Start and length in minutes. */
interface Span {
  start: number;
  length: number;
}

function daily(window: string): Span {
  return span(window.split("-").map(minuteOfDay), minutesOfDay);
}

function weekly(window: string): Span {
  return span(window.split("-").map(minuteOfWeek), 7 * minutesOfDay);
}

function minuteOfDay(text: string): number {
  const [hours = 0, minutes = 0] = text.split(":").map(Number);
  return hours * 60 + minutes;
}

function minuteOfWeek(text: string): number {
  return days.indexOf(text.slice(0, 3)) * minutesOfDay + minuteOfDay(text.slice(4));
}

function span([start = 0, end = 0]: number[], cycle: number): Span {
  return { start, length: (end - start + cycle) % cycle };
}

export const maintenanceRules: Rule<Windows>[] = [backupLongEnough, maintenanceLongEnough, windowsApart];
