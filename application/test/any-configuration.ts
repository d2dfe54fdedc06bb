import { ifKnown } from "@selfhosted/common";
import { ecPair } from "@selfhosted/common/testing";
import type { AnyConfiguration } from "@selfhosted/common/testing/any-configuration";
import { readConfig, settings } from "../config";
import { lookUpAccount } from "../lookups";
import { application, infrastructure } from "./fixtures";

const { layer, folder, stacks, calls } = application.program();
const good = application.found();

/** What any configuration of the layer is tried in. */
export const anyApplication: AnyConfiguration = {
  ...{ layer, folder, stacks, calls, settings, good },
  samples: {
    certificateArn: [good["selfhosted-application:certificateArn"]?.text ?? ""],
    logRouterOptions: ['{"Name":"http"}'],
    // Of one pair, where both are set anew.
    ...Object.fromEntries(
      ["saml", "apiTls", "consoleTls"].flatMap((pair) => [
        [`${pair}Certificate`, [ecPair.certificate]],
        [`${pair}PrivateKey`, [ecPair.privateKey]],
      ]),
    ),
  },
  async check(found, aws) {
    const { inputs, problems } = readConfig(found, infrastructure);
    const { checks } = await lookUpAccount(inputs, { stack: "test", aws });
    return {
      problems: [...problems, ...checks.flatMap((check) => check.problems)],
      isFit: ifKnown(() => inputs.upstream.installation) !== undefined,
    };
  },
};
