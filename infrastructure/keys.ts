import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Surroundings } from "@selfhosted/common";
import { Findings } from "./findings";

/** The ARN of a key that the customer names by id, alias or ARN. Undefined, with the problem found, where it isn't fit. */
export async function lookUpKey(
  setting: "serviceKeyId" | "dataKeyId",
  keyId: string,
  where: Surroundings,
  findings: Findings,
  opts: pulumi.InvokeOptions,
): Promise<string | undefined> {
  const key = await findings.lookUp(setting, keyId, aws.kms.getKey({ keyId }, opts));
  const problem = key && keyProblem(key, where.region);
  if (problem) {
    findings.add(setting, `${keyId} ${problem}`);
  }
  return key?.arn;
}

function keyProblem(key: aws.kms.GetKeyResult, region: string): string | undefined {
  if (key.keyManager === "AWS") {
    return "is a key that AWS manages; allowed: a key of your own";
  }
  if (!key.enabled) {
    return `is in state ${key.keyState}; allowed: an enabled key`;
  }
  if (key.keySpec !== "SYMMETRIC_DEFAULT" || key.keyUsage !== "ENCRYPT_DECRYPT") {
    return `is for ${key.keyUsage} with ${key.keySpec}; allowed: a symmetric key to encrypt and decrypt`;
  }
  const found = key.arn.split(":")[3];
  return found === region ? undefined : `is in region ${found}; allowed: a key in ${region}`;
}
