import { accountId, type Partition, partitions, type Recorded } from "@selfhosted/common/testing";
import { expect } from "chai";
import { otherRegion } from "../support/all-layers";
import { document, everything, Installation, stranger, type Use } from "./key-use";
import { decide, type Statement } from "./policy-evaluator";

for (const partition of Object.keys(partitions) as Partition[]) {
  describe(`the data key in ${partition}`, function () {
    this.timeout(60_000);
    const { region, dnsSuffix } = partitions[partition];
    let installed: Installation;

    const expectAllowed = (use: Use, key?: Recorded): void =>
      void expect(installed.allowed(use, key), use.caller).to.deep.equal(use.actions);
    const expectDenied = (use: Use, key?: Recorded): void =>
      void expect(installed.allowed(use, key), use.caller).to.deep.equal([]);
    const tasks = (): string[] => [...installed.roles("-api-role"), ...installed.roles("-console-task-role")];
    const executions = (): string[] => installed.roles("-execution-role");

    before(async () => {
      installed = await Installation.standard(partition);
      expect(tasks()).to.have.length(2);
      expect(executions()).to.have.length(4);
    });

    it("opens shells in containers: for the agent in the task, and for the caller who starts the shell", () => {
      for (const caller of tasks()) {
        expectAllowed({ caller, actions: ["kms:Decrypt"], context: installed.shell() });
      }
      const operator = { caller: installed.person("operator"), identity: [everything] };
      expectAllowed({ ...operator, actions: ["kms:GenerateDataKey"], context: installed.shell() });
    });

    it("opens the secrets to what starts the tasks, each its own", () => {
      for (const caller of executions()) {
        const secrets = installed.secretsOf(caller);
        expect(secrets, caller).to.not.have.length(0);
        for (const each of secrets) {
          const context = { ...installed.through("secretsmanager"), "kms:EncryptionContext:SecretARN": each };
          expectAllowed({ caller, actions: ["kms:Decrypt"], context });
        }
      }
    });

    it("opens the buckets to the API, and to the replication on both sides", () => {
      const [caller = ""] = installed.roles("-api-role");
      expectAllowed({ caller, actions: ["kms:Decrypt", "kms:GenerateDataKey"], context: installed.through("s3") });
      const [replication = ""] = installed.roles("-replication-role");
      expectAllowed({ caller: replication, actions: ["kms:Decrypt"], context: installed.through("s3") });
      const copies = installed.key(`pulumi-prod-replication-${otherRegion[partition]}-data-key-key`);
      const context = installed.through("s3", otherRegion[partition]);
      expectAllowed({ caller: replication, actions: ["kms:Encrypt", "kms:GenerateDataKey"], context }, copies);
    });

    it("lets the services that hold data make their grants, and AWS Backup retire them", () => {
      const caller = installed.person("deployer");
      for (const service of ["rds", "es", "backup"]) {
        const context = { ...installed.through(service), "kms:GrantIsForAWSResource": "true" };
        expectAllowed({ caller, actions: ["kms:CreateGrant"], context, identity: [everything] });
      }
      // kms:GrantIsForAWSResource isn't among what AWS sends with RetireGrant:
      // https://docs.aws.amazon.com/kms/latest/developerguide/grant-authorization.html
      const context = installed.through("backup");
      expectAllowed({ caller, actions: ["kms:RetireGrant"], context, identity: [everything] });
    });

    it("encrypts the log groups of this account and region", () => {
      const actions = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"];
      const group = (account: string, location: string = region): Record<string, string> => ({
        "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${location}:${account}:log-group:pulumi-prod-api-logs`,
      });
      const caller = `logs.${region}.${dnsSuffix}`;
      expectAllowed({ caller, actions, context: group(accountId) });
      expectDenied({ caller, actions, context: group(stranger) });
      expectDenied({ caller: `logs.mars-1.${dnsSuffix}`, actions, context: group(accountId, "mars-1") });
    });

    it("lets RDS and CloudWatch publish the events and alarms of this account, and no other's", () => {
      const actions = ["kms:Decrypt", "kms:GenerateDataKey"];
      for (const caller of ["events.rds.amazonaws.com", "cloudwatch.amazonaws.com"]) {
        expectAllowed({ caller, actions, context: { "aws:SourceAccount": accountId } });
        expectDenied({ caller, actions, context: { "aws:SourceAccount": stranger } });
        expectDenied({ caller, actions });
      }
    });

    it("lets EventBridge publish, which names no account to the key", () => {
      expectAllowed({ caller: "events.amazonaws.com", actions: ["kms:Decrypt", "kms:GenerateDataKey"] });
      expectDenied({ caller: "events.amazonaws.com", actions: ["kms:CreateGrant", "kms:PutKeyPolicy"] });
    });

    it("isn't used directly but for shells, even by who may do everything", () => {
      const actions = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:CreateGrant"];
      for (const caller of [...tasks(), ...executions()]) {
        expectDenied({ caller, actions });
      }
      const caller = installed.person("administrator");
      expectDenied({ caller, actions, identity: [everything] });
      expectDenied({
        caller,
        actions: ["kms:Encrypt", "kms:CreateGrant"],
        context: installed.shell(),
        identity: [everything],
      });
    });

    it("opens shells of this cluster only", () => {
      for (const cluster of ["other", `${installed.cluster}-2`]) {
        for (const caller of tasks()) {
          expectDenied({ caller, actions: ["kms:Decrypt"], context: installed.shell(cluster) });
        }
        const operator = { caller: installed.person("operator"), identity: [everything] };
        expectDenied({
          ...operator,
          actions: ["kms:Decrypt", "kms:GenerateDataKey"],
          context: installed.shell(cluster),
        });
      }
    });

    it("opens no secret to the tasks themselves, and no foreign one to what starts them", () => {
      const context = (secret: string): Record<string, string> => ({
        ...installed.through("secretsmanager"),
        "kms:EncryptionContext:SecretARN": secret,
      });
      for (const caller of [...tasks(), ...executions()]) {
        const own = installed.secretsOf(caller);
        for (const secret of executions().flatMap((each) => installed.secretsOf(each))) {
          if (!own.includes(secret)) {
            expectDenied({ caller, actions: ["kms:Decrypt"], context: context(secret) });
          }
        }
      }
    });

    it("is closed to other accounts, unless a copy of the backups goes there", async () => {
      const actions = ["kms:Decrypt", "kms:DescribeKey", "kms:CreateGrant"];
      const uses = (installation: Installation, account: string): string[] => {
        const caller = installation.person("aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup", account);
        const allowed = ["rds", "backup"].flatMap((service) => {
          const context = { ...installation.through(service), "kms:GrantIsForAWSResource": "true" };
          return installation.allowed({ caller, actions, context, identity: [everything] });
        });
        return actions.filter((action) => allowed.includes(action));
      };
      const direct = { caller: installed.person("operator", stranger), identity: [everything] };
      expectDenied({ ...direct, actions: ["kms:Decrypt", "kms:GenerateDataKey"], context: installed.shell() });
      expect(uses(installed, stranger)).to.deep.equal([]);

      const backupCopyVaultArn = `arn:${partition}:backup:${region}:444455556666:backup-vault:copies`;
      const copied = await Installation.of(partition, { backupCopyVaultArn });
      expect(uses(copied, "444455556666")).to.deep.equal(actions);
      expect(uses(copied, stranger)).to.deep.equal([]);
    });
  });

  describe(`services named in policies of resources in ${partition}`, () => {
    const inputs: Record<string, string> = {
      "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": "policyDocument",
      "aws:kms/key:Key": "policy",
      "aws:s3/bucketPolicy:BucketPolicy": "policy",
      "aws:sns/topicPolicy:TopicPolicy": "policy",
    };
    let statements: { of: string; type: string; statement: Statement }[];

    before(async function () {
      this.timeout(60_000);
      const { data, services } = await Installation.standard(partition);
      statements = [...data.resources, ...services.resources].flatMap((resource) => {
        const input = inputs[resource.type];
        const all = input === undefined ? [] : document(resource, input).Statement;
        const ofServices = all
          .filter(({ Principal }) => typeof Principal === "object" && "Service" in Principal)
          // EventBridge names no account to the key; to the topic it does.
          .filter(({ Sid }) => Sid !== "EventNotices");
        return ofServices.map((statement) => ({ of: resource.name, type: resource.type, statement }));
      });
    });

    it("are found in each kind", () => {
      expect(new Set(statements.map(({ type }) => type))).to.have.keys(Object.keys(inputs));
    });

    it("act for this account, and can't be led to act for another", () => {
      for (const { of, statement } of statements) {
        const { Principal, Action, Resource, Condition = {} } = statement;
        const caller = [(Principal as Record<string, string[]>)["Service"] ?? []].flat()[0] ?? "";
        const request = { caller, action: [Action].flat()[0] ?? "", resource: [Resource ?? "*"].flat()[0] ?? "*" };
        // What the statement itself asks for, with an account in it: the own one, or another.
        const asked = Object.entries(Condition).flatMap(([, keys]) => Object.entries(keys));
        const sent = (account: string): Record<string, string> =>
          Object.fromEntries(
            asked.map(([key, values]) => [key, ([values].flat()[0] ?? "").replaceAll(accountId, account)]),
          );
        const decided = (account: string): boolean =>
          decide({ ...request, context: sent(account) }, { resource: { Statement: [statement] }, owner: accountId });
        const name = `${of}: ${statement.Sid ?? ""}`;
        expect(decided(accountId), name).to.equal(true);
        expect(decided(stranger), name).to.equal(false);
      }
    });
  });
}
