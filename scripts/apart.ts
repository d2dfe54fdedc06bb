import { fork } from "node:child_process";
import { failed } from "./command";

/**
 * Starts a module in a process of its own, so that what it loads is gone from memory once it has ended.
 *
 * @param file of a module that calls `runApart`. It can't ask: the terminal's input stays with this process.
 * @returns what gives it its argument, which is cloned, and waits for its exit code.
 */
export function startApart<A extends object>(file: string): (argument: A) => Promise<number> {
  const child = fork(file, { serialization: "advanced", stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const code = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (exit) => resolve(exit ?? 1));
  });
  // Whoever waits for the code sees why; nobody may.
  code.catch(() => undefined);
  // A command that ends without it doesn't wait for it.
  child.unref();
  child.channel?.unref();
  return (argument) => {
    child.ref();
    child.send(argument);
    return code;
  };
}

/** What a module does that was started so. It ends where the command does that started it: nobody reads its exit code any more. */
export function runApart<A extends object>(main: (argument: A) => Promise<number>): void {
  const abandoned = (): never => process.exit(1);
  process.once("disconnect", abandoned);
  process.once("message", (argument: A) => {
    void main(argument)
      .catch(failed)
      .then((code) => {
        process.exitCode = code;
        process.off("disconnect", abandoned);
        process.disconnect();
      });
  });
}
