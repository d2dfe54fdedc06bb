"""What moto lacks of CloudWatch: composite alarms, the state of an alarm that has seen no point yet, changed metric filters."""

from moto.cloudwatch.models import Alarm
from moto.cloudwatch.responses import CloudWatchResponse
from moto.logs.metric_filters import MetricFilters

init = Alarm.__init__
add_filter = MetricFilters.add_filter
put_alarm = CloudWatchResponse.put_metric_alarm

SUPPRESSOR = {
    "actions_suppressor": "ActionsSuppressor",
    "actions_suppressor_wait_period": "ActionsSuppressorWaitPeriod",
    "actions_suppressor_extension_period": "ActionsSuppressorExtensionPeriod",
}


def init_without_data(alarm, *args, **kwargs):
    init(alarm, *args, **kwargs)
    alarm.state_value = "OK" if alarm.rule else "INSUFFICIENT_DATA"


def put_composite_alarm(response):
    """moto reads the rule of one where it reads metric alarms."""
    result = put_alarm(response)
    alarm = response.cloudwatch_backend.alarms[response._get_param("AlarmName")]
    alarm.alarm_rule = alarm.rule
    for attribute, name in SUPPRESSOR.items():
        setattr(alarm, attribute, response._get_param(name))
    return result


def put_filter(filters, filter_name, filter_pattern, log_group_name, metric_transformations):
    """It takes the place of the one of its name."""
    filters.delete_filter(filter_name, log_group_name)
    add_filter(filters, filter_name, filter_pattern, log_group_name, metric_transformations)


Alarm.__init__ = init_without_data
CloudWatchResponse.put_composite_alarm = put_composite_alarm
MetricFilters.add_filter = put_filter
