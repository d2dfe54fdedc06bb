import { accountId, type Outcome, type Partition, partitions } from "@selfhosted/common/testing";
import { expect } from "chai";
import { closed } from "../../../infrastructure/test/account";
import { infrastructure } from "../support/all-layers";
import { document, everything, Installation, stranger } from "./key-use";
import { decide } from "./policy-evaluator";
import { everyCall } from "./role-access";
import { roleNeeds } from "./role-needs";

/** The endpoints by which the calls of a service go; those of images by two. */
const endpointsOf: Record<string, string[]> = {
  dynamodb: ["dynamodb"],
  ecr: ["ecr-api", "ecr-dkr"],
  kms: ["kms"],
  logs: ["logs"],
  s3: ["s3"],
  secretsmanager: ["secretsmanager"],
  ssmmessages: ["ssmmessages"],
};

/** What starts and runs tasks. The others are AWS's own services, which don't call from the VPC. */
const inTheVpc = Object.entries(roleNeeds).filter(([, { services }]) => services.includes("ecs-tasks.amazonaws.com"));
const layers = (partition: Partition): string =>
  `arn:${partition}:s3:::prod-${partitions[partition].region}-starport-layer-bucket/sha256`;

/** In a bucket of another account. */
const loot = (partition: Partition): string => `arn:${partition}:s3:::theirs/loot`;

for (const partition of Object.keys(partitions) as Partition[]) {
  describe(`the VPC endpoints in ${partition}`, function () {
    this.timeout(60_000);
    let installed: Installation;
    let networks: Record<"with a way out" | "without one", Outcome>;

    const own = (role: string): string => `arn:${partition}:iam::${accountId}:role/${role}`;
    const theirs = `arn:${partition}:iam::${stranger}:role/theirs`;

    /** Whether an endpoint lets a call through, whatever the caller's own permissions are. */
    function admits(network: Outcome, endpoint: string, caller: string, action: string, resource = "*"): boolean {
      const found = network.the("aws:ec2/vpcEndpoint:VpcEndpoint", `-endpoints-${endpoint}`);
      const [, , , , account = ""] = caller.split(":");
      const context: Record<string, string> = account === "" ? {} : { "aws:PrincipalAccount": account };
      return decide(
        { caller, action, resource, context },
        { resource: document(found), identity: [everything], owner: accountId },
      );
    }

    before(async () => {
      installed = await Installation.standard(partition);
      const config = { endpointsEnabled: true, endpointsExtraServices: "dynamodb,ssmmessages" };
      networks = {
        "with a way out": await infrastructure(partition, config),
        "without one": await infrastructure(partition, config, { aws: closed }),
      };
    });

    for (const network of ["with a way out", "without one"] as const) {
      it(`cut off nothing that tasks need, in private subnets ${network}`, () => {
        for (const [name, { data = {}, anywhere = [] }] of inTheVpc) {
          const actions = [...anywhere, ...Object.values(data).flat()];
          expect(actions, name).to.not.have.lengthOf(0);
          for (const action of actions) {
            const endpoints = endpointsOf[action.split(":")[0] ?? ""] ?? expect.fail(`no endpoint for ${action}`);
            for (const endpoint of endpoints) {
              expect(admits(networks[network], endpoint, own(name), action), `${name} ${action}`).to.equal(true);
            }
          }
        }
        expect(admits(networks[network], "s3", "anyone", "s3:GetObject", layers(partition)), "layers").to.equal(true);
      });

      it(`let nobody of another account carry data out, in private subnets ${network}`, () => {
        for (const action of everyCall()) {
          const isDownload = action === "s3:GetObject" && network === "with a way out";
          for (const endpoint of endpointsOf[action.split(":")[0] ?? ""] ?? []) {
            for (const caller of [theirs, "anyone"]) {
              const admitted = admits(networks[network], endpoint, caller, action, loot(partition));
              expect(admitted, `${caller} ${action}`).to.equal(isDownload);
            }
          }
        }
      });
    }

    it("leave each role what its own policies say of buckets that aren't the installation's: nothing", () => {
      for (const [name] of inTheVpc) {
        const identity = installed.identity(own(`pulumi-prod-${name.replace(/-role$/, "")}`));
        expect(identity, name).to.not.have.lengthOf(0);
        const request = { caller: own(name), action: "s3:PutObject", resource: loot(partition) };
        expect(decide(request, { identity, owner: accountId }), name).to.equal(false);
      }
    });
  });
}
