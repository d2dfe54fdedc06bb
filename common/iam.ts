import * as pulumi from "@pulumi/pulumi";
import { type GlobalPrincipal, servicePrincipal } from "./partition";

type OneOrMore = pulumi.Input<string> | pulumi.Input<pulumi.Input<string>[]>;

/** One statement of a policy document. */
export interface Statement {
  /** Letters and digits: says what the statement is for. */
  sid: string;
  /** Default: `Allow`. */
  effect?: "Allow" | "Deny";
  actions: string[];
  /** ARNs. Absent only in trust policies. */
  resources?: OneOrMore;
  /** Absent in the policies of roles, where the role itself is the principal. */
  principals?: "*" | { service?: OneOrMore; aws?: OneOrMore };
  /** As in AWS: operator → condition key → values. */
  conditions?: Record<string, Record<string, OneOrMore>>;
}

/** The JSON of an IAM policy document. */
export function policyDocument(statements: Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({
      Sid: statement.sid,
      Effect: statement.effect ?? "Allow",
      ...(statement.principals && { Principal: principal(statement.principals) }),
      Action: statement.actions,
      ...(statement.resources && { Resource: statement.resources }),
      ...(statement.conditions && { Condition: statement.conditions }),
    })),
  });
}

function principal(principals: NonNullable<Statement["principals"]>): unknown {
  return principals === "*"
    ? "*"
    : {
        ...(principals.service && { Service: principals.service }),
        ...(principals.aws && { AWS: principals.aws }),
      };
}

/**
 * The trust policy of a role that AWS services assume.
 *
 * @param sourceAccount the only account on whose behalf they may do so (guards against the confused deputy). Only for
 *   services that are documented to name it when they assume a role: for any other one the condition never holds.
 */
export function trustPolicy(
  services: GlobalPrincipal | GlobalPrincipal[],
  sourceAccount?: pulumi.Input<string>,
): pulumi.Output<string> {
  return policyDocument([
    {
      sid: "Assume",
      actions: ["sts:AssumeRole"],
      principals: { service: Array.isArray(services) ? services.map(servicePrincipal) : servicePrincipal(services) },
      ...(sourceAccount && { conditions: { StringEquals: { "aws:SourceAccount": sourceAccount } } }),
    },
  ]);
}
