import type { Backend, StackName } from "./backend";
import { Deployment } from "./deployment";
import type { Display } from "./display";
import { programEntry } from "./language";
import { Monitor } from "./monitor";
import { type ConfigValue, type Project, StackConfig } from "./project";
import { Providers } from "./providers";
import { unlock } from "./secrets";
import { Snapshot } from "./snapshot";
import { StackReferences } from "./stack-references";
import { type Stage, Work } from "./stage";
import { decryptState, type Deployment as Deployed, encryptState } from "./state";
import { type Properties, secret } from "./values";

interface SessionOptions {
  project: Project;
  name: StackName;
  backend: Backend;
  parallel: number;
  preview: boolean;
  display: Display;
}

/** Everything an operation has open: the state in memory, the plugins, and the services for the program. */
export interface Session {
  stage: Stage;
  monitor: Monitor;
  /** Where the monitor listens. */
  address: string;
  /** The stack's configuration in plain text. */
  config: Record<string, ConfigValue>;
  /** Ends running steps early, as far as their plugins can. */
  hurry(): void;
  /** Waits for running steps, saves the state and stops the plugins. */
  close: () => Promise<void>;
}

export async function openSession(options: SessionOptions, deployed: Deployed): Promise<Session> {
  const { project, name, backend, parallel, preview, display } = options;
  const stackConfig = new StackConfig(project, name.stack);
  const savedSalt = deployed.secrets_providers?.state.salt;
  const crypter = await stackConfig.crypter(savedSalt);
  const state = decryptState(deployed, savedSalt ? await unlock(savedSalt) : crypter);
  const config = await stackConfig.reveal();

  const snapshot = new Snapshot(state.resources ?? [], state.pending_operations ?? [], (resources, pending) => {
    const latest: Deployed = {
      manifest: { time: new Date().toISOString(), magic: "", version: "" },
      secrets_providers: { type: "passphrase", state: { salt: stackConfig.encryptionSalt! } },
      resources,
      ...(pending.length > 0 && { pending_operations: pending }),
      metadata: {},
    };
    if (!preview) backend.write(name, encryptState(latest, crypter));
  });
  const host = {
    engineAddress: "",
    programFolder: programEntry(project).folder,
    resume: snapshot.pendingCreates.map(({ urn }) => urn),
  };
  const providers = new Providers(host, preview, new StackReferences(backend), (urn, id) => snapshot.find(urn, id));
  const work = new Work(parallel, display);
  const providerConfig = (pkg: string): Properties => configOf(config, pkg);
  const stage = {
    project: project.name,
    stack: name.stack,
    preview,
    snapshot,
    providers,
    display,
    work,
    providerConfig,
  };
  const monitor = new Monitor({ stage, deployment: new Deployment(stage), providers });
  host.engineAddress = await monitor.listen();
  providers.start(snapshot.remaining);

  const close = async (): Promise<void> => {
    await work.idle();
    await snapshot.save();
    monitor.stop();
    await providers.stop();
  };
  return { stage, monitor, address: host.engineAddress, config, hurry: () => providers.cancel(), close };
}

/** What the configuration says about a package: `region` of `aws:region`. */
function configOf(config: Record<string, ConfigValue>, pkg: string): Properties {
  const own = Object.entries(config).filter(([key]) => key.startsWith(`${pkg}:`));
  return Object.fromEntries(
    own.map(([key, value]) => [key.slice(pkg.length + 1), value.secret ? secret(value.text) : value.text]),
  );
}
