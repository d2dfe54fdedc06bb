import type { InstanceTypeDetails } from "@aws-sdk/client-opensearch";
import { awsError, subnetIds } from "@selfhosted/common/testing";
import { expect } from "chai";
import { type Answers, changed, checkOf, lookUp, withSubnets } from "../../account";

const on = { searchEnabled: true };
type Type = Partial<Omit<InstanceTypeDetails, "InstanceType">> & { InstanceType?: string };
const offered = (...types: (string | Type)[]): Answers => ({
  "search:ListInstanceTypeDetails": ({ InstanceType: wanted }, region) => ({
    InstanceTypeDetails: types
      .map((type) => (typeof type === "string" ? { InstanceType: type } : type))
      .filter(({ InstanceType }) => wanted === undefined || InstanceType === wanted)
      .map((type) => ({ AvailabilityZones: ["a", "b", "c"].map((zone) => `${region}${zone}`), ...type })),
  }),
});
const zones = (...has: string[]): Answers =>
  changed<{ InstanceTypeDetails: Type[] }>(
    "search:ListInstanceTypeDetails",
    ({ InstanceTypeDetails: types }, input) => ({
      InstanceTypeDetails: types.map((type) => ({ ...type, AvailabilityZones: input["RetrieveAZs"] ? has : [] })),
    }),
  );

const noVersion: Answers = {
  "search:ListInstanceTypeDetails": () => {
    throw awsError("ValidationException", "Invalid engine version");
  },
  "search:DescribeInstanceTypeLimits": () => {
    throw awsError("ValidationException", "Invalid engine version");
  },
};

