import { awsClients } from "@selfhosted/common";
import { expect } from "chai";
import { lacksDataApi, NoDataApi, withDataApi } from "../../aws/data-api";

const region = "eu-central-1";
const place = { clusterArn: "arn:cluster", secretArn: "arn:secret", staysOn: false };

/** An account that notes what it is asked, with the answers to statements in turn, and what it refuses. */
function account(...answers: (object | Error)[]) {
  return accountThat({}, ...answers);
}

function accountThat(refusals: Record<string, Error>, ...answers: (object | Error)[]) {
  const asked: string[] = [];
  const clients = awsClients({ region }, (_service, operation, input) => {
    const { sql } = input as { sql?: string };
    asked.push(sql ?? operation);
    const next = sql === undefined ? (refusals[operation] ?? {}) : (answers.shift() ?? {});
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  });
  return { asked, clients };
}

function refusal(name: string): Error {
  return Object.assign(new Error(name), { name });
}

describe("RDS Data API", function () {
  this.timeout(20_000);

  it("is on for as long as it is used", async () => {
    const { asked, clients } = account({ records: [[{ stringValue: "a" }]] });
    const found = await withDataApi(clients, place, "first", async (run, row) => {
      await run("second");
      return row;
    });
    expect(found).to.deep.equal([{ stringValue: "a" }]);
    expect(asked).to.deep.equal(["EnableHttpEndpoint", "first", "second", "DisableHttpEndpoint"]);
  });

  it("is turned off where the work fails, or nothing may be asked", async () => {
    for (const answers of [[{}, refusal("DatabaseErrorException")], [refusal("AccessDeniedException")]]) {
      const { asked, clients } = account(...answers);
      const work = withDataApi(clients, place, "first", (run) => run("second"));
      expect(await work.catch((error: unknown) => (error as Error).name)).to.match(/Exception$/);
      expect(asked.at(-1)).to.equal("DisableHttpEndpoint");
    }
  });

  it("is said to be on where it can't be turned off, and what the work came to matters more", async () => {
    const said: string[] = [];
    const { error } = console;
    console.error = (line: string) => said.push(line);
    const denied = { DisableHttpEndpoint: refusal("AccessDenied") };
    try {
      const failing = withDataApi(accountThat(denied).clients, place, "first", () => Promise.reject(new Error("mine")));
      expect(await failing.catch((found: unknown) => String(found))).to.equal("Error: mine");
      expect(await withDataApi(accountThat(denied).clients, place, "first", () => Promise.resolve(1))).to.equal(1);
    } finally {
      console.error = error;
    }
    expect(said).to.have.length(2);
    said.forEach((line) => expect(line).to.match(/still on.*\n.*disable-http-endpoint --resource-arn arn:cluster$/));
  });

  it("is turned off where the user interrupts the work", async () => {
    const { asked, clients } = account();
    const exit = process.exit.bind(process);
    const exited = new Promise((resolve) => (process.exit = resolve as typeof exit));
    const work = withDataApi(clients, place, "first", () => {
      process.emit("SIGINT");
      return exited;
    });
    expect(await exited).to.equal(130);
    process.exit = exit;
    expect(asked.at(-1)).to.equal("DisableHttpEndpoint");
    await work;
    expect(process.listenerCount("SIGINT")).to.equal(0);
  });

  it("is missing where turning it on is refused, and not for any other error", async () => {
    const found = (name: string): Promise<unknown> =>
      withDataApi(accountThat({ EnableHttpEndpoint: refusal(name) }).clients, place, "first", () =>
        Promise.resolve(),
      ).catch((error: unknown) => error);
    for (const name of ["AccessDenied", "InvalidParameterValue"]) {
      expect(await found(name), name).to.be.instanceOf(NoDataApi);
    }
    for (const name of ["Throttling", "ExpiredToken", "ResourceNotFoundFault"]) {
      expect(await found(name), name).not.to.be.instanceOf(NoDataApi);
    }
  });

  it("stays on where the stack wants it", async () => {
    const { asked, clients } = account();
    await withDataApi(clients, { ...place, staysOn: true }, "first", () => Promise.resolve());
    expect(asked).to.deep.equal(["EnableHttpEndpoint", "first"]);
  });

  it("is waited for: it isn't there at once, and nor is a new password", async () => {
    const { asked, clients } = account(refusal("HttpEndpointNotEnabledException"), refusal("DatabaseErrorException"));
    await withDataApi(clients, place, "first", () => Promise.resolve());
    expect(asked.filter((each) => each === "first")).to.have.length(3);
  });

  describe("is missing", () => {
    const lacks = (DBInstanceClass: string, version: string, ...SupportsHttpEndpoint: (boolean | undefined)[]) => {
      const { rds } = awsClients({ region }, () => {
        const offers = SupportsHttpEndpoint.map((each) => ({ SupportsHttpEndpoint: each }));
        return Promise.resolve({ OrderableDBInstanceOptions: offers });
      });
      const cluster = { Engine: "aurora-mysql", EngineVersion: `8.0.mysql_aurora.${version}` };
      return lacksDataApi(rds, { cluster, instances: [{ DBInstanceClass }] });
    };

    it("on T classes, in older versions, and where AWS doesn't offer it", async () => {
      expect(await lacks("db.t4g.large", "3.10.4", true)).to.include("db.t4g.large");
      expect(await lacks("db.r6g.large", "3.04.3", true)).to.include(
        "3.07 or newer, and this is 8.0.mysql_aurora.3.04.3",
      );
      expect(await lacks("db.r6g.large", "3.10.4", true, false)).to.include("this region has no RDS Data API");
    });

    it("nowhere else, as far as AWS says", async () => {
      expect(await lacks("db.r6g.large", "3.10.4", true)).to.equal(undefined);
      expect(await lacks("db.serverless", "3.07.0", undefined)).to.equal(undefined);
      expect(await lacks("db.r8g.large", "3.11.1")).to.equal(undefined);
    });
  });
});
