"""The emulated AWS account: a moto server that behaves as AWS does where the installation meets it.

Each module beside this one is imported for what it changes in moto: one for each service, `gate` for what AWS refuses,
`origin` for who may ask, `lifetime` for when it ends, and `loading` first, before others read.
"""

from moto.server import main

import loading  # noqa: F401
import acm  # noqa: F401
import autoscaling  # noqa: F401
import backup  # noqa: F401
import cloudwatch  # noqa: F401
import ec2  # noqa: F401
import ecs  # noqa: F401
import elbv2  # noqa: F401
import gate  # noqa: F401
import iam  # noqa: F401
import kms  # noqa: F401
import lifetime  # noqa: F401
import opensearch  # noqa: F401
import origin  # noqa: F401
import quotas  # noqa: F401
import rds  # noqa: F401
import rdsdata  # noqa: F401
import route53  # noqa: F401
import s3  # noqa: F401
import simulation  # noqa: F401

if __name__ == "__main__":
    main()
