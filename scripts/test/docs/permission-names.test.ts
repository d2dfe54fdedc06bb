import { readFileSync } from "node:fs";
import { join } from "node:path";
import { accountId, arnOf, type Outcome, type Recorded } from "@selfhosted/common/testing";
import { expect } from "chai";
import { containerTls, deploy, logRouter } from "../../../application/test/fixtures";
import { everythingOn } from "../../../infrastructure/test/configurations";
import { runLayer } from "../../../infrastructure/test/layer";
import { resources } from "../../docs/permissions/actions";
import { documents, limit, policyFolder } from "../../docs/permissions/documents";
import { type Part, parts } from "../../docs/permissions/programs";
import { describes } from "../../docs/permissions/scopes";
import { repository } from "../../repository";
import { decide, type Document } from "../iam/policy-evaluator";
import { infrastructure } from "../support/all-layers";

const readme = readFileSync(join(repository, policyFolder, "README.md"), "utf8");

/** Stacks, what their deployer writes for `<stack>`, and whether names are longer than AWS takes. */
const stacks = [
  { stack: "prod", written: "prod", isLong: false },
  { stack: "Prod.EU-1", written: "?rod???-1", isLong: true },
  { stack: "production-frankfurt", written: "production-frankfurt", isLong: true },
];

const published = documents();

