import type { Case } from "./case";
import { type Fixture, policy, trust } from "./fixture";

/** Roles and their policies, certificates and names. */
export function accountCases({ account, missing }: Fixture): Case[] {
  const { region, vpcId, zone } = account;
  const trusting = (statement: object) => ({
    AssumeRolePolicyDocument: policy({ Action: "sts:AssumeRole", ...statement }),
  });
  const read = { Action: "s3:GetObject", Resource: "*" };
  const document = (statement: object, version?: string) => ({ PolicyDocument: policy(statement, version) });
  const record = (more: object, Action = "CREATE") => ({
    ChangeBatch: {
      Changes: [{ Action, ResourceRecordSet: { Name: `refused.${zone.name}`, Type: "A", TTL: 60, ...more } }],
    },
  });
  const value = (Value: string) => ({ ResourceRecords: [{ Value }] });
  const alias = { AliasTarget: { HostedZoneId: "Z1", DNSName: "example.com", EvaluateTargetHealth: false } };
  const check = (more: object) => ({
    HealthCheckConfig: { Type: "HTTPS", FullyQualifiedDomainName: "api.example.com", ...more },
  });
  const malformed = "MalformedPolicyDocumentException";

  return [
    {
      call: "iam createRole",
      right: { RoleName: "refused", AssumeRolePolicyDocument: trust, Tags: [{ Key: "project", Value: "x" }] },
      wrong: [
        [
          { RoleName: "a b" },
          "ValidationError",
          "'roleName' failed to satisfy constraint: Member must satisfy regular",
        ],
        [{ RoleName: "Refusals" }, "EntityAlreadyExistsException", "Role with name Refusals already exists"],
        [{ MaxSessionDuration: 60 }, "ValidationError", "Member must have value greater than or equal to 3600"],
        [{ PermissionsBoundary: missing.policy }, "NoSuchEntityException", "not attachable"],
        [
          { Tags: ["project", "Project"].map((Key) => ({ Key, Value: "x" })) },
          "InvalidInputException",
          "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
        ],
        [{ AssumeRolePolicyDocument: "trust" }, malformed, "invalid Json"],
        [trusting({}), malformed, "Missing required field Principal"],
        [trusting({ Principal: "*", Resource: "*" }), malformed, "Has prohibited field Resource"],
        [
          trusting({ Principal: { AWS: missing.role } }),
          malformed,
          `Invalid principal in policy: "AWS":"${missing.role}"`,
        ],
        [trusting({ Principal: "*", Sid: "a".repeat(2048) }), "LimitExceededException", "ACLSizePerRole: 2048"],
      ],
    },
    {
      call: "iam putRolePolicy",
      right: { RoleName: "refusals", PolicyName: "refused", ...document(read) },
      wrong: [
        [{ RoleName: "none" }, "NoSuchEntityException", "none"],
        [document({ ...read, Principal: "*" }), malformed, "Has prohibited field Principal"],
        [document({ Action: "s3:GetObject" }), malformed, "Missing required field Resource"],
        [document({ ...read, Effect: "Maybe" }), malformed, "Effect must be Allow or Deny"],
        [document(read, "2013-10-17"), malformed, "Syntax errors in policy"],
        [
          document({ ...read, Sid: "a".repeat(10_240) }),
          "LimitExceededException",
          "Maximum policy size of 10240 bytes",
        ],
      ],
    },
    {
      call: "iam attachRolePolicy",
      right: {
        RoleName: "refusals",
        PolicyArn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
      },
      wrong: [[{ PolicyArn: missing.policy }, "NoSuchEntityException", "does not exist or is not attachable"]],
    },
    {
      call: "acm requestCertificate",
      right: { DomainName: "example.org", ValidationMethod: "DNS" },
      wrong: [
        [{ DomainName: "not a name" }, "ValidationException", "'domainName' failed to satisfy constraint"],
        [{ DomainName: `${"a".repeat(60)}.example.com` }, "InvalidParameterException", "at most 64 characters"],
        [{ KeyAlgorithm: "DSA" }, "ValidationException", "'keyAlgorithm' failed to satisfy constraint"],
      ],
    },
    {
      call: "route53 changeResourceRecordSets",
      right: { HostedZoneId: zone.id, ...record(value("1.2.3.4")) },
      wrong: [
        [{ HostedZoneId: "ZNONE" }, "NoSuchHostedZone", "ZNONE"],
        [record({ Type: "SPF2", ...value("x") }), "InvalidInput", "Member must satisfy enum value set"],
        [record(value("1.2.3")), "InvalidChangeBatch", "ARRDATAIllegalIPv4Address"],
        [record({ Type: "TXT", ...value("bare") }), "InvalidChangeBatch", "enclosed in quotation marks"],
        [record({ TTL: undefined, ...value("1.2.3.4") }), "InvalidInput", "Expected exactly one of [AliasTarget"],
        [record({ ...alias, ...value("1.2.3.4") }), "InvalidInput", "found more than one"],
        [record({ Name: "elsewhere.example", ...value("1.2.3.4") }), "InvalidChangeBatch", "not permitted in zone"],
      ],
    },
    {
      call: "route53 changeResourceRecordSets",
      right: { HostedZoneId: zone.id, ...record(value("1.2.3.4"), "DELETE") },
      wrong: [
        [record(value("1.2.3.4")), "InvalidChangeBatch", "type='A'] but it already exists"],
        [record(value("9.9.9.9"), "DELETE"), "InvalidChangeBatch", "do not match the current values"],
      ],
    },
    {
      call: "route53 createHostedZone",
      right: { Name: "private.example", CallerReference: "refused", VPC: { VPCId: vpcId, VPCRegion: region } },
      wrong: [[{ VPC: { VPCId: "vpc-0", VPCRegion: region } }, "InvalidVPCId", "vpc-0"]],
    },
    {
      call: "route53 createHealthCheck",
      right: { CallerReference: "refused", ...check({}) },
      wrong: [
        [check({ FailureThreshold: 11 }), "InvalidInput", "Member must have value less than or equal to 10"],
        [check({ RequestInterval: 15 }), "InvalidInput", "10 or 30"],
        [check({ FullyQualifiedDomainName: undefined }), "InvalidInput", "fully qualified domain name"],
      ],
    },
  ];
}
