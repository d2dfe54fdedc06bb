"""Certificates as ACM keeps them: used by the listeners that there are, and forgotten once they are deleted."""

from moto.acm.models import AWSCertificateManagerBackend, CertBundle
from moto.elbv2.models import elbv2_backends

describe_certificate = CertBundle.describe
delete_certificate = AWSCertificateManagerBackend.delete_certificate


def describe_in_use(bundle):
    """moto goes on counting a certificate as used by listeners that are gone, or have another one."""
    _, _, _, region, account, _ = bundle.arn.split(":", 5)
    balancers = elbv2_backends[account][region].load_balancers.values()
    listeners = [listener for balancer in balancers for listener in balancer.listeners.values()]
    bundle.in_use_by = [listener.arn for listener in listeners if bundle.arn in listener.certificates]
    return describe_certificate(bundle)


def delete_and_forget(backend, arn):
    """moto goes on looking for a deleted certificate where its token comes again."""
    delete_certificate(backend, arn)
    tokens = backend._idempotency_tokens.items()
    backend._idempotency_tokens = {token: known for token, known in tokens if known["arn"] != arn}


CertBundle.describe = describe_in_use
AWSCertificateManagerBackend.delete_certificate = delete_and_forget