describe("The look-up of search", () => {
  it("accepts the defaults of every size, and reads nothing where search is off", async () => {
    for (const size of ["small", "medium", "large"]) {
      expect((await lookUp({ config: { ...on, size } })).errors, size).to.deep.equal([]);
    }
    const searching = (await lookUp()).checks.filter(({ name }) => name.includes("search"));
    expect(searching).to.deep.equal([]);
  });

  it("refuses an account without the role for it; only warns where a command makes it before", async () => {
    const aws: Answers = { "iam:ListRoles": () => ({ Roles: [] }) };
    const sentence =
      /^searchEnabled: found true, but the account lacks AWSServiceRoleForAmazonOpenSearchService, .* \| .*aws iam create-service-linked-role --aws-service-name opensearchservice\.amazonaws\.com$/;
    expect((await lookUp({ config: on, aws })).errors.join()).to.match(sentence);
    const made = await lookUp({ config: on, aws, makesSearchRole: true });
    expect(made.errors).to.deep.equal([]);
    expect(made.warnings.join()).to.match(sentence);
  });

  it("finds room for one more log resource policy, of which a region has ten", async () => {
    const policies = (...names: string[]): Answers => ({
      "logs:DescribeResourcePolicies": () => ({ resourcePolicies: names.map((policyName) => ({ policyName })) }),
    });
    const others = (count: number): string[] => Array.from({ length: count }, (_, index) => `policy-${index}`);
    expect((await lookUp({ config: on, aws: policies(...others(9), "pulumi-prod-search-logs") })).errors).to.deep.equal(
      [],
    );
    expect((await lookUp({ config: on, aws: policies(...others(10)) })).errors.join()).to.match(
      /^searchEnabled: 10 other log resource policies in the region; AWS takes 10, and search needs one \| .*Found: policy-0, /,
    );
  });

  it("refuses nodes that don't go evenly into the zones, and more zones than there are", async () => {
    expect((await lookUp({ config: { ...on, searchInstanceCount: 2 } })).errors).to.deep.equal([
      "searchInstanceCount: found 2; allowed: a multiple of the number of zones of the private subnets, 3 | " +
        "pulumi config set searchInstanceCount 3; or for fewer zones: pulumi config set searchZoneCount 2",
    ]);
    expect((await lookUp({ config: { ...on, searchInstanceCount: 2, searchZoneCount: 2 } })).errors).to.deep.equal([]);
    const twoZones = withSubnets({ [subnetIds.private[2] ?? ""]: { AvailabilityZone: "eu-central-1a" } });
    const two = { publicSubnetIds: subnetIds.public.slice(0, 2) };
    expect((await lookUp({ config: { ...on, ...two, searchZoneCount: 3 }, aws: twoZones })).errors).to.deep.equal([
      "searchZoneCount: found 3; the private subnets are in 2 zones | pulumi config set searchZoneCount 2",
    ]);
  });

  it("names a type of the same size that the region has, for nodes and masters", async () => {
    const config = { ...on, size: "large", searchInstanceType: "r6g.xlarge.search" };
    const { errors } = await lookUp({
      config,
      aws: offered("m7g.large.search", "m7g.xlarge.search", "r7g.xlarge.search"),
    });
    expect(errors.map((error) => error.split(" | ")[1])).to.deep.equal([
      "pulumi config set searchInstanceType r7g.xlarge.search",
      "pulumi config set searchMasterType m7g.large.search",
    ]);
  });

  it("refuses a type that can't be encrypted or have passwords, or that AWS has for the other kind of node only", async () => {
    const m4 = { ...on, searchInstanceType: "m4.large.search" };
    const open = offered({ InstanceType: "m4.large.search", AdvancedSecurityEnabled: false });
    expect((await lookUp({ config: m4, aws: open })).errors.join()).to.match(
      /^searchInstanceType: AWS doesn't offer m4\.large\.search for OpenSearch_2\.13 in eu-central-1, .*encrypted and with passwords; it has nothing$/,
    );
    const roles = offered(
      { InstanceType: "m6g.large.search", InstanceRole: ["Data"] },
      { InstanceType: "m7g.large.search", InstanceRole: ["Data", "Master"] },
    );
    expect((await lookUp({ config: { ...on, size: "medium" }, aws: roles })).errors.join()).to.match(
      /^searchMasterType: .* as a master node, .* \| pulumi config set searchMasterType m7g\.large\.search$/,
    );
  });

  it("refuses a type that a zone of the domain lacks, and only one of the domain", async () => {
    const found = async (has: string[], config = {}): Promise<string[]> =>
      (await lookUp({ config: { ...on, ...config }, aws: zones(...has.map((zone) => `eu-central-1${zone}`)) })).errors;
    expect(await found(["a", "b"])).to.deep.equal([
      "searchInstanceType: AWS has t3.medium.search in eu-central-1a, eu-central-1b, but the domain also lies in eu-central-1c",
    ]);
    expect(await found(["a", "b"], { searchZoneCount: 2 })).to.deep.equal([]);
    expect(await found(["a", "b", "c"])).to.deep.equal([]);
  });

  it("skips zones and disks that AWS says nothing of", async () => {
    for (const aws of [zones(), zones("euc1-az1")]) {
      const found = await lookUp({ config: on, aws });
      expect(found.errors).to.deep.equal([]);
      expect(checkOf("zones of search data nodes", found).skipped).to.match(
        /AWS names no zones for t3\.medium\.search/,
      );
    }
    const unnamed: Answers = { "search:DescribeInstanceTypeLimits": () => ({ LimitsByRole: {} }) };
    expect(checkOf("search disks", await lookUp({ config: { ...on, size: "medium" }, aws: unnamed })).skipped).to.match(
      /no limits of gp3 disks/,
    );
    const denied: Answers = {
      "search:DescribeInstanceTypeLimits": () => {
        throw awsError("AccessDeniedException", "not authorized");
      },
    };
    const unread = await lookUp({ config: { ...on, size: "medium" }, aws: denied });
    expect(unread.errors).to.deep.equal([]);
    expect(checkOf("search disks", unread).skipped).to.match(/can't be read/);
  });

  it("refuses a type that stores on disks of its own, once", async () => {
    const config = { ...on, searchInstanceType: "i3.large.search" };
    const aws: Answers = {
      ...offered("i3.large.search"),
      "search:DescribeInstanceTypeLimits": () => ({
        LimitsByRole: { data: { StorageTypes: [{ StorageTypeName: "instance" }] } },
      }),
    };
    expect((await lookUp({ config, aws })).errors).to.deep.equal([
      "searchInstanceType: found i3.large.search, which takes no EBS volumes of type gp3, those of the domain, but instance | " +
        "take a type with EBS volumes, such as r6g.large.search",
    ]);
  });

  const domain = (EngineVersion: string, InstanceType: string, VolumeSize: number): Answers => ({
    "search:DescribeDomain": ({ DomainName }) => ({
      DomainStatus: {
        DomainName,
        EngineVersion,
        ClusterConfig: { InstanceType, InstanceCount: 3, DedicatedMasterEnabled: false },
        EBSOptions: { EBSEnabled: true, VolumeSize },
      },
    }),
  });

  it("leaves a domain that exists as it is, though AWS no longer offers its type and version", async () => {
    const config = { ...on, searchInstanceType: "m4.large.search", searchVolumeGb: 20 };
    const existing = domain("OpenSearch_2.13", "m4.large.search", 20);
    const kept = await lookUp({ config, aws: existing });
    expect(kept.errors).to.deep.equal([]);
    const withdrawn = await lookUp({ config, aws: { ...existing, ...noVersion } });
    expect(withdrawn.errors).to.deep.equal([]);
    expect(checkOf("search version", withdrawn).skipped).to.equal(
      "AWS doesn't offer OpenSearch_2.13 in eu-central-1 any more",
    );
    const changed = await lookUp({ config: { ...on, searchInstanceType: "m4.xlarge.search" }, aws: existing });
    expect(changed.errors.join()).to.match(/^searchInstanceType: AWS doesn't offer m4\.xlarge\.search/);
  });

  it("refuses a version that AWS doesn't offer, which is one problem", async () => {
    const config = { ...on, size: "medium", searchEngineVersion: "OpenSearch_2.99" };
    for (const aws of [noVersion, { ...noVersion, ...domain("OpenSearch_2.13", "m6g.large.search", 50) }]) {
      expect((await lookUp({ config, aws })).errors).to.deep.equal([
        "searchEngineVersion: AWS doesn't offer OpenSearch_2.99 in eu-central-1 | `aws opensearch list-versions` lists those that it has",
      ]);
    }
  });

  it("checks the data nodes though the masters' type isn't valid", async () => {
    const config = { ...on, size: "medium", searchInstanceType: "m4.large.search", searchMasterType: "large" };
    expect((await lookUp({ config })).errors.map((error) => error.split(" ")[0])).to.deep.equal([
      "searchInstanceType:",
    ]);
  });

  it("refuses disks that the type doesn't take", async () => {
    const config = { ...on, size: "medium", searchVolumeGb: 300 };
    expect((await lookUp({ config })).errors).to.deep.equal([
      "searchVolumeGb: found 300; allowed: 10 to 200 for m6g.large.search | pulumi config set searchVolumeGb 200",
    ]);
  });
});
