"""Route 53: a record that was deleted can be made again.

moto refuses that where another record sorts after it in the zone. What is there, the gate refuses to make twice.
"""

from moto.route53.models import ChangeList


def was_never_made(journal, change):
    return False


ChangeList.__contains__ = was_never_made
