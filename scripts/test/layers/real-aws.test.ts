import { physicalName } from "@selfhosted/common";
import {
  type AwsAnswers,
  type Outcome,
  type Partition,
  partitions,
  type Recorded,
  routeTables,
  subnetIds,
  subnets,
  type Values,
} from "@selfhosted/common/testing";
import { expect } from "chai";
import * as fc from "fast-check";
import { application, infrastructure } from "../support/all-layers";

/** What each service says of names: the API reference ("Constraints" of the parameter), and the provider where it is stricter. */
const identifier = /^[a-z](-?[a-z0-9])*$/;
const names: Record<string, Record<string, RegExp>> = {
  "aws:ec2/securityGroup:SecurityGroup": { name: /^(?!sg-)[\w .:/()#,@[\]+=&;{}!$*-]{1,255}$/ },
  "aws:iam/role:Role": { name: /^[\w+=,.@-]{1,64}$/ },
  "aws:lb/loadBalancer:LoadBalancer": { name: /^(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/ },
  "aws:lb/targetGroup:TargetGroup": { name: /^(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/ },
  "aws:opensearch/domain:Domain": { domainName: /^[a-z][a-z0-9-]{2,27}$/ },
  "aws:rds/cluster:Cluster": { clusterIdentifier: identifier, finalSnapshotIdentifier: identifier },
  "aws:rds/clusterInstance:ClusterInstance": { identifier },
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": { name: identifier },
  "aws:rds/eventSubscription:EventSubscription": { name: /^[A-Za-z][A-Za-z0-9-]{0,254}$/ },
  "aws:rds/subnetGroup:SubnetGroup": { name: /^(?!default$)[a-z][a-z0-9 ._-]{0,254}$/ },
  "aws:s3/bucket:Bucket": { bucket: /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/ },
};

function illegalNames(resources: Recorded[]): string[] {
  return resources.flatMap(({ type, name, inputs }) =>
    Object.entries(names[type] ?? {})
      .map(([input, pattern]) => ({ value: inputs[input] as string | undefined, pattern }))
      .filter(({ value, pattern }) => value !== undefined && !pattern.test(value))
      .map(({ value }) => `${name}: ${value}`),
  );
}

/** What is made with these settings; a refusal, in words that fit, is as good. */
async function madeOrRefused(run: () => Promise<Recorded[]>, refusal: RegExp): Promise<Recorded[]> {
  try {
    return await run();
  } catch (error) {
    expect((error as Error).message).to.match(refusal);
    return [];
  }
}

describe("names", function () {
  this.timeout(60_000);

  const everything = async (config: Values, stack: string): Promise<Recorded[]> => {
    const data = await infrastructure("aws", { ...config, endpointsEnabled: true }, { stack });
    const services = await application("aws", data, {}, stack);
    return [...data.resources, ...services.resources];
  };

  for (const stack of ["prod-", "a--b", "dev.", "_x", "Prod.EU-1", "1"]) {
    it(`are ones that AWS takes, in a stack called ${stack}`, async () => {
      const made = await everything({}, stack);
      expect(new Set(made.map(({ type }) => type))).to.include.keys(Object.keys(names));
      expect(illegalNames(made)).to.deep.equal([]);
    });
  }

  for (const name of ["internal", "sg"]) {
    it(`are ones that AWS takes, or are refused, in an installation called ${name}`, async () => {
      const made = await madeOrRefused(() => everything({ name }, "prod"), new RegExp(`\\bname\\b[^]*${name}`));
      expect(illegalNames(made)).to.deep.equal([]);
    });
  }

  for (const thing of ["databaseIdentifier", "databaseGroup"] as const) {
    it(`of a ${thing} are ones that RDS takes, whatever the stack is called`, () => {
      fc.assert(
        fc.property(fc.stringMatching(/^[\w.-]{1,100}$/), fc.constantFrom("cluster", "instance-1"), (stack, part) => {
          expect(physicalName(thing, `pulumi-${stack}-database-${part}`)).to.match(identifier);
        }),
      );
    });
  }
});

describe("load balancers", function () {
  this.timeout(60_000);
  const { region } = partitions.aws;

  /** Another subnet of the first zone, of the kind whose route table is named. */
  const second = "subnet-3000000000000000a";
  const aws = (kind: "public" | "private"): Partial<AwsAnswers> => ({
    "ec2:DescribeSubnets": () => {
      const all = subnets(region);
      const sibling = all.find(({ SubnetId }) => SubnetId === subnetIds[kind][0]);
      return { Subnets: [...all, { ...sibling, SubnetId: second }] };
    },
    "ec2:DescribeRouteTables": () => ({
      RouteTables: routeTables().map((table) =>
        table.RouteTableId === `rtb-${kind}`
          ? { ...table, Associations: [...(table.Associations ?? []), { SubnetId: second, Main: false }] }
          : table,
      ),
    }),
  });
  const zone = (id: string): unknown =>
    subnets(region).find(({ SubnetId }) => SubnetId === (id === second ? subnetIds.public[0] : id))?.AvailabilityZone;
  const balancers = (services: Outcome): string[][] =>
    services.ofType("aws:lb/loadBalancer:LoadBalancer").map(({ inputs }) => inputs["subnets"] as string[]);

  for (const kind of ["public", "private"] as const) {
    it(`take one subnet of each zone, though two ${kind} ones share one`, async () => {
      const config = { [`${kind}SubnetIds`]: [...subnetIds[kind], second] };
      const data = await infrastructure("aws", config, { aws: aws(kind) });
      const services = await application("aws", data, { internal: kind === "private" });
      expect(balancers(services)).to.have.length(2);
      for (const subnets of balancers(services)) {
        const zones = subnets.map(zone);
        expect(new Set(zones).size).to.equal(zones.length);
        expect(zones).to.have.length(3);
      }
    });
  }

  it("are in the zone of every task, or the zones are refused", async () => {
    const run = async (): Promise<Recorded[]> => {
      const data = await infrastructure("aws", { publicSubnetIds: subnetIds.public.slice(0, 2) });
      return (await application("aws", data)).resources;
    };
    const made = await madeOrRefused(run, /zone/i);
    const enabled = made
      .filter(({ type }) => type === "aws:lb/loadBalancer:LoadBalancer")
      .flatMap(({ inputs }) => (inputs["subnets"] as string[]).map(zone));
    const balanced = made.filter(({ type, inputs }) => type === "aws:ecs/service:Service" && inputs["loadBalancers"]);
    for (const { name, inputs } of balanced) {
      const { subnets } = inputs["networkConfiguration"] as { subnets: string[] };
      expect(enabled, name).to.include.members(subnets.map(zone));
    }
  });
});

describe("the parameters of the database", () => {
  /**
   * Values of Aurora MySQL 8.0. What is set to just that, RDS doesn't call set, and the provider would set it at every `up`.
   * https://github.com/hashicorp/terraform-provider-aws/issues/23335
   */
  const defaults: Record<string, string> = {
    binlog_format: "OFF",
    general_log: "0",
    log_output: "FILE",
    long_query_time: "10",
    require_secure_transport: "OFF",
    server_audit_logging: "0",
    slow_query_log: "0",
  };
  const cases: Record<string, Values> = {
    "by default": {},
    "without logs": { databaseLogExports: [] },
    "with the engine's own idea of slow": { databaseSlowQuerySeconds: 10 },
  };

  for (const [title, config] of Object.entries(cases)) {
    it(`are only those that RDS doesn't have by itself, ${title}`, async () => {
      const group = (await infrastructure("aws", config)).the("aws:rds/clusterParameterGroup:ClusterParameterGroup");
      const parameters = group.inputs["parameters"] as { name: string; value: string }[];
      expect(parameters.filter(({ name, value }) => defaults[name] === value)).to.deep.equal([]);
    });
  }
});

describe("all layers", function () {
  this.timeout(60_000);
  const runs = new Map<Partition, Promise<Recorded[]>>();

  const made = (partition: Partition): Promise<Recorded[]> => {
    const run =
      runs.get(partition) ??
      infrastructure(partition).then(async (data) => [
        ...data.resources,
        ...(await application(partition, data)).resources,
      ]);
    runs.set(partition, run);
    return run;
  };

  it("own nothing that the whole account shares", async () => {
    const shared = [
      "aws:backup/globalSettings:GlobalSettings",
      "aws:backup/regionSettings:RegionSettings",
      "aws:ecs/accountSettingDefault:AccountSettingDefault",
      "aws:iam/serviceLinkedRole:ServiceLinkedRole",
      "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
    ];
    const found = (await made("aws")).filter(({ type }) => shared.includes(type));
    expect(found.map(({ name }) => name)).to.deep.equal([]);
  });

  it("say whether a container waits for its log, which is the account's choice otherwise", async () => {
    const containers = (await made("aws"))
      .filter(({ type }) => type === "aws:ecs/taskDefinition:TaskDefinition")
      .flatMap(({ inputs }) => JSON.parse(String(inputs["containerDefinitions"])) as Container[]);
    expect(containers).to.have.length.of.at.least(4);
    const unsaid = containers.filter(({ logConfiguration: { logDriver, options } }) => {
      const isBuffered = options["mode"] === "non-blocking" && options["max-buffer-size"] !== undefined;
      return logDriver === "awslogs" && options["mode"] !== "blocking" && !isBuffered;
    });
    expect(unsaid.map(({ name }) => name)).to.deep.equal([]);
  });

  for (const partition of Object.keys(partitions) as Partition[]) {
    it(`let roles be taken under conditions that AWS sends: ${partition}`, async () => {
      const documents = (await made(partition))
        .filter(({ type }) => type === "aws:iam/role:Role")
        .map(({ inputs }) => JSON.parse(String(inputs["assumeRolePolicy"])) as { Statement: Trust[] });
      for (const { Principal, Condition = {} } of documents.flatMap(({ Statement: all }) => all)) {
        const asked = Object.values(Condition).flatMap((keys) => Object.keys(keys));
        for (const service of [Principal.Service].flat()) {
          expect(sentBy[service], `say what AWS sends when ${service} takes a role`).to.be.an("array");
          expect(sentBy[service], service).to.include.members(asked);
        }
      }
    });
  }
});

interface Container {
  name: string;
  logConfiguration: { logDriver: string; options: Record<string, string> };
}

interface Trust {
  Principal: { Service: string | string[] };
  Condition?: Record<string, Record<string, unknown>>;
}

/** What AWS sends when a service takes a role, as far as its documentation says so. */
const sentBy: Record<string, string[]> = {
  // https://docs.aws.amazon.com/aws-backup/latest/devguide/cross-service-confused-deputy-prevention.html
  "backup.amazonaws.com": ["aws:SourceAccount", "aws:SourceArn"],
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-iam-role-policies.html
  "batchoperations.s3.amazonaws.com": [],
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
  "ecs-tasks.amazonaws.com": ["aws:SourceAccount", "aws:SourceArn"],
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/cross-service-confused-deputy-prevention.html
  "monitoring.rds.amazonaws.com": ["aws:SourceAccount", "aws:SourceArn"],
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
  "s3.amazonaws.com": [],
};
