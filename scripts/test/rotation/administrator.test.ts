import type { Field } from "@aws-sdk/client-rds-data";
import { awsClients, type InfrastructureOutputs } from "@selfhosted/common";
import { expect } from "chai";
import { NoDataApi } from "../../aws/data-api";
import type { StateResource } from "../../pulumi/stacks";
import { administratorOf, keepCurrent, signIn } from "../../rotation/administrator";

const text = (stringValue: string): Field => ({ stringValue });
const none: Field = { isNull: true };
const plugin = text("caching_sha2_password");

describe("the database's administrator", () => {
  it("has no other password, the current one kept, or an older one", () => {
    const kept = (field: Field): string => administratorOf([plugin, text("2A41"), field]).kept;
    expect([none, text("2A41"), text("2A42")].map(kept)).to.deep.equal(["none", "current", "older"]);
  });

  it("keeps the password by its hash, with the plugin that it has", () => {
    expect(keepCurrent(administratorOf([plugin, text("2A41"), none]))).to.equal(
      "ALTER USER CURRENT_USER() IDENTIFIED WITH 'caching_sha2_password' AS 0x2A41 RETAIN CURRENT PASSWORD",
    );
  });

  it("gives no statement with what isn't a plugin and a hash", () => {
    for (const row of [[], [plugin], [text("a'b"), text("2A41")], [plugin, text("2A4")], [plugin, text("0x' OR 1")]]) {
      expect(() => administratorOf(row)).to.throw("Nothing was changed");
    }
  });
});

describe("to sign in to the database", () => {
  const database = {
    clusterIdentifier: "prod",
    credentials: { arn: "arn:secret", versionId: "1" },
  } as InfrastructureOutputs["database"];
  /** An account with such a cluster and instance, which answers statements so. */
  const account = (
    cluster: object,
    DBInstanceClass: string,
    statement: () => Promise<object>,
    asked: string[] = [],
  ) => {
    const described = { EngineVersion: "8.0.mysql_aurora.3.10.4", DBClusterArn: "arn:prod", ...cluster };
    const answers: Record<string, () => Promise<object>> = {
      DescribeDBClusters: () => Promise.resolve({ DBClusters: [described] }),
      DescribeDBInstances: () => Promise.resolve({ DBInstances: [{ DBInstanceClass }] }),
      ExecuteStatement: statement,
    };
    return awsClients({ region: "eu-central-1" }, (_service, operation) => {
      asked.push(operation);
      return answers[operation]?.() ?? Promise.resolve({});
    });
  };
  const denied = (): Promise<object> =>
    Promise.reject(Object.assign(new Error("Access denied"), { name: "AccessDeniedException" }));
  const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

  it("is to read who signed in, and to do the work", async () => {
    const row = [plugin, text("2A41"), none];
    const asAdministrator = await signIn(
      account({}, "db.r6g.large", () => Promise.resolve({ records: [row] })),
      database,
      [],
    );
    expect(await asAdministrator((_run, { kept }) => Promise.resolve(kept))).to.equal("none");
  });

  it("leaves the HTTP endpoint on where it was on before, or the stack wants it", async () => {
    const wanted = { urn: "", type: "aws:rds/cluster:Cluster", inputs: { enableHttpEndpoint: true } };
    const row = [plugin, text("2A41"), none];
    const turnsOff = async (HttpEndpointEnabled: boolean, ...resources: StateResource[]): Promise<boolean> => {
      const asked: string[] = [];
      const statement = (): Promise<object> => Promise.resolve({ records: [row] });
      const clients = account({ HttpEndpointEnabled }, "db.r6g.large", statement, asked);
      await (
        await signIn(clients, database, resources)
      )(() => Promise.resolve());
      return asked.includes("DisableHttpEndpoint");
    };
    expect(await Promise.all([turnsOff(false), turnsOff(true), turnsOff(false, wanted)])).to.deep.equal([
      ...[true, false, false],
    ]);
  });

  it("is impossible where there is no Data API", async () => {
    const found = await failure(signIn(account({}, "db.t4g.medium", denied), database, []));
    expect(found).to.be.instanceOf(NoDataApi);
  });

  it("has to wait where RDS keeps the new password for the maintenance window, and says so", async () => {
    const found = async (cluster: object): Promise<string> => {
      const asAdministrator = await signIn(account(cluster, "db.r6g.large", denied), database, []);
      return String(await failure(asAdministrator(() => Promise.resolve())));
    };
    expect(await found({ PendingModifiedValues: { MasterUserPassword: "****" } })).to.match(
      /maintenance window, and no service was rolled.*--apply-immediately --db-cluster-identifier prod/,
    );
    expect(await found({})).to.equal("AccessDeniedException: Access denied");
  });
});
