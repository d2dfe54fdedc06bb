import { expect } from "chai";
import { type Scratch, scratchCheckout } from "../../../bench/scratch";
import { type Access, inventory } from "../inventory";
import { access } from "../sandbox";

/** An installation that nothing disturbed. */
export interface Installation {
  scratch: Scratch;
  aws: Access;
  /** What was in the account when it was deployed. */
  inventory: string[];
}

let scratch: Scratch | undefined;
let deployed: Promise<Installation> | undefined;

/** The installation that the tests of the process share. Whoever changes it leaves it healthy, with the same resources. */
export function installed(): Promise<Installation> {
  deployed ??= deploy((scratch = scratchCheckout()));
  return deployed;
}

after(async function () {
  this.timeout(60_000);
  await scratch?.remove();
});

async function deploy(checkout: Scratch): Promise<Installation> {
  const { code, output } = await checkout.make("deploy", "ENV=local");
  expect(code, output).to.equal(0);
  const aws = access(checkout);
  return { scratch: checkout, aws, inventory: await inventory(aws) };
}
