import {
  applicationContract,
  type ApplicationOutputs,
  asFarAsKnown,
  ifKnown,
  type ServiceOutputs,
} from "@selfhosted/common";
import type { RuleArgs } from "./config";
import { hosts } from "./network/hosts";

/**
 * What this layer would publish as it is configured now, for the rules of the dns layer before it is deployed. What AWS decides, such
 * as the load balancers' names, isn't known (`partlyKnown`); nor is what depends on a value that isn't valid.
 */
export function plannedOutputs({ config, upstream }: RuleArgs): ApplicationOutputs {
  return asFarAsKnown<ApplicationOutputs>({
    contractVersion: () => applicationContract.version,
    installation: () => upstream.installation,
    imageTag: () => config.imageTag,
    api: () => asFarAsKnown<ServiceOutputs>({ domain: () => hosts(config).api }),
    console: () => asFarAsKnown<ServiceOutputs>({ domain: () => hosts(config).console }),
    // Without it the layer requests one of its own, which AWS gives an ARN.
    ...(ifKnown(() => config.certificateArn) && { certificateArn: () => config.certificateArn ?? "" }),
    internal: () => config.internal,
    dualStack: () => config.dualStack,
    allowedCidrBlocks: () => config.allowedCidrBlocks,
    allowedPrefixListIds: () => config.allowedPrefixListIds,
    vpcId: () => upstream.network.vpcId,
  });
}