/** The policies of a part after the replacements of the README. */
function policies(part: Part, { written, isLong }: (typeof stacks)[number]): Document[] {
  const values: Record<string, string> = {
    ...{ account: accountId, region: "eu-central-1", name: "pulumi", stack: written },
    ...{ begin: `pulumi-${written}`.slice(0, 10), start: written.slice(0, 8) },
  };
  const filled = (text: string): string => text.replace(/<(\w+)>/g, (_, key: string) => values[key] ?? "");
  const lines = isLong ? [/^ +sed -e .*$/m, /^long='s.*$/m, /^long="\$long.*$/m] : [/^ +sed -e .*$/m];
  const replacements = [
    ...lines
      .map((line) => line.exec(readme)?.[0])
      .join()
      .matchAll(/s\|([^|]+)\|([^|]+)\|g/g),
  ];
  const text = replacements.reduce(
    // A `?` is itself in what `sed` looks for.
    (all, [, from = "", to = ""]) => all.replace(new RegExp(filled(from).replace(/\?/g, "\\?"), "g"), () => filled(to)),
    JSON.stringify(published[part]),
  );
  return JSON.parse(text) as Document[];
}

/** ARNs of what `arnOf` doesn't spell as AWS does. NAME is the resource's own. */
const spellings: Record<string, string> = {
  "backup.Vault": "backup:backup-vault:NAME",
  "cloudwatch.CompositeAlarm": "cloudwatch:alarm:NAME",
  "cloudwatch.EventRule": "events:rule/NAME",
  "cloudwatch.MetricAlarm": "cloudwatch:alarm:NAME",
  "ecs.Cluster": "ecs:cluster/NAME",
  "ecs.TaskDefinition": "ecs:task-definition/NAME:1",
  "kms.Alias": "kms:NAME",
  "lb.LoadBalancer": "elasticloadbalancing:loadbalancer/net/NAME/0123456789abcdef",
  "lb.TargetGroup": "elasticloadbalancing:targetgroup/NAME/0123456789abcdef",
  "opensearch.Domain": "es:domain/NAME",
  "rds.Cluster": "rds:cluster:NAME",
  "rds.ClusterInstance": "rds:db:NAME",
  "rds.ClusterParameterGroup": "rds:cluster-pg:NAME",
  "rds.EventSubscription": "rds:es:NAME",
  "rds.SubnetGroup": "rds:subgrp:NAME",
};
/** Those that it does. */
const spelled = ["cloudwatch.LogGroup", "iam.Role", "s3.Bucket", "secretsmanager.Secret", "sns.Topic"];

const own = (rest: string): string => rest.replace(":", `:eu-central-1:${accountId}:`).replace(/^/, "arn:aws:");
const kindOf = ({ type }: Recorded): string => /^aws:(\w+)\/\w+:(\w+)$/.exec(type)?.slice(1).join(".") ?? type;

/** The requests that a run makes under names of the installation: the ARN, and the actions on it. */
function requests(resource: Recorded): { arn: string; actions: string[] }[] {
  const { inputs } = resource;
  const kind = kindOf(resource);
  const spelling = spellings[kind];
  if (spelling !== undefined || spelled.includes(kind)) {
    const keys = ["identifier", "clusterIdentifier", "domainName", "family", "alarmName", "name"];
    // An instance has the cluster's name besides its own, a group of parameters a family.
    const name = kind.endsWith("Group") ? inputs["name"] : keys.map((key) => inputs[key]).find(Boolean);
    const prefix = inputs["namePrefix"];
    const prefixed = typeof prefix === "string" ? { name: `${prefix}0a1b2c3` } : {};
    const arn = spelling
      ? own(spelling.replace("NAME", String(name)))
      : arnOf({ ...resource, inputs: { ...inputs, ...prefixed } });
    return [{ arn, actions: ofService(kind, arn) }];
  }
  if (kind === "ecs.Service") {
    const cluster = String(inputs["cluster"]).replace(/.*[:/]/, "");
    const arn = own(`ecs:service/${cluster}/${String(inputs["name"])}`);
    return [{ arn, actions: ofService(kind, arn) }];
  }
  if (kind === "appautoscaling.Policy") {
    const arn = own(`cloudwatch:alarm:TargetTracking-${String(inputs["resourceId"])}-AlarmHigh-0a1b2c3d`);
    return [{ arn, actions: ofService(kind, arn) }];
  }
  return [];
}

/** What a kind of resource takes, on things of the ARN's service; to describe is allowed anywhere. */
function ofService(kind: string, arn: string): string[] {
  const service = arn.split(":")[2] ?? "";
  return resources[kind]?.actions.filter((each) => each.startsWith(`${service}:`) && !describes(each)) ?? [];
}

describe("the names in the permissions of a deployer", function () {
  this.timeout(60_000);
  const caller = `arn:aws:iam::${accountId}:role/deployer`;

  for (const each of stacks)
    describe(`of the stack ${each.stack}`, () => {
      const { stack } = each;
      const mine = Object.fromEntries(parts.map((part) => [part, policies(part, each)]));
      const allows = (part: Part, action: string, resource: string, context = {}): boolean =>
        decide({ caller, action, resource, context }, { identity: mine[part], owner: accountId });
      let everything: Outcome;
      let ran: [Part, Outcome][];
      before(async () => {
        const byDefault = await runLayer({ stack });
        everything = await infrastructure("aws", {}, { stack });
        const { config, secrets } = containerTls();
        const more = {
          ...{ execEnabled: true, jobsEnabled: true, ...logRouter() },
          logRouterPolicyArn: `arn:aws:iam::${accountId}:policy/pulumi-${stack.replace(".", "-")}-logs`,
        };
        ran = [
          ["infrastructure", byDefault],
          ["infrastructure", everything],
          ["infrastructure", await runLayer({ stack, config: { ...everythingOn, ephemeral: true } })],
          ["application", await deploy({ stack, above: byDefault.outputs })],
          ["application", await deploy({ stack, above: everything.outputs, secrets, config: { ...config, ...more } })],
        ];
      });

      it("cover what it has", () => {
        const all = ran.flatMap(([part, run]) =>
          run.resources.flatMap(requests).map((request) => ({ part, ...request })),
        );
        const kinds = ran.flatMap(([, run]) => run.resources.map(kindOf));
        expect(kinds).to.include.members([
          ...Object.keys(spellings),
          ...spelled,
          "ecs.Service",
          "appautoscaling.Policy",
        ]);
        const refused = all.flatMap(({ part, arn, actions }) =>
          actions.filter((action) => !allows(part, action, arn)).map((action) => `${part}: ${action} on ${arn}`),
        );
        expect([...new Set(refused)]).to.deep.equal([]);
      });

      it("let its roles be passed, and get their policies", () => {
        const refused = ran.flatMap(([part, run]) => [
          ...run.ofType("aws:iam/role:Role").flatMap((role) => {
            const [service = ""] = /[\w-]+(\.rds)?\.amazonaws\.com/.exec(String(role.inputs["assumeRolePolicy"])) ?? [];
            const passedBy: Part = service.startsWith("ecs-tasks") ? "application" : part;
            const isPassed = allows(passedBy, "iam:PassRole", arnOf(role), { "iam:PassedToService": service });
            return isPassed ? [] : [`${passedBy}: ${role.name} to ${service}`];
          }),
          ...run.ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment").flatMap(({ inputs }) => {
            const role = `arn:aws:iam::${accountId}:role/${String(inputs["role"])}`;
            const policy = String(inputs["policyArn"]);
            return allows(part, "iam:AttachRolePolicy", role, { "iam:PolicyARN": policy })
              ? []
              : [`${part}: ${policy}`];
          }),
        ]);
        expect(refused).to.deep.equal([]);
        expect(allows("infrastructure", "iam:CreateRole", `arn:aws:iam::${accountId}:role/pulumi-prodigy-a`)).to.equal(
          false,
        );
      });

      it("fit into policies for it too", () => {
        parts
          .flatMap((part) => mine[part] ?? [])
          .forEach((document) => {
            expect(JSON.stringify(document).length).to.be.at.most(limit);
          });
      });

      it("let the commands work on it, and an upgrade take its snapshot", () => {
        const data = everything;
        const cluster = own(`rds:cluster:${String(data.the("aws:rds/cluster:Cluster").inputs["clusterIdentifier"])}`);
        const snapshot = own("rds:cluster-snapshot:before-upgrade-1");
        const buckets = data.ofType("aws:s3/bucket:Bucket").map((bucket) => arnOf(bucket));
        const asked = [
          ...[cluster, snapshot].map((arn) => ["rds:CreateDBClusterSnapshot", arn]),
          ["rds:AddTagsToResource", snapshot],
          ...buckets.flatMap((arn) => [
            ["s3:ListBucket", arn],
            ["s3:GetObject", `${arn}/a`],
          ]),
        ];
        expect(asked.filter(([action = "", arn = ""]) => !allows("scripts", action, arn))).to.deep.equal([]);
      });
    });

  it("leave other installations alone, and attach no policy that the layers don't", () => {
    const allows = (part: Part, action: string, resource: string, context = {}): boolean =>
      decide({ caller, action, resource, context }, { identity: published[part], owner: accountId });
    const attaches = (part: Part, policy: string): boolean => {
      const role = `arn:aws:iam::${accountId}:role/pulumi-prod-a`;
      return allows(part, "iam:AttachRolePolicy", role, { "iam:PolicyARN": `arn:aws:iam::aws:policy/${policy}` });
    };
    expect(allows("infrastructure", "rds:DeleteDBCluster", own("rds:cluster:pulumi-test-database-cluster"))).to.equal(
      false,
    );
    expect(
      allows("infrastructure", "s3:DeleteBucket", `arn:aws:s3:::pulumi-events-test-${accountId}-eu-central-1`),
    ).to.equal(false);
    expect(allows("infrastructure", "rds:CreateDBSnapshot", own("rds:db:pulumi-test-database-instance-1"))).to.equal(
      false,
    );
    expect(attaches("infrastructure", "service-role/AmazonRDSEnhancedMonitoringRole")).to.equal(true);
    expect(attaches("application", "service-role/AmazonRDSEnhancedMonitoringRole")).to.equal(false);
    expect(attaches("infrastructure", "AdministratorAccess")).to.equal(false);
  });
});
