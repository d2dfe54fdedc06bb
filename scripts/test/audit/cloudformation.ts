import { arnOf, type Recorded, type Values } from "@selfhosted/common/testing";
import { partsOfBucket } from "./bucket-parts";
import { capital, type Conversion, conversions } from "./conversions";

/** Documents: JSON in a string here, an object there. Their names stay. */
const documents = new Set(["policy", "assumeRolePolicy"]);

/** Maps of any names. */
const maps = new Set(["options", "parameters"]);

/** Types that aren't converted. */
export const unconverted = [
  "aws:acm/certificate:Certificate",
  "aws:acm/certificateValidation:CertificateValidation",
  "aws:appautoscaling/policy:Policy",
  "aws:appautoscaling/target:Target",
  "aws:backup/plan:Plan",
  "aws:backup/selection:Selection",
  "aws:backup/vault:Vault",
  "aws:cloudwatch/compositeAlarm:CompositeAlarm",
  "aws:cloudwatch/dashboard:Dashboard",
  "aws:cloudwatch/eventRule:EventRule",
  "aws:cloudwatch/eventTarget:EventTarget",
  "aws:cloudwatch/logMetricFilter:LogMetricFilter",
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:kms/alias:Alias",
  "aws:kms/grant:Grant",
  "aws:opensearch/domain:Domain",
  "aws:rds/eventSubscription:EventSubscription",
  "aws:rds/subnetGroup:SubnetGroup",
  "aws:route53/queryLog:QueryLog",
  "aws:route53/record:Record",
  "aws:s3/bucketMetric:BucketMetric",
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
  "aws:secretsmanager/secretVersion:SecretVersion",
  "aws:sns/topic:Topic",
  "aws:sns/topicPolicy:TopicPolicy",
];

export interface Template {
  AWSTemplateFormatVersion: string;
  /** By IDs, which have letters and digits only; the names of Pulumi's are in the metadata. */
  Resources: Record<string, { Type: string; Properties: Values; Metadata: { Name: string } }>;
}

/** Whether the template has it, be it as properties of a bucket. */
export function isConverted(type: string): boolean {
  return type in conversions || type in partsOfBucket;
}

/** The main types among resources, as a template of CloudFormation. */
export function cloudFormation(recorded: readonly Recorded[]): Template {
  const converted = recorded.flatMap((resource, index) => {
    const conversion = conversions[resource.type];
    return conversion ? { resource, conversion, id: `Resource${index}` } : [];
  });
  const references = new Map<unknown, Values>();
  for (const { resource, conversion, id } of converted) {
    references.set(`${resource.name}-id`, { Ref: id });
    if (conversion.arn) {
      references.set(arnOf(resource), conversion.arn === "Ref" ? { Ref: id } : { "Fn::GetAtt": [id, conversion.arn] });
    }
  }
  const resources = converted.map(({ resource, conversion, id }) => {
    const inputs = { ...resource.inputs, ...partsOf(resource, recorded) };
    const properties = converter(references)(inputs, conversion);
    return [id, { Type: conversion.type, Properties: properties, Metadata: { Name: resource.name } }] as const;
  });
  return { AWSTemplateFormatVersion: "2010-09-09", Resources: Object.fromEntries(resources) };
}

/** What resources of their own add to a bucket. */
function partsOf({ type, inputs: { bucket } }: Recorded, recorded: readonly Recorded[]): Values {
  const parts = type === "aws:s3/bucket:Bucket" ? recorded.filter(({ inputs }) => inputs["bucket"] === bucket) : [];
  return Object.assign({}, ...parts.map((part) => partsOfBucket[part.type]?.(part.inputs))) as Values;
}

/** Properties with names as CloudFormation has them, and references in place of the IDs and ARNs of other resources. */
function converter(references: Map<unknown, Values>): (inputs: Values, conversion: Conversion) => Values {
  const named = (values: Values, name: (key: string) => string): Values =>
    Object.fromEntries(
      Object.entries(values).flatMap(([key, value]) =>
        value === undefined ? [] : [[name(key), converted(key, value)]],
      ),
    );
  const converted = (key: string, value: unknown): unknown => {
    if (documents.has(key)) return JSON.parse(String(value));
    if (key === "tags") return Object.entries(value as Values).map(([Key, Value]) => ({ Key, Value }));
    if (maps.has(key)) return value;
    if (Array.isArray(value)) return value.map((each: unknown) => converted("", each));
    if (typeof value === "object" && value !== null) return named(value as Values, capital);
    return references.get(value) ?? value;
  };
  return (inputs, { grouped = (same) => same, named: names = {}, left = [] }) => {
    const kept = Object.entries(grouped(inputs)).filter(([key]) => !left.includes(key));
    return named(Object.fromEntries(kept), (key) => names[key] ?? capital(key));
  };
}
