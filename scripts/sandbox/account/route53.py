"""Route 53: a record that was deleted can be made again, and a log group is named by its ARN.

moto refuses the former where another record sorts after it in the zone. What is there, the gate refuses to make twice. Of a log group's
ARN, moto wants the form that ends with `:*`; AWS takes the other too.
"""

from moto.route53.models import ChangeList, Route53Backend


def was_never_made(journal, change):
    return False


ChangeList.__contains__ = was_never_made


create_query_logging_config = Route53Backend.create_query_logging_config


def with_either_form(self, hosted_zone_id, log_group_arn):
    config = create_query_logging_config(self, hosted_zone_id, log_group_arn.removesuffix(":*") + ":*")
    config.cloud_watch_logs_log_group_arn = log_group_arn
    return config


Route53Backend.create_query_logging_config = with_either_form
