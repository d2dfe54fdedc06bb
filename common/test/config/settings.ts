import {
  certificate,
  choice,
  type ConfigOf,
  type ConfigProblem,
  type Configuration,
  cronExpression,
  decimal,
  flag,
  integer,
  licence,
  list,
  map,
  network,
  parseConfig,
  pattern,
  privateKey,
  regionName,
  secret,
  secretMap,
  type Size,
  text,
  variableName,
  webUrl,
} from "../../config";
import { foundIn, licenceOfTests, type Values } from "../../testing";

const description = "What it is for.";

/** Settings of each kind. */
export const settings = {
  "aws:region": text({ description, shape: regionName, example: "eu-central-1" }),
  vpcId: text({ description, shape: pattern(/^vpc-[0-9a-f]+$/, "the id of a VPC"), example: "vpc-0a1b" }),
  instances: integer({ description, min: 1, max: 15, bySize: { small: 1, medium: 2, large: 3 } }),
  memory: integer({ description, min: 512, max: 4096, unit: "MiB", default: 1024 }),
  capacity: decimal({ description, min: 0.5, max: 128, optional: true }),
  internal: flag({ description }),
  level: choice(["small", "large"], { description, default: "small" }),
  cidrs: list({ description, shape: network, min: 1, default: ["0.0.0.0/0"] }),
  tags: map({ description }),
  licenseKey: secret({ description, shape: licence }),
  password: secret({ description, optional: true }),
  extraSecrets: secretMap({ description, key: variableName, allowed: "names of variables with texts" }),
  endpoint: text({ description, shape: webUrl, optional: true }),
  schedule: text({ description, shape: cronExpression, optional: true }),
  tlsCertificate: text({ description, shape: certificate, optional: true }),
  tlsPrivateKey: secret({ description, shape: privateKey, optional: true }),
};
export type Config = ConfigOf<typeof settings>;

/** Reads a good configuration with these values over it, in which these keys are encrypted. */
export function parse(values: Values, encrypted = ["licenseKey", "extraSecrets"], size?: Size): Configuration<Config> {
  const good = { "aws:region": "eu-central-1", vpcId: "vpc-0a", licenseKey: licenceOfTests };
  return parseConfig(settings, "project", foundIn("project", { ...good, ...values }, encrypted), size);
}

export function problemsOf(...args: Parameters<typeof parse>): ConfigProblem[] {
  return parse(...args).problems;
}
