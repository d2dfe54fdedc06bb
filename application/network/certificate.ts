import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "@selfhosted/common";
import type { Hosts } from "./hosts";

/**
 * The certificate that exists, or one that is requested.
 *
 * @param zoneId public zone that holds the hosts; needed without an existing certificate.
 */
export function certificateArn(
  name: string,
  { existingArn, zoneId, hosts }: { existingArn?: string; zoneId?: string; hosts: Hosts },
  opts: pulumi.ComponentResourceOptions,
): pulumi.Input<string> {
  if (existingArn !== undefined) {
    return existingArn;
  }
  if (zoneId === undefined) {
    throw new Error("Neither certificateArn nor certificateZoneId is set, but no problem was reported.");
  }
  return new Certificate(name, { hosts, zoneId }, opts).arn;
}

interface CertificateArgs {
  hosts: Hosts;
  /** Public zone that holds the hosts. */
  zoneId: string;
}

/**
 * A certificate for the installation's names, which ACM issues and renews for as long as the records exist that prove the
 * domain. It belongs to this layer, because load balancers need it before there is anything that the dns layer could point to.
 */
class Certificate extends Component {
  /** Known once the certificate has been issued. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: CertificateArgs, opts: pulumi.ComponentResourceOptions) {
    super("application", "Certificate", name, opts);
    const { api, console, domain } = args.hosts;
    const parent = { parent: this };

    const certificate = new aws.acm.Certificate(
      `${name}-request`,
      { domainName: api, subjectAlternativeNames: [console, domain], validationMethod: "DNS" },
      parent,
    );
    const proofs = [api, console, domain].map((host) => {
      const option = certificate.domainValidationOptions.apply((options) => proofOf(host, options));
      return new aws.route53.Record(
        `${name}-proof-${host}`,
        {
          zoneId: args.zoneId,
          name: option.resourceRecordName,
          type: option.resourceRecordType,
          records: [option.resourceRecordValue],
          ttl: 300,
          // ACM asks for the same record for every certificate of a name in an account, so that it may be there already, and
          // other certificates may need it for their renewal when this one is gone.
          allowOverwrite: true,
        },
        { ...parent, retainOnDelete: true },
      );
    });
    const issued = new aws.acm.CertificateValidation(
      `${name}-issued`,
      { certificateArn: certificate.arn, validationRecordFqdns: proofs.map(({ fqdn }) => fqdn) },
      { ...parent, customTimeouts: { create: "45m" } },
    );
    this.arn = issued.certificateArn;
    this.registerOutputs({ arn: this.arn });
  }
}

type Proof = aws.types.output.acm.CertificateDomainValidationOption;

/** The record by which ACM knows who owns a host name. */
function proofOf(host: string, options: Proof[]): Proof {
  const found = options.find(({ domainName }) => domainName === host);
  if (found === undefined) {
    throw new Error(`ACM names no record that would prove ${host}.`);
  }
  return found;
}
