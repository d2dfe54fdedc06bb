import type { AnyConfiguration } from "@selfhosted/common/testing/any-configuration";
import * as path from "node:path";
import { readConfig, settings } from "../config";
import { lookUpAccount } from "../lookups";
import { applicationOutputs, zoneId } from "./installation";

const upstream = applicationOutputs();

/** What any configuration of the layer is tried in. */
export const anyDns: AnyConfiguration = {
  layer: "dns",
  folder: path.dirname(__dirname),
  settings,
  good: { "selfhosted-dns:zoneName": { text: "example.com", encrypted: false } },
  samples: { zoneName: ["example.com"], zoneId: [zoneId] },
  stacks: { "selfhosted-application": { ...upstream } },
  async check(found, aws) {
    const { inputs, problems } = readConfig(found, upstream);
    const { checks, zone } = await lookUpAccount(inputs, { stack: "test", aws });
    return { problems: [...problems, ...checks.flatMap((check) => check.problems)], isFit: zone !== undefined };
  },
};
