import { regionName } from "@selfhosted/common";
import { shown } from "./shown";

/** @throws Error unless a region is named, of a command that asks AWS before there is a configuration. */
export function requireRegion(region: string | undefined): string {
  const example = "export AWS_REGION=eu-central-1";
  if (region === undefined || region === "") {
    throw new Error(`AWS_REGION isn't set. It says in which region to work: ${example}`);
  }
  const fault = regionName.fault(region);
  if (fault !== undefined) {
    const meant = fault.meant === undefined ? "" : ` Did you mean ${fault.meant}?`;
    throw new Error(`AWS_REGION is ${shown(region)}. Allowed: ${regionName.allowed}.${meant}`);
  }
  return region;
}
