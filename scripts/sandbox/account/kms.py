"""KMS: a key that is made without a usage encrypts and decrypts, as
https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html says of `KeyUsage`. moto leaves the usage out.
"""

from moto.kms.models import KmsBackend

create_key = KmsBackend.create_key


def create_key_with_usage(backend, policy, key_usage, *more, **options):
    return create_key(backend, policy, key_usage or "ENCRYPT_DECRYPT", *more, **options)


KmsBackend.create_key = create_key_with_usage
