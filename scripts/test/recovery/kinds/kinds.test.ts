import { type AwsClients, awsClients } from "@selfhosted/common";
import { type AwsAnswers, fakeAws } from "@selfhosted/common/testing";
import { expect } from "chai";
import { usedBy } from "../../../docs/permissions/programs";
import { layers } from "../../../layers";
import { type Found, kindOf } from "../../../recovery/kinds";
import { missing, others, tags, upper } from "./case";
import { data } from "./data";
import { network } from "./network";
import { services } from "./services";

/** One for each way of finding. */
const cases = { ...data, ...services, ...network };

async function find(name: string, inputs: Record<string, unknown>, answers: Partial<AwsAnswers>): Promise<Found[]> {
  const type = `aws:${name}:Type`;
  const kind = kindOf(type);
  if (kind === undefined || !("find" in kind)) {
    throw new Error(`${type} isn't looked up`);
  }
  const aws: AwsClients = awsClients({ region: "eu-central-1" }, fakeAws(answers));
  const found = await kind.find(inputs, aws, { urn: "", type, name: "pulumi-prod-thing", inputs, tags });
  return [found ?? []].flat();
}

function idsOf(found: Found[], isOwn: boolean): string[] {
  return found.filter((each) => each.isOwn === isOwn).map(({ id }) => id);
}

describe("an interrupted creation", () => {
  it("is known of every type that a layer makes, and looked up by a case below", () => {
    const used = layers.flatMap((layer) => usedBy(layer).resources);
    const names = used.map((name) => name.replace(/\.(\w)/, (_all, first: string) => `/${first.toLowerCase()}`));
    const kinds = names.map((name) => [name, kindOf(`aws:${name}:Type`)] as const);
    expect(kinds.filter(([, kind]) => kind === undefined)).to.deep.equal([]);
    const found = kinds.flatMap(([name, kind]) => (kind && "find" in kind ? name.replace("Egress", "Ingress") : []));
    expect([...new Set(found)].sort()).to.deep.equal(Object.keys(cases).sort());
  });

  for (const [name, { inputs, there, absent, foreign, id }] of Object.entries(cases)) {
    it(`of ${name} is found by what makes it the only one`, async () => {
      expect(idsOf(await find(name, inputs, there), true)).to.deep.equal([id]);
      expect(await find(name, inputs, { ...there, ...absent })).to.deep.equal([]);
      if (foreign !== undefined) {
        const found = await find(name, inputs, { ...there, ...foreign });
        expect(idsOf(found, true)).to.deep.equal([]);
        expect(idsOf(found, false)).not.to.deep.equal([]);
      }
    });
  }

  it("of a database is waited for while AWS makes it", async () => {
    const answers: Partial<AwsAnswers> = {
      "rds:DescribeDBClusters": () => ({ DBClusters: [{ TagList: upper, Status: "creating" }] }),
    };
    const [found] = await find("rds/cluster", { clusterIdentifier: "c" }, answers);
    expect(found).to.include({ isUnfinished: true });
  });

  it("of a secret or policy is found under another name that Pulumi made up, and under no other", async () => {
    const names = [
      "thing-0000000",
      "thing-0a1b2c3",
      "thing",
      "thing-policy",
      "thing-policy-0a1b2c3",
      "another-0a1b2c3",
    ];
    const all = names.map((name) => `pulumi-prod-${name}`);
    const answers: Partial<AwsAnswers> = {
      "iam:ListRolePolicies": () => ({ PolicyNames: all }),
      "secrets:DescribeSecret": missing("ResourceNotFoundException"),
      "secrets:ListSecrets": () => ({
        SecretList: [
          ...all.map((Name) => ({ Name, ARN: `r:${Name}`, Tags: upper })),
          { Name: "pulumi-prod-thing-1111111", ARN: "foreign", Tags: others },
        ],
      }),
    };
    for (const type of ["iam/rolePolicy", "secretsmanager/secret"]) {
      const found = (name: string) => find(type, { role: "r", name: `pulumi-prod-${name}` }, answers);
      expect(idsOf(await found("thing-fffffff"), true)).to.deep.equal([
        "r:pulumi-prod-thing-0000000",
        "r:pulumi-prod-thing-0a1b2c3",
      ]);
      // A name of the program's own is the only one.
      expect(await found("another")).to.deep.equal([]);
    }
  });
});
