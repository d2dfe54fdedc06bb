import { arnOf, type Partition, partitions, type Recorded } from "@selfhosted/common/testing";
import { expect } from "chai";
import { application, infrastructure } from "../support/all-layers";
import { type Finding, lint } from "./linter";

interface Document {
  Version: string;
  Statement: object[];
}

/** A policy document among the inputs of a resource. */
interface Policy {
  resource: string;
  /** The resource's type and the input. */
  kind: string;
  document: Document;
}

/** What the linter says of one kind of policy though it is as it should be. */
interface Exemption {
  kind: string;
  issue: string;
  detail: RegExp;
  why: string;
}

const bucketPolicy = "aws:s3/bucketPolicy:BucketPolicy policy";
const keyPolicy = "aws:kms/key:Key policy";
const trustPolicy = "aws:iam/role:Role assumeRolePolicy";
const kinds = [
  bucketPolicy,
  keyPolicy,
  trustPolicy,
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy policyDocument",
  "aws:ec2/vpcEndpoint:VpcEndpoint policy",
  "aws:iam/rolePolicy:RolePolicy policy",
  "aws:opensearch/domain:Domain accessPolicies",
  "aws:sns/topicPolicy:TopicPolicy policy",
];

const exemptions: Exemption[] = [
  {
    kind: bucketPolicy,
    issue: "MISMATCHED_TYPE",
    detail: /^Type mismatch: s3:TlsVersion requires a value of type Numeric but given \['1\.2'\]$/,
    why: "The linter takes only integers for numbers. AWS documents the key with 1.2.",
  },
  {
    kind: bucketPolicy,
    issue: "UNKNOWN_CONDITION_FOR_ACTION",
    detail: /^Unknown condition s3:TlsVersion for action s3:(InitiateReplication|PutAccessPointPublicAccessBlock)$/,
    why: "What is denied is s3:*; the reference that the linter knows lacks the key for two of its actions.",
  },
  {
    kind: keyPolicy,
    issue: "RESOURCE_STAR",
    detail: /^\['kms:/,
    why: "In a key policy, * is the key itself.",
  },
  {
    kind: keyPolicy,
    issue: "MISMATCHED_TYPE",
    detail: /^Type mismatch: ArnLike requires a value of type Arn but given String$/,
    why: "An encryption context is any text. That of CloudWatch Logs is an ARN, and AWS documents ArnLike for it.",
  },
];

/** What the linter must find, or its silence says nothing. */
const faulty: Record<string, { issue: string; action: string; resource: string }> = {
  "a misspelt action": { issue: "UNKNOWN_ACTION", action: "s3:GetObjekt", resource: "arn:aws:s3:::bucket/*" },
  "an action on another service's resource": {
    issue: "RESOURCE_MISMATCH",
    action: "s3:GetObject",
    resource: "arn:aws:dynamodb:eu-central-1:111122223333:table/audit",
  },
};

/** The documents in a value, such as the input of a resource. */
function documentsIn(value: unknown): Document[] {
  if (typeof value === "string") {
    return value.includes('"Statement"') ? documentsIn(JSON.parse(value)) : [];
  }
  if (typeof value !== "object" || value === null) {
    return [];
  }
  return "Statement" in value ? [value as Document] : Object.values(value).flatMap(documentsIn);
}

function policiesOf(resource: Recorded, partition: Partition): Policy[] {
  // A trust policy names no resource as it lies on the role itself; the linter has to know.
  const role = (statement: object): object => ({ ...statement, Resource: arnOf(resource, partition) });
  return Object.entries(resource.inputs).flatMap(([input, value]) => {
    const kind = `${resource.type} ${input}`;
    return documentsIn(value).map(({ Version, Statement }) => ({
      resource: `${resource.name} in ${partition}`,
      kind,
      document: { Version, Statement: kind === trustPolicy ? Statement.map(role) : Statement },
    }));
  });
}

/** Every policy of all layers that make any, with everything on. */
async function generated(): Promise<Policy[]> {
  const policies: Policy[] = [];
  for (const partition of Object.keys(partitions) as Partition[]) {
    const data = await infrastructure(partition);
    const services = await application(partition, data);
    policies.push(...[...data.resources, ...services.resources].flatMap((resource) => policiesOf(resource, partition)));
  }
  return policies;
}

describe("the policies of all layers", () => {
  let policies: Policy[];
  let found: (Policy & Finding)[];
  let faults: Finding[][];

  const matches = (finding: Policy & Finding, { kind, issue, detail }: Exemption): boolean =>
    finding.kind === kind && finding.issue === issue && detail.test(finding.detail);

  before(async function () {
    // The first run installs the linter.
    this.timeout(180_000);
    policies = await generated();
    const broken = Object.values(faulty).map(({ action, resource }) => ({
      Version: "2012-10-17",
      Statement: [{ Sid: "Faulty", Effect: "Allow", Action: [action], Resource: [resource] }],
    }));
    const findings = await lint([...policies.map(({ document }) => document), ...broken]);
    found = policies.flatMap((policy, index) => (findings[index] ?? []).map((finding) => ({ ...policy, ...finding })));
    faults = findings.slice(policies.length);
  });

  it("are found, whatever they are attached to", () => {
    expect(new Set(policies.map(({ kind }) => kind))).to.have.keys(kinds);
  });

  it("give the linter nothing to find, but for what is exempt", () => {
    const unexpected = found.filter((finding) => !exemptions.some((exemption) => matches(finding, exemption)));
    expect(
      unexpected.map(({ resource, kind, issue, detail }) => `${kind} of ${resource}: ${issue} ${detail}`),
    ).to.deep.equal([]);
  });

  it("let the data key encrypt the shells of the cluster that the application layer makes", async () => {
    const data = await infrastructure("aws");
    const services = await application("aws", data);
    const cluster = services.the("aws:ecs/cluster:Cluster");
    const key = data.the("aws:kms/key:Key", "-prod-data-key-key");
    const target = "kms:EncryptionContext:aws:ssm:TargetId";
    const shells = documentsIn(key.inputs["policy"])
      .flatMap(({ Statement }) => Statement as { Condition?: { StringLike?: Record<string, string> } }[])
      .flatMap(({ Condition }) => Condition?.StringLike?.[target] ?? []);
    expect(shells).to.deep.equal([`ecs:${String(cluster.inputs["name"])}_*`]);
  });

  for (const exemption of exemptions) {
    it(`need the exemption from ${exemption.issue} in ${exemption.kind}: ${exemption.why}`, () => {
      expect(found.some((finding) => matches(finding, exemption))).to.equal(true);
    });
  }

  for (const [index, [name, { issue }]] of Object.entries(faulty).entries()) {
    it(`would be refused with ${name}`, () => {
      expect(faults[index]?.map((finding) => finding.issue)).to.deep.equal([issue]);
    });
  }
});
