import { type Contract, optional, type OutputsOf, required } from "./contract";

/** What the dns layer gives to the operator. */
const outputs = {
  apiUrl: required("https://api.pulumi.example.com"),
  consoleUrl: required("https://app.pulumi.example.com"),
  zoneId: required("Z0PUBLICZONE"),
  /** The role that reads and changes the zone, where it belongs to another account. */
  zoneRoleArn: optional("arn:aws:iam::444455556666:role/dns"),
  /** Names of the records made. */
  records: required<string[]>(["api.pulumi.example.com", "app.pulumi.example.com"]),
  /** Route 53 health checks, where they are on. */
  healthCheckIds: optional<string[]>(["11111111-2222-3333-4444-555555555555"]),
};

export type DnsOutputs = OutputsOf<typeof outputs>;

export const dnsContract: Contract<DnsOutputs> = { layer: "dns", version: 1, outputs };
