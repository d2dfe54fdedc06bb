/**
 * Whether Pulumi made a name up, of the logical name and seven random digits: then each attempt to make the resource has another one.
 * https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming
 */
export function isMadeUp(name: string, logicalName: string): boolean {
  return name.startsWith(`${logicalName}-`) && /^[0-9a-f]{7}$/.test(name.slice(logicalName.length + 1));
}
