import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { localFolder } from "./repository";

export interface PythonOptions {
  /** What the packages are for, as messages name it: `the emulated AWS account`. */
  purpose: string;
  /** Folder of the environments, which several processes may share. Default: `venv` in the ignored folder. */
  environments?: string;
  /** Receives one line before an installation. */
  report: (line: string) => void;
}

/**
 * A Python with these packages: makes a virtual environment, once per content of the requirements file, and returns its
 * interpreter. The file names every package with its hashes; pip installs nothing else.
 *
 * @throws Error that says what lacks: Python 3.9 or newer, its venv module, or a package index.
 */
export async function pythonWith(requirements: string, options: PythonOptions): Promise<string> {
  const { purpose, environments = join(localFolder, "venv"), report } = options;
  const digest = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const finished = join(environments, digest);
  const python = join(finished, "bin", "python");
  if (existsSync(python)) return python;
  const base = findPython(purpose);
  report(`installing ${purpose} (once, about half a minute) …`);
  // Made aside and renamed when complete: an interrupted or concurrent installation is never mistaken for a finished one.
  const draft = `${finished}.${process.pid}`;
  mkdirSync(environments, { recursive: true });
  try {
    await run(base, ["-m", "venv", draft], "Python could not make a virtual environment");
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--retries", "2"];
    await run(
      join(draft, "bin", "python"),
      [...pip, "--require-hashes", "--requirement", requirements],
      `pip could not install ${purpose}; it needs a Python package index, set PIP_INDEX_URL if yours is private`,
    );
    if (!existsSync(python)) {
      // There it may still lie if the Python that it was made with is gone.
      rmSync(finished, { recursive: true, force: true });
      renameSync(draft, finished);
    }
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return python;
}

function findPython(purpose: string): string {
  const found: string[] = [];
  for (const command of ["python3", "python"]) {
    const version = spawnSync(command, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"], {
      encoding: "utf8",
    });
    if (version.status !== 0) continue;
    const [major, minor] = version.stdout.trim().split(".").map(Number);
    if (major === 3 && minor !== undefined && minor >= 9) {
      if (spawnSync(command, ["-c", "import venv, ensurepip"]).status === 0) return command;
      throw new Error(`${command} lacks the venv module; on Debian and Ubuntu install the package python3-venv.`);
    }
    found.push(`${command} is ${version.stdout.trim()}`);
  }
  const reason = found.length ? `found only an older one (${found.join(", ")})` : "found none on PATH";
  throw new Error(`${capitalised(purpose)} needs Python 3.9 or newer; ${reason}.`);
}

async function run(command: string, args: string[], failure: string): Promise<void> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const code = await new Promise<number | null>((done, fail) => child.on("error", fail).on("close", done));
  if (code !== 0) throw new Error(`${failure}: ${output.trim().split("\n").at(-1) ?? ""}`);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
