import type { AnyConfiguration } from "@selfhosted/common/testing/any-configuration";
import { readConfig, settings } from "../config";
import { lookUpAccount } from "../lookups";
import { application, dns, zoneId } from "./installation";

/** What any configuration of the layer is tried in. */
export const anyDns: AnyConfiguration = {
  layer: "dns",
  folder: dns.folder,
  settings,
  good: dns.found(),
  samples: { zoneName: ["example.com"], zoneId: [zoneId] },
  stacks: { "selfhosted-application": { ...application } },
  async check(found, aws) {
    const { inputs, problems } = readConfig(found, application);
    const { checks, zone } = await lookUpAccount(inputs, { stack: "test", aws });
    return { problems: [...problems, ...checks.flatMap((check) => check.problems)], isFit: zone !== undefined };
  },
};
