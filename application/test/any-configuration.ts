import { ifKnown } from "@selfhosted/common";
import { accountId, ecPair, infrastructureOutputs, licenceOfTests } from "@selfhosted/common/testing";
import type { AnyConfiguration } from "@selfhosted/common/testing/any-configuration";
import * as path from "node:path";
import { readConfig, settings } from "../config";
import { lookUpAccount } from "../lookups";

const upstream = infrastructureOutputs();
const certificateArn = `arn:aws:acm:eu-central-1:${accountId}:certificate/1`;

/** What any configuration of the layer is tried in. */
export const anyApplication: AnyConfiguration = {
  layer: "application",
  folder: path.dirname(__dirname),
  settings,
  good: {
    "selfhosted-application:imageTag": { text: "20260101-1000-signed", encrypted: false },
    "selfhosted-application:domain": { text: "pulumi.example.com", encrypted: false },
    "selfhosted-application:certificateArn": { text: certificateArn, encrypted: false },
    "selfhosted-application:licenseKey": { text: licenceOfTests, encrypted: true },
    "selfhosted-application:agGridLicenseKey": { text: "grid-licence-of-tests", encrypted: true },
  },
  samples: {
    certificateArn: [certificateArn],
    logRouterOptions: ['{"Name":"http"}'],
    // Of one pair, where both are set anew.
    ...Object.fromEntries(
      ["saml", "apiTls", "consoleTls"].flatMap((pair) => [
        [`${pair}Certificate`, [ecPair.certificate]],
        [`${pair}PrivateKey`, [ecPair.privateKey]],
      ]),
    ),
  },
  stacks: { "selfhosted-infrastructure": { ...upstream } },
  calls: { "aws:ec2/getPrefixList:getPrefixList": () => ({ id: "pl-of-a-service" }) },
  async check(found, aws) {
    const { inputs, problems } = readConfig(found, upstream);
    const { checks } = await lookUpAccount(inputs, { stack: "test", aws });
    return {
      problems: [...problems, ...checks.flatMap((check) => check.problems)],
      isFit: ifKnown(() => inputs.upstream.installation) !== undefined,
    };
  },
};
