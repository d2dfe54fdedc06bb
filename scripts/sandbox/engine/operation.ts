import { type Backend, type StackName } from "./backend";
import { Display } from "./display";
import { messageOf } from "./errors";
import { runProgram } from "./language";
import type { Project } from "./project";
import { refresh } from "./refresh";
import { adoptLeftovers, deleteAll, withDependents } from "./removal";
import { openSession, type Session } from "./session";
import { isStack } from "./urn";
import type { Properties } from "./values";

const TITLES = {
  preview: "Previewing update",
  update: "Updating",
  "preview-destroy": "Previewing destroy",
  destroy: "Destroying",
  refresh: "Refreshing",
};

export type OperationKind = keyof typeof TITLES;

interface OperationOptions {
  kind: OperationKind;
  project: Project;
  name: StackName;
  backend: Backend;
  parallel: number;
  /** URNs to destroy, with what depends on them; everything when empty. */
  targets: string[];
  diff: boolean;
  json: boolean;
  expectNoChanges: boolean;
}

/** Runs one operation on a stack, locked unless it is a preview. Returns whether it succeeded; the display tells the rest. */
export async function runOperation(options: OperationOptions): Promise<boolean> {
  const { backend, name, kind } = options;
  const preview = kind.startsWith("preview");
  const unlockStack = preview ? () => {} : backend.lock(name);
  try {
    const display = new Display({ preview, diff: options.diff, json: options.json });
    display.header(TITLES[kind], name.stack);
    const session = await openSession({ ...options, preview, display }, backend.read(name)!);
    const { snapshot, work } = session.stage;
    const before = snapshot.resources.find((resource) => isStack(resource.type))?.outputs ?? {};
    await perform(options, session, before);
    if (options.expectNoChanges && display.changes > 0) work.fail("", "no changes were expected but changes occurred");
    display.finish(before, session.monitor.outputs);
    return work.failed.size === 0;
  } finally {
    unlockStack();
  }
}

async function perform(options: OperationOptions, session: Session, before: Properties): Promise<void> {
  const { stage, close } = session;
  const interrupt = new AbortController();
  const onSignal = (): void => {
    if (interrupt.signal.aborted) return session.hurry();
    stage.work.cancelled = true;
    stage.work.fail("", "cancelled: waiting for the running steps to finish; interrupt again to cut them short");
    interrupt.abort();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  try {
    await steps(options, session, interrupt.signal);
  } catch (error) {
    stage.work.fail("", messageOf(error));
  } finally {
    session.monitor.settleOutputs(before, stage.work.failed.size > 0);
    await close();
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

async function steps(
  { kind, targets, project }: OperationOptions,
  session: Session,
  interrupt: AbortSignal,
): Promise<void> {
  const { stage, address, config } = session;
  const { display, preview, snapshot, stack, work } = stage;
  if (kind === "refresh") return refresh(stage);
  if (kind === "preview" || kind === "update") {
    const output = (line: string): void => display.output(line);
    const problem = await runProgram({
      project,
      stack,
      config,
      address,
      preview,
      parallel: work.parallel,
      output,
      interrupt,
    });
    await work.idle();
    if (problem !== undefined) work.fail("", problem);
    // What wasn't registered may only be missing because of the failure.
    if (work.failed.size > 0) return;
  }
  if (!preview) await adoptLeftovers(stage);
  await deleteAll(stage, targets.length > 0 ? withDependents(snapshot.remaining, targets) : snapshot.remaining);
}
