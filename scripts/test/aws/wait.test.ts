import { waitUntilDBClusterSnapshotAvailable, waitUntilDBInstanceDeleted } from "@aws-sdk/client-rds";
import { answerCalls, awsClients } from "@selfhosted/common";
import { awsError, fakeAws } from "@selfhosted/common/testing";
import { expect } from "chai";
import { waitWith } from "../../aws/wait";

describe("waiting by the SDK", () => {
  const soon = { maxWaitTime: 30, minDelay: 1, maxDelay: 1 };
  afterEach(() => answerCalls(undefined));

  it("ends as soon as AWS refuses the caller, with what AWS says", async () => {
    let calls = 0;
    const refuse = (): never => {
      calls += 1;
      throw awsError("ExpiredToken", "The security token included in the request is expired");
    };
    answerCalls(fakeAws({ "rds:DescribeDBClusterSnapshots": refuse }));
    const ended = await waitWith(awsClients({ region: "eu-central-1" }).rds, (given) =>
      waitUntilDBClusterSnapshotAvailable({ ...given, ...soon }, { DBClusterSnapshotIdentifier: "s" }),
    ).then(
      () => "it was there",
      (error: Error) => error.name,
    );
    expect([ended, calls]).to.deep.equal(["ExpiredToken", 1]);
  });

  it("goes on until it is there, and takes what isn't there for deleted", async () => {
    const statuses = ["available", "creating"];
    answerCalls(
      fakeAws({
        "rds:DescribeDBClusterSnapshots": () => ({ DBClusterSnapshots: [{ Status: statuses.pop() }] }),
        "rds:DescribeDBInstances": () => {
          throw awsError("DBInstanceNotFoundFault", "DBInstance i not found.");
        },
      }),
    );
    const { rds } = awsClients({ region: "eu-central-1" });
    await waitWith(rds, (given) => waitUntilDBClusterSnapshotAvailable({ ...given, ...soon }, {}));
    expect(statuses).to.deep.equal([]);
    await waitWith(rds, (given) => waitUntilDBInstanceDeleted({ ...given, ...soon }, { DBInstanceIdentifier: "i" }));
  });
});
