import { type HealthCheckType, Route53 } from "@aws-sdk/client-route-53";
import type { HealthCheckArgs } from "@pulumi/aws/route53";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, between, matching, oneOf, required } from "../checks";
import type { ResourceType } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { tagChanges, type Tagged, tagList, tagMap, type Tags } from "./tags";

type Inputs = Tagged<Unwrap<HealthCheckArgs>>;

/** Checks of an endpoint from outside. */
export const healthCheckType: ResourceType<Account, Inputs> = {
  replaceOn: ["measureLatency", "requestInterval", "type"],
  updateOn: ["disabled", "enableSni", "failureThreshold", "fqdn", "ipAddress", "port", "resourcePath"],
  defaults: (inputs) => ({ failureThreshold: 3, requestInterval: 30, ...inputs }),
  check: allOf(
    required("type", "fqdn"),
    oneOf("type", ["HTTP", "HTTPS", "TCP"]),
    oneOf("requestInterval", [10, 30]),
    between("failureThreshold", 1, 10),
    between("port", 1, 65535),
    matching("resourcePath", /^.{1,255}$/, "1 to 255 characters"),
  ),
  async create(inputs, { account, urn }) {
    const client = account.client(Route53);
    const { HealthCheck } = await client.createHealthCheck({
      CallerReference: `${urn.slice(-40)}-${Date.now()}`,
      HealthCheckConfig: {
        Type: inputs.type as HealthCheckType,
        MeasureLatency: inputs.measureLatency,
        RequestInterval: inputs.requestInterval,
        ...endpoint(inputs),
      },
    });
    const id = HealthCheck?.Id ?? "";
    await retag(id, {}, inputs.tagsAll, account);
    return { id };
  },
  async read(id, _known, { account }) {
    const answer = account.client(Route53).getHealthCheck({ HealthCheckId: id });
    const config = (await unlessMissing(answer))?.HealthCheck?.HealthCheckConfig;
    if (!config) return undefined;
    return {
      arn: `arn:${account.partition}:route53:::healthcheck/${id}`,
      disabled: config.Disabled,
      enableSni: config.EnableSNI,
      failureThreshold: config.FailureThreshold,
      fqdn: config.FullyQualifiedDomainName,
      ipAddress: config.IPAddress,
      measureLatency: config.MeasureLatency,
      port: config.Port,
      requestInterval: config.RequestInterval,
      resourcePath: config.ResourcePath,
      type: config.Type,
      tagsAll: await readTags(id, account),
    };
  },
  async update(id, inputs, olds, { account }) {
    await account.client(Route53).updateHealthCheck({ HealthCheckId: id, ...endpoint(inputs) });
    await retag(id, olds.tagsAll, inputs.tagsAll, account);
  },
  async delete(id, _olds, { account }) {
    await unlessMissing(account.client(Route53).deleteHealthCheck({ HealthCheckId: id }));
  },
};

function endpoint(inputs: Inputs) {
  return {
    Disabled: inputs.disabled,
    EnableSNI: inputs.enableSni,
    FailureThreshold: inputs.failureThreshold,
    FullyQualifiedDomainName: inputs.fqdn,
    IPAddress: inputs.ipAddress,
    Port: inputs.port,
    ResourcePath: inputs.resourcePath,
  };
}

async function readTags(id: string, account: Account): Promise<Tags> {
  const request = { ResourceType: "healthcheck", ResourceId: id } as const;
  return tagMap((await account.client(Route53).listTagsForResource(request)).ResourceTagSet?.Tags);
}

async function retag(id: string, olds: Tags, news: Tags, account: Account): Promise<void> {
  const { set, removed } = tagChanges(olds, news);
  const added = tagList(set);
  if (!added.length && !removed.length) return;
  await account.client(Route53).changeTagsForResource({
    ResourceType: "healthcheck",
    ResourceId: id,
    ...(added.length && { AddTags: added }),
    ...(removed.length && { RemoveTagKeys: removed }),
  });
}
