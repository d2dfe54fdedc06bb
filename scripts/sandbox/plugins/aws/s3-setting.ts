import { S3 } from "@aws-sdk/client-s3";
import { allOf, type Check, required } from "../checks";
import type { Problem, Properties, ResourceType } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { exists } from "./references";

/** A part of a bucket's configuration, which S3 writes and reads as a whole. */
interface Setting<Inputs extends object> extends Pick<ResourceType<Account, Inputs>, "updateOn" | "defaults"> {
  check: Check;
  checkReferences?(inputs: Inputs, account: Account): Promise<Problem[]>;
  put(inputs: Inputs, s3: S3): Promise<unknown>;
  /** The setting under the names of the inputs, or undefined when the bucket doesn't have it. */
  get(Bucket: string, s3: S3, known: Inputs): Promise<Properties | undefined>;
  remove(Bucket: string, s3: S3): Promise<unknown>;
}

/** A resource type out of a setting. Its id is the bucket's name. */
export function bucketSetting<Inputs extends { bucket: string }>(
  setting: Setting<Inputs>,
): ResourceType<Account, Inputs> {
  const s3 = (account: Account) => account.client(S3);
  return {
    replaceOn: ["bucket"],
    updateOn: setting.updateOn,
    defaults: setting.defaults,
    check: allOf(required("bucket"), setting.check),
    async checkReferences(inputs, { account }) {
      const problems = await bucketExists("bucket", inputs.bucket, account);
      return problems.length ? problems : ((await setting.checkReferences?.(inputs, account)) ?? []);
    },
    async create(inputs, { account }) {
      await setting.put(inputs, s3(account));
      return { id: inputs.bucket };
    },
    async read(id, known, { account }) {
      const found = await unlessMissing(setting.get(id, s3(account), known));
      return found && { bucket: id, ...found };
    },
    async update(_id, inputs, _olds, { account }) {
      await setting.put(inputs, s3(account));
    },
    async delete(id, _olds, { account }) {
      await unlessMissing(setting.remove(id, s3(account)));
    },
  };
}

/** A problem when there is no bucket of that name, or of that ARN. */
export async function bucketExists(property: string, nameOrArn: string, account: Account): Promise<Problem[]> {
  const Bucket = nameOrArn.split(":").at(-1);
  return exists(property, nameOrArn, account.client(S3).headBucket({ Bucket }));
}
