/** Where an ARN is; undefined for a text that is none, such as the name of an alias. */
export function placeOf(text: string): { partition: string; region: string; account: string } | undefined {
  const [arn, partition = "", , region = "", account = ""] = text.split(":");
  return arn === "arn" ? { partition, region, account } : undefined;
}
