import { projectOf } from "@selfhosted/common";
import { expect } from "chai";
import { deploy } from "../../deploy";
import type { StateResource } from "../../pulumi/stacks";
import { refuseDeployed } from "../../restore/plan";
import { bucketSettings } from "../../restore/unfinished";
import type { Stack, Stacks } from "../../stacks";

const resource = (type: string, inputs = {}): StateResource => ({ urn: `urn:${type}`, type, inputs });
const own = resource("pulumi:pulumi:Stack");
const cluster = (snapshotIdentifier?: string): StateResource =>
  resource("aws:rds/cluster:Cluster", snapshotIdentifier === undefined ? {} : { snapshotIdentifier });

function stack(layer: Stack["layer"], resources: StateResource[], settings: Record<string, string> = {}): Stack {
  const found = Object.entries(settings).map(([key, text]) => [
    `${projectOf(layer)}:${key}`,
    { text, encrypted: false },
  ]);
  return {
    ...{ layer, resources, operations: [], torn: [], locks: { locks: [] } },
    configuration: Object.fromEntries(found) as NonNullable<Stack["configuration"]>,
  };
}
const configured = { databaseRestoreFromSnapshot: "S" };

describe("what a restoration goes on with", () => {
  const refused = (resources: StateResource[], settings = {}): (() => void) => {
    return () => refuseDeployed("prod", stack("infrastructure", resources, settings), "S");
  };

  it("is nothing yet, or a cluster that was made from the very snapshot", () => {
    expect(refused([own])).not.to.throw();
    expect(refused([own, cluster("S")])).not.to.throw();
    expect(refused([own, resource("aws:s3/bucket:Bucket")], configured)).not.to.throw();
  });

  it("isn't an environment that was made otherwise, whatever was configured since", () => {
    expect(refused([own, cluster()], configured)).to.throw(/^prod is deployed: .*make init ENV=new/);
    expect(refused([own, cluster("other")], configured)).to.throw(/from the snapshot other/);
    expect(refused([own, resource("aws:s3/bucket:Bucket")])).to.throw(/prod is deployed/);
  });
});

describe("a deployment of what is restored", () => {
  const environment = { name: "new", stack: "new", isSandbox: false };

  /** Whether it gets to its checks; how it is refused otherwise. */
  async function outcome(infrastructure: Stack, application: StateResource[], isRestoring = false): Promise<string> {
    const stacks: Stacks = {
      infrastructure,
      application: stack("application", application),
      dns: stack("dns", []),
    };
    const deploying = deploy(environment, stacks, {
      prepare: () => Promise.resolve(1),
      confirmed: true,
      ...(isRestoring && { after: () => Promise.resolve() }),
    });
    return deploying.then(
      () => "checked",
      (error: unknown) => (error as Error).message,
    );
  }

  it("is refused until its objects are copied, before and after there is a database; the restoration itself isn't", async () => {
    for (const infrastructure of [
      stack("infrastructure", [own, cluster("S")], configured),
      stack("infrastructure", [own], configured),
      stack("infrastructure", [own, cluster("S")]),
    ]) {
      expect(await outcome(infrastructure, [own])).to.include("make restore ENV=new FROM=S");
      expect(await outcome(infrastructure, [own], true)).to.equal("checked");
    }
  });

  it("is as any other once the services were deployed, where no snapshot was used, or where buckets hold the objects already", async () => {
    const restored = stack("infrastructure", [own, cluster("S")], configured);
    expect(await outcome(restored, [own, resource("aws:ecs/service:Service")])).to.equal("checked");
    expect(await outcome(stack("infrastructure", [own, cluster()], configured), [])).to.equal("checked");
    expect(await outcome(stack("infrastructure", []), [])).to.equal("checked");
    const names = Object.fromEntries(Object.values(bucketSettings).map((key) => [key, `my-${key}`]));
    expect(await outcome(stack("infrastructure", [own, cluster("S")], { ...configured, ...names }), [])).to.equal(
      "checked",
    );
    const { bucketPolicyName: _, ...some } = names;
    expect(await outcome(stack("infrastructure", [own, cluster("S")], { ...configured, ...some }), [])).to.include(
      "make restore",
    );
  });
});
