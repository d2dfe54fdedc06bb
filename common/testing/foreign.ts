import { globalPrincipals, servicePrincipal } from "../partition";
import { partitions, type Partition } from "./account";

const principals: readonly string[] = globalPrincipals.map(servicePrincipal);

/**
 * The ARNs and hosts of other partitions that stand anywhere in a value, such as the recorded inputs of a layer. Principals of
 * services are the same everywhere.
 */
export function foreignNames(partition: Partition, value: unknown): string[] {
  // As JSON, policies and container definitions stand in texts of their own. Of `kms:ViaService` both suffixes are known.
  const text = JSON.stringify(value).replace(/kms:ViaService\\*":\[[^\]]*\]/g, "");
  const arns = (text.match(/\barn:aws[a-z-]*:[^"\\]*/g) ?? []).filter((arn) => !arn.startsWith(`arn:${partition}:`));
  const hosts = (text.match(/[\w.-]*\bamazonaws\.com(\.cn)?/g) ?? []).filter(
    (host) =>
      !principals.includes(host) && host.endsWith(".cn") !== (partitions[partition].dnsSuffix === "amazonaws.com.cn"),
  );
  return [...arns, ...hosts];
}
