import { ensure, Reported } from "../errors";
import { type ConfigValue, StackConfig } from "../program/config";
import { runProgram } from "../program/language";
import { Monitor } from "../program/monitor";
import type { Project } from "../program/project";
import { Providers } from "../providers/providers";
import { StackReferences } from "../providers/stack-references";
import { type Backend, deploymentOf, type StackName } from "../state/backend";
import { unlock } from "../state/secrets";
import { Snapshot } from "../state/snapshot";
import { decryptState, dependenciesOf, encryptState, type Operation, type ResourceState } from "../state/state";
import { isStack } from "../state/urn";
import { type Properties, secret } from "../state/values";
import { Deployment } from "./deployment";
import { Display } from "./display";
import { type Import, importResources } from "./import";
import { refresh } from "./refresh";
import { deleteAll } from "./removal";
import { type Stage, Work } from "./work";

const titles = {
  update: ["Previewing update", "Updating"],
  destroy: ["Previewing destroy", "Destroying"],
  refresh: ["Previewing refresh", "Refreshing"],
  "resource-import": ["Previewing import", "Importing"],
};

export interface OperationOptions {
  kind: keyof typeof titles;
  preview: boolean;
  project: Project;
  name: StackName;
  backend: Backend;
  parallel: number;
  /** URNs of what may change; everything where there are none. */
  targets: string[];
  /** Refresh before anything else. */
  refresh: boolean;
  json: boolean;
  suppressOutputs: boolean;
  expectNoChanges: boolean;
  imports?: Import[];
}

/** Runs one operation on a stack, locked unless it is a preview. Returns whether it succeeded; the display shows the rest. */
export async function runOperation(options: OperationOptions): Promise<boolean> {
  const { backend, name, kind, preview } = options;
  const startTime = Math.floor(Date.now() / 1000);
  const unlockStack = preview ? () => {} : backend.lock(name);
  process.once("exit", unlockStack);
  try {
    const display = new Display(options);
    display.print(`${titles[kind][preview ? 0 : 1]} (${name.stack}):`);
    const work = new Work(options.parallel, display);
    await perform(options, work, display);
    if (!preview) {
      const result = work.failed ? "failed" : "succeeded";
      const about = { message: "", environment: {}, config: {}, version: 0 };
      const times = { startTime, endTime: Math.floor(Date.now() / 1000) };
      backend.addToHistory(name, { kind, ...times, ...about, result, resourceChanges: display.counts });
    }
    ensure(
      !options.expectNoChanges || !display.hasChanges || work.failed,
      "no changes were expected but changes occurred",
    );
    return !work.failed;
  } finally {
    unlockStack();
  }
}

async function perform(options: OperationOptions, work: Work, display: Display): Promise<void> {
  const { project, name, backend, preview } = options;
  const stackConfig = new StackConfig(project, name.stack);
  const deployed = backend.read(name) ?? deploymentOf(undefined);
  const savedSalt = deployed.secrets_providers?.state.salt;
  const crypter = await stackConfig.crypter(savedSalt);
  const state = decryptState(deployed, savedSalt ? await unlock(savedSalt) : crypter);
  const config = await stackConfig.reveal();
  const snapshot = new Snapshot(
    state.resources ?? [],
    state.pending_operations ?? [],
    (resources, pending_operations) => {
      if (!preview) {
        const latest = { ...deploymentOf(stackConfig.encryptionSalt), resources, pending_operations };
        backend.write(name, encryptState(latest, crypter));
      }
    },
  );
  const monitor = new Monitor();
  const engineAddress = await monitor.listen();
  const providers = new Providers({
    ...{ preview, engineAddress, programFolder: project.root },
    stackReferences: new StackReferences(backend),
    find: (urn, id) => snapshot.find(urn, id),
  });
  const stage: Stage = {
    ...{ project: project.name, stack: name.stack, preview, snapshot, providers, display, work },
    targets: new Set(options.targets),
    providerConfig: (pkg) => configOf(config, pkg),
  };
  const deployment = new Deployment(stage);
  monitor.serve(stage, deployment);
  providers.start(snapshot.remaining);
  const before = snapshot.resources.find((resource) => isStack(resource.type))?.outputs ?? {};
  const onSignal = (): void => interrupt(stage);
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  try {
    await takeSteps(options, stage, config, engineAddress);
  } catch (error) {
    work.fail("", error);
  }
  await work.idle();
  const outputs = monitor.settleOutputs(before);
  await snapshot.save();
  process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  monitor.stop();
  await providers.stop();
  display.finish(outputs);
}

