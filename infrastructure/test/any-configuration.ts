import { issuer, subnetIds, vpcId } from "@selfhosted/common/testing";
import type { AnyConfiguration } from "@selfhosted/common/testing/any-configuration";
import { readConfig, settings } from "../config";
import { lookUpAccount } from "../lookups";
import { infrastructure } from "./layer";

/** What any configuration of the layer is tried in. */
export const anyInfrastructure: AnyConfiguration = {
  layer: "infrastructure",
  folder: infrastructure.folder,
  settings,
  good: infrastructure.found(),
  samples: {
    vpcId: [vpcId],
    publicSubnetIds: [subnetIds.public.join()],
    privateSubnetIds: [subnetIds.private.join()],
    databaseCaCertificate: [issuer],
    isolatedSubnetIds: [subnetIds.isolated.join()],
  },
  async check(found, aws) {
    const { config, problems } = readConfig(found);
    const { checks, account } = await lookUpAccount(config, { stack: "test", aws });
    return { problems: [...problems, ...checks.flatMap((check) => check.problems)], isFit: account !== undefined };
  },
};
