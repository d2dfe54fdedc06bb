import { join } from "node:path";
import { explain } from "../report";
import { saying } from "../waiting";
import { Bundle, type BundleFile, maskedIn } from "./bundle";
import { type Part, partsOf } from "./parts";
import { readme } from "./readme";
import { isUnsearchable } from "./redact/known";
import { redactor } from "./redact/redact";
import { secretsOfProcess } from "./secrets";
import { enterIfPossible, type Note, readStacksIfPossible } from "./stacks";

/** What was written, and what its sender should know of it. */
export interface Diagnosis {
  file: string;
  files: readonly BundleFile[];
  /** What isn't in it, or isn't masked by its value, and why. */
  notes: string[];
}

/** Collects what support needs to know of an environment, and writes it, without its secrets, into an archive in a folder. */
export async function diagnose(name: string, into = process.cwd()): Promise<Diagnosis> {
  const at = new Date();
  const notes: string[] = [];
  const note: Note = (error, what) => void notes.push(explain(error, what));
  const { environment, hasPulumi } = await enterIfPossible(name, note);
  const { stacks, secrets } = hasPulumi
    ? await saying("reading the stacks", readStacksIfPossible(environment, note))
    : { secrets: secretsOfProcess() };
  for (const unsearchable of new Set(secrets.filter(isUnsearchable).map((secret) => secret.name))) {
    notes.push(`${unsearchable} is too short or too common a word to be masked by its value`);
  }
  const redact = redactor(secrets);
  const bundle = new Bundle(redact);
  const collected = Promise.all(partsOf(environment, stacks).map(collect));
  const absent: string[] = [];
  for (const { path, content, unread } of await saying("collecting", collected)) {
    if (content !== undefined) {
      bundle.add(path, content);
    } else if (unread !== undefined) {
      notes.push(unread);
    } else {
      absent.push(path);
    }
  }
  if (absent.length > 0) {
    notes.push(`there is nothing to put into ${absent.join(", ")}`);
  }
  const masked = notes.map((each) => redact(each.replace(/\s*\n\s*/g, " ")).text);
  bundle.add("masked.json", maskedIn(bundle.list()));
  bundle.add("README.txt", readme(environment.name, at, masked));
  const folder = `selfhosted-doctor-${environment.stack}-${at.toISOString().replace(/[-:]|\.\d+/g, "")}`;
  const file = join(into, `${folder}.tar.gz`);
  await bundle.write(file, folder);
  return { file, files: bundle.list(), notes: masked };
}

interface Collected {
  path: string;
  content?: unknown;
  /** Why it isn't known whether there is any. */
  unread?: string;
}

/** One part that can't be read leaves the others as they are. */
async function collect({ path, read }: Part): Promise<Collected> {
  try {
    return { path, content: await read() };
  } catch (error) {
    return { path, unread: explain(error, path) };
  }
}