/** Lets running steps end, at once where their provider can. The second time nothing is waited for: it stays pending. */
function interrupt({ work, providers, display }: Stage): void {
  if (work.stopped.aborted) {
    process.exit(1);
  }
  display.print(
    "cancelling: waiting for the running steps to end. Interrupt again to terminate immediately, which may lead to orphaned " +
      "resources and other inconsistencies",
  );
  work.fail("", new Error("update canceled"));
  providers.cancel();
}

async function takeSteps(
  options: OperationOptions,
  stage: Stage,
  config: Record<string, ConfigValue>,
  address: string,
): Promise<void> {
  const { kind, project, preview, parallel } = options;
  const { display, snapshot, stack, work } = stage;
  if (options.imports) {
    return importResources(stage, options.imports);
  }
  if (kind === "refresh" || options.refresh) {
    await refresh(stage);
  } else if (snapshot.interrupted.length > 0 && !preview) {
    display.log("warning", "", pendingWarning(snapshot.interrupted));
  }
  if (kind === "refresh" || work.failed) {
    return;
  }
  if (kind === "update") {
    const output = (line: string): void => display.print(`    ${line}`);
    const interrupted = work.stopped;
    const run = { project, stack, config, address, preview, parallel, output, interrupt: interrupted };
    const problem = await runProgram(run);
    await work.idle();
    if (problem !== undefined) {
      work.fail("", problem === "" ? new Reported() : new Error(problem));
    }
  }
  const missing = options.targets.filter((urn) => !snapshot.find(urn));
  await deleteAll(stage, leaving(stage));
  for (const urn of work.failed ? [] : missing) {
    work.fail("", new Error(`Target '${urn}' could not be found in the stack.`));
  }
}

/** Old resources that go; with targets, those among them that nothing else needs. */
function leaving({ snapshot, targets }: Stage): ResourceState[] {
  let going = snapshot.remaining.filter(({ urn }) => targets.size === 0 || targets.has(urn));
  for (;;) {
    const staying = snapshot.resources.filter((resource) => !going.includes(resource));
    const needed = new Set(staying.flatMap(dependenciesOf));
    const free = going.filter((resource) => resource.delete || !needed.has(resource.urn));
    if (free.length === going.length) {
      return going;
    }
    going = free;
  }
}

/** What the configuration says about a package: `region` of `aws:region`. */
function configOf(config: Record<string, ConfigValue>, pkg: string): Properties {
  const own = Object.entries(config).filter(([key]) => key.startsWith(`${pkg}:`));
  return Object.fromEntries(
    own.map(([key, { text, secret: isSecret }]) => [key.slice(pkg.length + 1), isSecret ? secret(text) : text]),
  );
}

/** The real command's words, so that what is written about them helps here too. */
const pendingWarning = (operations: readonly Operation[]): string =>
  `Attempting to deploy or update resources with ${operations.length} pending operations from previous deployment.
${operations.map(({ resource, type }) => `  * ${resource.urn}, interrupted while ${type}\n`).join("")}\
These resources are in an unknown state because the Pulumi CLI was interrupted while waiting for changes to these resources to \
complete. You should confirm whether or not the operations listed completed successfully by checking the state of the appropriate \
provider.
Once you have confirmed that, \`pulumi refresh\` clears the pending operations; those of creations only with \
\`--clear-pending-creates\`.`;
