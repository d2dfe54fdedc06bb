import { type AwsAnswers, awsError } from "@selfhosted/common/testing";
import { expect } from "chai";
import { type DnsTrial, lookUp, problems } from "../installation";

describe("the look-up of health checks", () => {
  const config = { healthChecks: true };
  const only = (allowedCidrBlocks: string[], entries?: string[], more: Partial<AwsAnswers> = {}): DnsTrial => ({
    config,
    above: { allowedCidrBlocks, ...(entries && { allowedPrefixListIds: ["pl-1"] }) },
    aws: {
      // An entry on each page.
      "ec2:GetManagedPrefixListEntries": ({ NextToken: start = "0" }) => {
        const next = Number(start) + 1;
        const Entries = (entries ?? []).slice(next - 1, next).map((Cidr) => ({ Cidr }));
        return { Entries, ...(next < (entries?.length ?? 0) && { NextToken: String(next) }) };
      },
      ...more,
    },
  });

  it("passes where the load balancers admit the checkers: by networks, or the entries of any prefix list", async () => {
    expect((await problems(only(["15.177.0.0/19"])))[0]).to.match(
      /^error healthChecks: .* don't admit Route 53's checkers: 15\.177\.0\.0\/18, 54\.183\.255\.128\/26 → .*com\.amazonaws\.eu-central-1\.route53-healthchecks/,
    );
    expect(await problems(only(["15.0.0.0/8", "54.183.255.128/26"]))).to.deep.equal([]);
    expect(await problems(only(["15.0.0.0/8"], ["203.0.113.0/24", "54.183.255.128/25"]))).to.deep.equal([]);
    expect((await problems(only(["15.0.0.0/8"], ["2600:1f14::/36"])))[0]).to.match(/checkers: 54\.183\.255\.128\/26 /);
    expect(await problems({ config }), "everyone").to.deep.equal([]);
  });

  it("is skipped where the prefix lists can't be read: they are of another account, or the caller isn't allowed to", async () => {
    const skipped = async (trial: DnsTrial): Promise<string[]> => {
      const { checks, zone } = await lookUp(trial);
      expect(zone).not.to.equal(undefined);
      expect(checks.flatMap((check) => check.problems)).to.deep.equal([]);
      return checks.flatMap((check) => check.skipped ?? []);
    };
    const ofTheZone = {
      "sts:GetCallerIdentity": () => ({ Account: "444455556666", Arn: "arn:aws:iam::444455556666:user/me" }),
    };
    const asRole = only([], [], ofTheZone);
    const role = { ...config, assumeRoleArn: "arn:aws:iam::444455556666:role/dns" };
    expect(await skipped({ ...asRole, config: role })).to.deep.equal([
      "it is in account 111122223333, but the credentials are of 444455556666",
    ]);
    const denied = {
      "ec2:GetManagedPrefixListEntries": () => {
        throw awsError("UnauthorizedOperation", "You are not authorized to perform: ec2:GetManagedPrefixListEntries");
      },
    };
    expect((await skipped(only([], [], denied))).join()).to.match(
      /prefix list pl-1, can't be read: the credentials don't allow it/,
    );
  });
});
