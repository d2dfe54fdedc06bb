import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";

let guard: ChildProcess | undefined;

/**
 * Starts a program or plugin that ends with this process, however that ends: one that is alone may run for ever (common/program.ts).
 * It leads a process group, so that Ctrl-C lets its running step finish, and so that nobody else is hit: a shell, which waits for
 * the end of its standard input, kills those groups.
 */
export function spawnChild(command: string, args: string[], options: SpawnOptions): ChildProcess {
  if (!guard) {
    const script = `while read group; do groups="$groups -$group"; done; kill -9 $groups 2>/dev/null`;
    guard = spawn("sh", ["-c", script], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
    guard.unref();
  }
  const child = spawn(command, args, { ...options, detached: true });
  guard.stdin?.write(`${child.pid}\n`);
  return child;
}
