import type { Recorded } from "@selfhosted/common/testing";
import { expect } from "chai";
import { recorded } from "../../controls/recorded";
import { data } from "../../diagrams/data";
import { Relations } from "../../diagrams/relations";

/** Whether an input is the ARN of a key, and no text that has one in it. */
function hasKey(value: unknown): boolean {
  return typeof value === "object" && value !== null
    ? Object.values(value).some(hasKey)
    : /^arn:aws:kms:[^"]*$/.test(String(value));
}

describe("the picture of the data", () => {
  let resources: Recorded[];
  let related: Relations;

  before(async () => {
    resources = await recorded();
    related = new Relations(resources);
  });

  it("shows what is encrypted with which key by default", () => {
    const { nodes, edges } = data(related);
    const name = (id: string): string => {
      const { title, details = [] } = nodes.find((node) => node.id === id) ?? { title: id };
      return [title, ...details].join(", ");
    };
    const dataKey = "Data key, KMS key, rotated every year";
    expect(edges.map(({ from, to }) => `${name(from)} → ${name(to)}`)).to.have.members([
      `Buckets, 4 S3 buckets: checkpoint, events, metadata, policy → ${dataKey}`,
      `Database, 3 log groups, Aurora MySQL cluster, SNS topic: events, secret: credentials → ${dataKey}`,
      `Cluster, log group → ${dataKey}`,
      `Migration, log group → ${dataKey}`,
      `API, log group, secret → ${dataKey}`,
      `Console, log group → ${dataKey}`,
      "API, secrets of your stacks, by a grant on the key → Service key, KMS key",
      "Buckets, S3 bucket: logs → Key of AWS, AES-256, managed by S3",
    ]);
  });

  it("has every resource whose inputs name a key, with what it is a part of", () => {
    const shown = data(related).nodes.flatMap((node) => node.resources);
    const users = related.all.filter(({ inputs: { tags: _, ...inputs } }) => hasKey(inputs));
    // A grant is drawn at those who have its role.
    const wanted = users.filter(({ type }) => type !== "aws:kms/grant:Grant");
    expect(wanted.length).to.be.greaterThan(15);
    expect(wanted.filter((resource) => !shown.includes(related.owner(resource))).map(({ name }) => name)).to.deep.equal(
      [],
    );
    const buckets = related.all.filter(({ type }) => type === "aws:s3/bucket:Bucket");
    expect(shown).to.include.members(buckets);
  });
});
