import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type Fault, startProxy } from "../../sandbox/test/proxy";

/** Where nothing listens: calls that no script answers fail at once. */
const nowhere = "http://127.0.0.1:1";

/**
 * Makes every AWS client of this process talk to an account that gives these answers and no others, without a region of its own.
 *
 * @returns what ends that.
 */
export async function scriptedAccount(...answers: Fault[]): Promise<() => Promise<void>> {
  const proxy = await startProxy(nowhere);
  proxy.inject(...answers);
  const restore = withVariables({
    AWS_ENDPOINT_URL: proxy.url,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_MAX_ATTEMPTS: "1",
    AWS_REGION: undefined,
    AWS_DEFAULT_REGION: undefined,
    AWS_CONFIG_FILE: "/nowhere",
  });
  return async () => {
    restore();
    await proxy.close();
  };
}

/**
 * Makes a shell script the `pulumi` command of this process.
 *
 * @returns what ends that.
 */
export function scriptedPulumi(script: string): () => void {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-"));
  writeFileSync(join(folder, "pulumi"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "pulumi"), 0o755);
  const restore = withVariables({ PATH: [folder, process.env.PATH].join(delimiter) });
  return () => {
    restore();
    rmSync(folder, { recursive: true });
  };
}

function withVariables(variables: Record<string, string | undefined>): () => void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  const set = ([name, value]: readonly [string, string | undefined]): void => {
    if (value === undefined) {
      Reflect.deleteProperty(process.env, name);
    } else {
      process.env[name] = value;
    }
  };
  Object.entries(variables).forEach(set);
  return () => before.forEach(set);
}
