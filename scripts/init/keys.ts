import { type Choose, nothing } from "./choice";
import type { Key } from "./facts";

/** The name that the documentation gives the service's key. */
const documented = "alias/pulumi-selfhosted";

/** With what Pulumi encrypts the secrets of the stacks. */
export const chooseSecretsProvider: Choose = (facts) => {
  const { backend, hasPassphrase, keys, region } = facts;
  const key = "secretsProvider";
  if (/^https?:/.test(backend)) {
    return { key, value: "default", because: "Pulumi Cloud encrypts the secrets of its stacks" };
  }
  if (hasPassphrase) {
    return { key, value: "passphrase", because: "PULUMI_CONFIG_PASSPHRASE, or that with _FILE, is set" };
  }
  const usable = usableOf(keys).filter(({ alias }) => alias !== documented);
  const urlOf = ({ alias }: Key): string => `awskms://${alias}?region=${region}`;
  const [named, ...others] = usable.filter(({ alias }) => alias.includes("state"));
  if (named !== undefined && others.length === 0) {
    return { key, value: urlOf(named), because: "the only key that is named after the state" };
  }
  if (usable.length === 0) {
    const reason = "nothing is there to encrypt the secrets in Pulumi's state: no key with an alias, and no passphrase";
    const fix =
      "`make backend` makes a key; or export PULUMI_CONFIG_PASSPHRASE, which every later command then needs; or answer secretsProvider";
    return nothing(key, "keys", facts, reason, fix);
  }
  return {
    key,
    asks: "KMS key with which Pulumi encrypts the secrets in its state",
    choices: usable.map((each) => ({ value: urlOf(each), name: each.alias })),
  };
};

/** Not the key of Pulumi's own state: who may read that isn't who may read what the service's users keep. */
export const chooseServiceKey: Choose = (facts, { secretsProvider = "" }) => {
  const usable = usableOf(facts.keys);
  const free = usable.filter(({ alias }) => !secretsProvider.startsWith(`awskms://${alias}?`));
  const [first, ...others] = free;
  const key = "serviceKeyId";
  if (free.some(({ alias }) => alias === documented)) {
    return { key, value: documented, because: "has the name that the README gives this key" };
  }
  if (first === undefined) {
    const flawed = facts.keys.flatMap(({ alias, flaw }) => (flaw === undefined ? [] : [`${alias} ${flaw}`]));
    const used = usable.map(({ alias }) => `${alias} encrypts Pulumi's state`);
    const reason = `${facts.region} has no key with an alias that can encrypt for the service${[...flawed, ...used].map((each) => `; ${each}`).join("")}`;
    const fix = `aws kms create-key --region ${facts.region} --description "Pulumi Self-Hosted", then aws kms create-alias --region ${facts.region} --alias-name ${documented} --target-key-id <its id>, and run init again`;
    return nothing(key, "keys", facts, reason, fix);
  }
  return others.length === 0
    ? { key, value: first.alias, because: "the only key with an alias that is free for it" }
    : {
        key,
        asks: "KMS key with which the service encrypts its users' secrets; without it they are lost",
        choices: free.map(({ alias }) => ({ value: alias, name: alias })),
      };
};

function usableOf(keys: Key[]): Key[] {
  return keys.filter(({ flaw }) => flaw === undefined);
}
