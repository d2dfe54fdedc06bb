import { STS } from "@aws-sdk/client-sts";
import type { Client, ClientSettings } from "./client";
import { explained } from "./client";

/** Provider configuration as the `aws` provider of the Pulumi schema takes it. */
export interface AccountConfig {
  region?: string;
  profile?: string;
  accessKey?: string;
  secretKey?: string;
  token?: string;
  maxRetries?: number;
  /** URLs by service, for example `[{ ec2: "http://127.0.0.1:5000" }]`; `AWS_ENDPOINT_URL` holds for the others. */
  endpoints?: Record<string, string>[];
  /** Roles to assume one after the other, the last of which manages the resources. */
  assumeRoles?: { roleArn: string; sessionName?: string; externalId?: string }[];
  allowedAccountIds?: string[];
  forbiddenAccountIds?: string[];
  defaultTags?: { tags?: Tags };
}

export type Tags = Record<string, string>;

type ClientClass<C extends Client> = new (settings: ClientSettings) => C;

/** The AWS account and region that a provider instance works in. */
export class Account {
  /** Twelve digits. */
  accountId = "";
  /** `aws`, `aws-us-gov` or `aws-cn`. */
  partition = "";

  private readonly clients = new Map<ClientClass<Client>, Client>();

  private constructor(
    readonly region: string,
    private readonly config: AccountConfig,
    private credentials: ClientSettings["credentials"],
  ) {}

  /** Assumes the roles, finds out which account that is and refuses one which the configuration doesn't allow. */
  static async open(config: AccountConfig): Promise<Account> {
    const region = config.region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
    if (!region) throw new Error("No AWS region: set aws:region in the stack configuration, or AWS_REGION.");
    const { accessKey, secretKey, token } = config;
    const credentials =
      accessKey && secretKey ? { accessKeyId: accessKey, secretAccessKey: secretKey, sessionToken: token } : undefined;
    const account = new Account(region, config, credentials);
    for (const role of config.assumeRoles ?? []) await account.assume(role.roleArn, role.sessionName, role.externalId);
    await account.identify();
    return account;
  }

  /** DNS suffix of the partition's service endpoints. */
  get dnsSuffix(): string {
    return this.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  }

  /** Tags that the provider puts on every resource that can have any. */
  get defaultTags(): Tags {
    return this.config.defaultTags?.tags ?? {};
  }

  /** An ARN in this account and region. Services without regions pass an empty `region`. */
  arn(service: string, resource: string, region = this.region): string {
    return `arn:${this.partition}:${service}:${region}:${this.accountId}:${resource}`;
  }

  /** The one client of that class, for example `account.client(EC2)`. */
  client<C extends Client>(Class: ClientClass<C>): C {
    const known = this.clients.get(Class);
    if (known instanceof Class) return known;
    const client = explained(new Class(this.settings(Class.name)));
    this.clients.set(Class, client);
    return client;
  }

  private settings(className: string): ClientSettings {
    const service = className.toLowerCase();
    const endpoint =
      this.config.endpoints?.map((urls) => urls[service]).find((url) => url) ?? process.env.AWS_ENDPOINT_URL;
    return {
      region: this.region,
      maxAttempts: (this.config.maxRetries ?? 4) + 1,
      ...(endpoint && { endpoint, forcePathStyle: true }),
      ...(this.credentials && { credentials: this.credentials }),
      ...(this.config.profile && { profile: this.config.profile }),
    };
  }

  private async assume(roleArn: string, sessionName = "pulumi", externalId?: string): Promise<void> {
    const request = { RoleArn: roleArn, RoleSessionName: sessionName, ExternalId: externalId };
    const { Credentials: issued } = await this.client(STS).assumeRole(request);
    if (!issued?.AccessKeyId || !issued.SecretAccessKey) throw new Error(`${roleArn} gave no credentials.`);
    this.credentials = {
      accessKeyId: issued.AccessKeyId,
      secretAccessKey: issued.SecretAccessKey,
      sessionToken: issued.SessionToken,
    };
    this.clients.clear();
  }

  private async identify(): Promise<void> {
    const caller = await this.client(STS).getCallerIdentity({});
    this.accountId = caller.Account ?? "";
    this.partition = caller.Arn?.split(":")[1] ?? "";
    const { allowedAccountIds: allowed, forbiddenAccountIds: forbidden } = this.config;
    if ((allowed && !allowed.includes(this.accountId)) || forbidden?.includes(this.accountId)) {
      throw new Error(
        `The credentials belong to AWS account ${this.accountId}, ` +
          (allowed ? `but the provider may only work in ${allowed.join(", ")}.` : "which the provider must not touch."),
      );
    }
  }
}
