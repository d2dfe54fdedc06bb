import { ACM, waitUntilCertificateValidated } from "@aws-sdk/client-acm";
import { ECS, type RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { KMS } from "@aws-sdk/client-kms";
import { type Change, Route53 } from "@aws-sdk/client-route-53";
import { S3 } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { Deployed } from "../../../layers";
import { unhealthyTargets } from "../../../sandbox/test/faults";
import { rewriteJson } from "../../../sandbox/test/proxy";
import { plainPulumi, upArguments } from "../plain-pulumi";
import { interpose, type Interposed } from "../proxied";
import { outputsOf, seeded } from "../sandbox";
import { type Installation, installed } from "./installed";

interface Verdict {
  healthy: boolean;
  findings: { name: string; verdict: string; evidence: string; remedy?: string }[];
}

/** Something that goes wrong, by calls to AWS. */
interface Fault {
  /** @returns what undoes it. */
  cause: () => Promise<() => unknown>;
  /** The findings that fail, no others, each with what it must say and advise. */
  found: Record<string, [evidence: RegExp, remedy: RegExp]>;
}

describe("make verify", function () {
  this.timeout(600_000);
  let installation: Installation;
  let deployed: Deployed;
  let account: Interposed;
  let aws: { acm: ACM; ecs: ECS; elb: ElasticLoadBalancingV2; kms: KMS; route53: Route53; s3: S3 };

  before(async () => {
    installation = await installed();
    deployed = outputsOf(installation.scratch);
    const access = installation.aws;
    aws = {
      acm: new ACM(access),
      ecs: new ECS(access),
      elb: new ElasticLoadBalancingV2(access),
      kms: new KMS(access),
      route53: new Route53(access),
      s3: new S3(access),
    };
    account = await interpose(installation.scratch);
  });

  after(() => account?.remove());

  async function verify(): Promise<Verdict & { code: number }> {
    const { code, stdout } = await installation.scratch.make("--silent", "verify", "ENV=local", "JSON=1");
    return { code, ...(JSON.parse(stdout) as Verdict) };
  }

  /** Has the API run another task definition than the deployed one. */
  async function runOther(change: (image: string) => string): Promise<() => Promise<void>> {
    const { api, clusterName: cluster } = deployed.application;
    const { taskDefinition } = await aws.ecs.describeTaskDefinition({ taskDefinition: api.taskDefinitionArn });
    const other = await aws.ecs.registerTaskDefinition({
      ...(taskDefinition as RegisterTaskDefinitionRequest),
      containerDefinitions: taskDefinition?.containerDefinitions?.map((each) => ({
        ...each,
        image: change(each.image ?? ""),
      })),
    });
    const otherArn = other.taskDefinition?.taskDefinitionArn;
    const run = (definition = ""): Promise<unknown> =>
      aws.ecs.updateService({ cluster, service: api.serviceName, taskDefinition: definition });
    await run(otherArn);
    return async () => {
      await run(api.taskDefinitionArn);
      await aws.ecs.deregisterTaskDefinition({ taskDefinition: otherArn });
    };
  }

  const refreshed = (layer: string): RegExp => new RegExp(`pulumi refresh\`? and \`?pulumi up\`? in ${layer}/`);

  const faults: Record<string, Fault> = {
    "a wrong image": {
      cause: () => {
        const [other = ""] = seeded(installation.scratch).imageTags.filter(
          (tag) => tag !== deployed.application.imageTag,
        );
        return runOther((image) => image.replace(deployed.application.imageTag, other));
      },
      found: {
        "api image": [/pulumi\/service:\d{8}-/, /^it must be .*pulumi\/service:.*pulumi up/],
        "api rollout": [/ECS runs pulumi-local-api:\d+, not pulumi-local-api:\d+/, /pulumi refresh/],
      },
    },
    "another task definition, as ECS runs it after it rolled back": {
      cause: () => runOther((image) => image),
      found: {
        "api rollout": [/rolled back, or the service was changed outside of Pulumi/, /remove the cause.*pulumi up/],
      },
    },
    "a service that was stopped": {
      cause: async () => {
        const { clusterName: cluster, console } = deployed.application;
        const scale = (desiredCount: number): Promise<unknown> =>
          aws.ecs.updateService({ cluster, service: console.serviceName, desiredCount });
        await scale(0);
        return () => scale(2);
      },
      found: {
        "console tasks": [
          /^ACTIVE: 0 of 0 running/,
          /aws ecs update-service .*--service pulumi-local-console --desired-count/,
        ],
        "console targets": [/^0 of 0 healthy/, /events in ECS/],
      },
    },
    "unhealthy targets": {
      cause: () => {
        account.inject(unhealthyTargets());
        return Promise.resolve(() => account.clear());
      },
      found: {
        "api targets": [/^0 of \d+ healthy; .* unhealthy Target\.FailedHealthChecks/, /log group.*health check/],
        "console targets": [/^0 of \d+ healthy/, /log group/],
      },
    },
    "a record that is gone": {
      cause: async () => {
        const { zoneId: HostedZoneId } = deployed.dns;
        const { domain } = deployed.application.api;
        const { ResourceRecordSets = [] } = await aws.route53.listResourceRecordSets({ HostedZoneId });
        const record = ResourceRecordSets.find(({ Name }) => Name === `${domain}.`);
        const change = (Action: Change["Action"]): Promise<unknown> =>
          aws.route53.changeResourceRecordSets({
            HostedZoneId,
            ChangeBatch: { Changes: [{ Action, ResourceRecordSet: record }] },
          });
        await change("DELETE");
        return () => change("CREATE");
      },
      found: { "record api.pulumi.example.com": [/^A → nothing$/, refreshed("dns")] },
    },
    "an expired certificate": {
      cause: () => {
        const expired = rewriteJson<{ Certificate: { NotAfter: number } }>(({ Certificate }) => ({
          Certificate: { ...Certificate, NotAfter: 1_700_000_000 },
        }));
        account.inject({ service: "acm", action: "DescribeCertificate", play: expired });
        return Promise.resolve(() => account.clear());
      },
      found: { "certificate expiry": [/^expired on 2023-11-14$/, /why it was not renewed/] },
    },
    "a foreign certificate": {
      cause: async () => {
        const { CertificateArn } = await aws.acm.requestCertificate({
          DomainName: "example.net",
          ValidationMethod: "DNS",
        });
        const patience = { client: aws.acm, maxWaitTime: 20, minDelay: 1, maxDelay: 1 };
        await waitUntilCertificateValidated(patience, { CertificateArn });
        const { arn: LoadBalancerArn } = deployed.application.api.loadBalancer;
        const { Listeners = [] } = await aws.elb.describeListeners({ LoadBalancerArn });
        const listener = Listeners.find(({ Port }) => Port === 443);
        const give = (arn: string | undefined): Promise<unknown> =>
          aws.elb.modifyListener({
            ListenerArn: listener?.ListenerArn,
            Protocol: "TLS",
            Certificates: [{ CertificateArn: arn }],
          });
        await give(CertificateArn);
        return async () => {
          await give(deployed.application.certificateArn);
          await aws.acm.deleteCertificate({ CertificateArn });
        };
      },
      found: { "api listener": [/TLS 443/, /with the configured certificate.*pulumi up/] },
    },
    "a public bucket": {
      cause: async () => {
        const { checkpoint: Bucket } = deployed.infrastructure.buckets;
        const { PublicAccessBlockConfiguration } = await aws.s3.getPublicAccessBlock({ Bucket });
        await aws.s3.deletePublicAccessBlock({ Bucket });
        return () => aws.s3.putPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration });
      },
      found: { "checkpoint bucket": [/public access NOT blocked/, refreshed("infrastructure")] },
    },
    "a key that is about to be deleted": {
      cause: async () => {
        const [, KeyId] = deployed.infrastructure.serviceKeyArn.split("/");
        await aws.kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
        return async () => {
          await aws.kms.cancelKeyDeletion({ KeyId });
          await aws.kms.enableKey({ KeyId });
        };
      },
      found: {
        "service key": [/^PendingDeletion, deleted on \d{4}-/, /aws kms cancel-key-deletion .*aws kms enable-key/],
      },
    },
    "a grant that is gone": {
      cause: async () => {
        const { serviceKeyArn: KeyId, apiTaskRoleArn } = deployed.infrastructure;
        const { Grants = [] } = await aws.kms.listGrants({ KeyId });
        const grant = Grants.find(({ GranteePrincipal }) => GranteePrincipal === apiTaskRoleArn);
        await aws.kms.revokeGrant({ KeyId, GrantId: grant?.GrantId });
        return async () => {
          // As the remedy says.
          const [up = "", ...rest] = upArguments("local");
          const { code, output } = await plainPulumi(installation.scratch, "infrastructure", [
            up,
            "--refresh",
            ...rest,
          ]);
          expect(code, output).to.equal(0);
        };
      },
      found: { "service key grant": [/^none to arn:\S+ for Decrypt, Encrypt, GenerateDataKey/, /pulumi up --refresh/] },
    },
  };

  for (const [fault, { cause, found }] of Object.entries(faults)) {
    it(`fails ${fault}, that alone, and says what to do about it`, async () => {
      const undo = await cause();
      try {
        const { code, healthy, findings } = await verify();
        const failed = findings.filter(({ verdict }) => verdict === "fail");
        expect(failed.map(({ name }) => name)).to.have.members(Object.keys(found));
        expect([healthy, code]).to.deep.equal([false, 2]);
        for (const { name, evidence, remedy } of failed) {
          const [seen, advised] = found[name] ?? [];
          expect(evidence, name).to.match(seen ?? /^$/);
          expect(remedy, name).to.match(advised ?? /^$/);
        }
      } finally {
        await undo();
      }
    });
  }

  it("finds nothing once all of that is undone", async () => {
    const { code, healthy, findings } = await verify();
    expect(findings.filter(({ verdict }) => verdict === "fail")).to.deep.equal([]);
    expect([healthy, code]).to.deep.equal([true, 0]);
  });
});
