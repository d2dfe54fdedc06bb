import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import type { Context } from "mocha";
import { type Outcome, run, type Scratch, scratchCheckout } from "../../bench/scratch";
import { repository } from "../../repository";
import { type Emulator, environment, start, stop } from "../../sandbox/emulator";
import { type Proxy, startProxy } from "../../sandbox/test/proxy";
import { realPulumi } from "../../sandbox/test/real-pulumi";
import type { Access } from "./inventory";

/** Someone with an AWS account, the `pulumi` command, and a checkout, who types what the README says. */
export interface Customer {
  scratch: Scratch;
  account: Emulator;
  aws: Access;
  /** On the customer's way to AWS. */
  proxy: Proxy;
  /** Runs lines in a shell, from the top of the checkout; it stops at the first that fails. */
  type(lines: string[], onStart?: (pid: number) => void): Promise<Outcome>;
  /** The same for what must succeed. */
  must(...lines: string[]): Promise<string>;
  remove(): Promise<void>;
}

/** Answers in the place of the installation's public names: the emulated account has no name servers and runs no containers. */
const publicNames = `
const names = require("node:dns/promises");
const { lookup } = names;
const { fetch } = globalThis;
const isOurs = (host) => /^(api|app)\\.pulumi\\.example\\.com$/.test(host);
names.lookup = (host, ...rest) => (isOurs(host) ? Promise.resolve({ address: "192.0.2.1", family: 4 }) : lookup(host, ...rest));
globalThis.fetch = (url, ...rest) => (isOurs(new URL(url).hostname) ? Promise.resolve(new Response("")) : fetch(url, ...rest));
`;

/**
 * A customer whose account is an emulated one. Its own `PULUMI_HOME` keeps the login of whoever runs the tests as it is.
 *
 * @param pulumi the folder of the real command.
 */
async function newCustomer(pulumi: string): Promise<Customer> {
  const home = mkdtempSync(join(tmpdir(), "customer-"));
  const account = await start(join(home, "account"), { report: () => undefined });
  const proxy = await startProxy(account.url);
  const scratch = scratchCheckout();
  writeFileSync(join(home, "names.cjs"), publicNames);
  const providers = join(repository, "scripts", "sandbox", "provider", "bin");
  const variables: Record<string, string> = {
    ...environment(proxy, account.account.region),
    HOME: home,
    PATH: [pulumi, providers, process.env.PATH].join(delimiter),
    PULUMI_HOME: join(home, ".pulumi"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    AWS_CONFIG_FILE: devNull,
    NODE_OPTIONS: `--require=${join(home, "names.cjs")}`,
  };
  // The README says to set it.
  delete variables.AWS_REGION;
  const settings = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const type: Customer["type"] = (lines, onStart) =>
    run(scratch.folder, "env", ["-i", ...settings, "bash", "-euc", lines.join("\n")], { onStart });
  return {
    scratch,
    account,
    aws: {
      endpoint: account.url,
      region: account.account.region,
      credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
      forcePathStyle: true,
    },
    proxy,
    type,
    must: async (...lines) => {
      const { code, stdout, output } = await type(lines);
      expect(code, output).to.equal(0);
      return stdout;
    },
    remove: async () => {
      await proxy.close();
      await stop(join(home, "account"));
      await scratch.remove();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A customer for a test, which is skipped where there is no real command. */
export function customerFor(test: Context): Promise<Customer> {
  const pulumi = realPulumi();
  if (pulumi === undefined) {
    console.log("      skipped: no pulumi command");
    return test.skip();
  }
  return newCustomer(pulumi);
}
