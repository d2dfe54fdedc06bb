import { assess, type Assessment, type Control, type Group, type Option } from "./control";
import { groups } from "./controls";
import type { Resource } from "./resources";

/** What a control comes to. */
export interface Row {
  group: string;
  id: string;
  title: string;
  /** Whether the code holds it by itself, or a setting makes it hold. */
  byDefault: boolean;
  verdict: "met" | "violated" | "by option" | "not applicable";
  /** Of what isn't met: the reason, or the setting. */
  because?: string;
  violations: { resource: string; problem: string }[];
}

/** What each control comes to over these resources. */
export function verdicts(resources: readonly Resource[], of: readonly Group[] = groups): Row[] {
  return of.flatMap(({ title, controls }) =>
    controls.map((control) => row(title, control, assess(control, resources))),
  );
}

function row(group: string, control: Control, { subjects, violations }: Assessment): Row {
  const { id, title, absent, option } = control;
  const named = violations.map(({ resource, problem }) => ({ resource: resource.name, problem }));
  const common = { group, id, title, byDefault: option === undefined, violations: named };
  if (subjects.length === 0) {
    return { ...common, verdict: "not applicable", because: absent };
  }
  if (violations.length === 0) {
    return { ...common, verdict: "met" };
  }
  return option === undefined
    ? { ...common, verdict: "violated", because: named.map((each) => `${each.resource}: ${each.problem}`).join("; ") }
    : { ...common, verdict: "by option", because: describeOption(option) };
}

export function describeOption(option: Option): string {
  return "command" in option ? `\`${option.command}\`` : `${option.settings.join(", ")} in ${option.layer}/`;
}

/** How many there are, and what becomes of them: two lines. */
export function counts(rows: readonly Row[]): string[] {
  const line = (byDefault: boolean): string => {
    const own = rows.filter((row) => row.byDefault === byDefault);
    const found = (["met", "by option", "not applicable", "violated"] as const).flatMap((verdict) => {
      const count = own.filter((row) => row.verdict === verdict).length;
      const isShown = count > 0 || (byDefault && verdict === "violated");
      return isShown ? [`${count} ${verdict === "by option" ? "not chosen" : verdict}`] : [];
    });
    return `${own.length} controls ${byDefault ? "by default" : "by option"}: ${found.join(", ")}`;
  };
  return [line(true), line(false)];
}
