import type { KeyMetadata, KMS } from "@aws-sdk/client-kms";
import { finding, type Finding } from "../report";

/** A key that the customer brings is one with which AWS services can encrypt. */
export async function checkKey(kms: KMS, setting: "serviceKeyId" | "dataKeyId", keyId: string): Promise<Finding> {
  return judgeBroughtKey(setting, keyId, (await kms.describeKey({ KeyId: keyId })).KeyMetadata);
}

/** Keys of this spec serve to encrypt and decrypt, and nothing else. */
const symmetric = "SYMMETRIC_DEFAULT";

export function judgeBroughtKey(setting: string, keyId: string, key: KeyMetadata | undefined): Finding {
  const { KeyState: state, KeySpec: spec, KeyManager: manager } = key ?? {};
  return finding(
    `key ${setting}`,
    state === "Enabled" && spec === symmetric && manager !== "AWS",
    `${keyId}: ${[state, spec, manager === "AWS" ? "managed by AWS" : ""].filter(Boolean).join(", ")}`,
    "it must be an enabled, symmetric key of your own; set another one in infrastructure/",
  );
}
