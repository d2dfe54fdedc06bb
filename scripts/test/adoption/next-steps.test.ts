import { expect } from "chai";
import { nextSteps } from "../../adoption/next-steps";
import { plan } from "./planned";
import * as recorded from "./recorded";

describe("The last check before the vendor's stacks are destroyed", () => {
  const text = nextSteps(
    "prod",
    "prod",
    plan({
      checkpoint: { keyArn: "arn:aws:kms:eu-central-1:111122223333:key/of-bucket" },
      instances: [{ PerformanceInsightsKMSKeyId: "arn:aws:kms:eu-central-1:111122223333:key/of-insights" }],
      infrastructure: { isolatedSubnetIds: ["subnet-6a7b8c9d"] },
    }),
    "api.pulumi.example.com",
  );
  const listed = text.split("\n").flatMap((line) => /^ +# {3}(\S+)/.exec(line)?.[1] ?? []);

  it("looks at ids, which a preview shows only with its diff", () => {
    expect(text).to.include("pulumi destroy --preview-only --diff ").and.include("pulumi stack --show-ids ");
  });

  it("names what was taken over, and the hosts", () => {
    expect(listed).to.include.members([
      ...["pulumi-db-6f0c1a2", "pulumi-checkpoints-5b0e7f1"],
      ...["api.pulumi.example.com", "app.pulumi.example.com"],
    ]);
  });

  it("names what the installation needs: keys, network and endpoints", () => {
    const [, serviceKey = ""] = recorded.facts.serviceKey?.Arn?.split("/") ?? [];
    const subnets = [0, 1, 2, 3, 4, 5, 6].map((n) => `subnet-${n}a${n + 1}b${n + 2}c${n + 3}d`);
    expect(listed).to.include.members([
      ...[serviceKey, "11111111-aws-rds", "of-bucket", "of-insights"],
      ...[recorded.vpcId, ...subnets, "vpce-0a1b2c3d"],
    ]);
    expect(new Set(listed).size).to.equal(listed.length);
  });
});
