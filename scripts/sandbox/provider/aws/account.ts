import { STS } from "@aws-sdk/client-sts";
import { type Client, type ClientSettings, explained } from "./client";

/** Provider configuration as the `aws` provider of the Pulumi schema takes it. */
export interface AccountConfig {
  region?: string;
  /** Roles to assume one after the other, the last of which manages the resources. */
  assumeRoles?: { roleArn: string }[];
  allowedAccountIds?: string[];
  defaultTags?: { tags?: Tags };
}

export type Tags = Record<string, string>;

export type ClientClass<C extends Client> = new (settings: ClientSettings) => C;

/** The AWS account and region that a provider instance works in. */
export class Account {
  /** Twelve digits. */
  accountId = "";
  /** `aws`, `aws-us-gov` or `aws-cn`. */
  partition = "";

  private readonly clients = new Map<ClientClass<Client>, Client>();
  private credentials: ClientSettings["credentials"];

  private constructor(
    readonly region: string,
    /** Tags that the provider puts on every resource that can have any. */
    readonly defaultTags: Tags,
  ) {}

  /** Assumes the roles, finds out which account that is and refuses one which the configuration doesn't allow. */
  static async open(config: AccountConfig): Promise<Account> {
    const region = config.region ?? process.env.AWS_REGION;
    if (!region) throw new Error("No AWS region: set aws:region in the stack configuration, or AWS_REGION.");
    const account = new Account(region, config.defaultTags?.tags ?? {});
    for (const { roleArn } of config.assumeRoles ?? []) await account.assume(roleArn);
    await account.identify(config.allowedAccountIds);
    return account;
  }

  /** An ARN in this account and region. Services without regions pass an empty `region`. */
  arn(service: string, resource: string, region = this.region): string {
    return `arn:${this.partition}:${service}:${region}:${this.accountId}:${resource}`;
  }

  /** The one client of that class, for example `account.client(EC2)`. */
  client<C extends Client>(Class: ClientClass<C>): C {
    const known = this.clients.get(Class);
    if (known instanceof Class) return known;
    const { region, credentials } = this;
    const client = explained(new Class({ region, credentials, maxAttempts: 5, forcePathStyle: true }));
    this.clients.set(Class, client);
    return client;
  }

  private async assume(roleArn: string): Promise<void> {
    const request = { RoleArn: roleArn, RoleSessionName: "pulumi" };
    const { Credentials: issued } = await this.client(STS).assumeRole(request);
    if (!issued?.AccessKeyId || !issued.SecretAccessKey) throw new Error(`${roleArn} gave no credentials.`);
    this.credentials = {
      accessKeyId: issued.AccessKeyId,
      secretAccessKey: issued.SecretAccessKey,
      sessionToken: issued.SessionToken,
    };
    this.clients.clear();
  }

  private async identify(allowed: readonly string[] | undefined): Promise<void> {
    const caller = await this.client(STS).getCallerIdentity({});
    this.accountId = caller.Account ?? "";
    this.partition = caller.Arn?.split(":")[1] ?? "";
    if (!allowed || allowed.includes(this.accountId)) return;
    const found = `The credentials belong to AWS account ${this.accountId}`;
    throw new Error(`${found}, but the provider may only work in ${allowed.join(", ")}.`);
  }
}
