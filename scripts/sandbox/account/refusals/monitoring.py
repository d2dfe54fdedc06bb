"""Alarms, dashboards and metric filters of CloudWatch."""

import json
import re

from refusals.rules import refuses

ALARM = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"
COMPOSITE = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html"
DASHBOARD = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"
DAY = 86_400


@refuses("cloudwatch", "PutMetricAlarm", ALARM)
def alarm_periods(request, account):
    """A day altogether, or a week where the period is an hour or more; and one of the periods that CloudWatch keeps."""
    stats = [query["MetricStat"] for query in request.get("Metrics", []) if "MetricStat" in query]
    for period in [stat["Period"] for stat in stats] or [request.get("Period", 60)]:
        if period not in (10, 20, 30) and period % 60:
            return "ValidationError", f"Period must be 10, 20, 30 or a multiple of 60: {period}"
        limit = 7 * DAY if period >= 3600 else DAY
        if period * request["EvaluationPeriods"] > limit:
            words = f"Metrics cannot be checked across more than {'a week' if limit > DAY else 'a day'}"
            return "ValidationError", f"{words} (EvaluationPeriods * Period must be <= {limit})."


@refuses("cloudwatch", "PutMetricAlarm", ALARM)
def alarm_subject(request, account):
    """One metric, or queries of which one gives the result."""
    queries = request.get("Metrics", [])
    if bool(queries) == ("MetricName" in request):
        return "ValidationError", "Exactly one of MetricName and Metrics must be given"
    if queries and sum(query.get("ReturnData", True) for query in queries) != 1:
        return "ValidationError", "Exactly one element of the metrics list should return data."
    if "MetricName" in request and not ({"Statistic", "ExtendedStatistic"} & set(request)):
        return "ValidationError", "One of Statistic and ExtendedStatistic must be given"
    if request.get("DatapointsToAlarm", 1) > request["EvaluationPeriods"]:
        return "ValidationError", "DatapointsToAlarm must be less than or equal to EvaluationPeriods."
    if request.get("TreatMissingData", "missing") not in ("breaching", "notBreaching", "ignore", "missing"):
        return "ValidationError", f"Option {request['TreatMissingData']} is not supported for TreatMissingData."


@refuses("cloudwatch", "PutCompositeAlarm", COMPOSITE)
def composite_children(request, account):
    """A composite alarm is made after those that it is made of."""
    known = account("cloudwatch").alarms
    named = re.findall(r'(?:ALARM|OK|INSUFFICIENT_DATA)\("?([^")]+)"?\)', request["AlarmRule"])
    if not named:
        return "ValidationError", "AlarmRule names no alarm"
    missing = [name for name in [*named, request.get("ActionsSuppressor")] if name and name.split(":")[-1] not in known]
    if missing:
        return "ValidationError", f"Could not save the composite alarm as alarms [{', '.join(missing)}] do not exist"


@refuses("cloudwatch", "PutCompositeAlarm", COMPOSITE)
def suppressor_periods(request, account):
    """A suppressor and its two periods go together."""
    keys = ["ActionsSuppressor", "ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod"]
    if 0 < sum(key in request for key in keys) < 3:
        return "ValidationError", f"{', '.join(keys)} must be given together"


@refuses("cloudwatch", "PutDashboard", DASHBOARD)
def dashboard_body(request, account):
    try:
        widgets = json.loads(request["DashboardBody"])["widgets"]
    except (KeyError, TypeError, ValueError):
        return "InvalidParameterInput", "The field DashboardBody must be a valid JSON object with widgets"
    for number, widget in enumerate(widgets):
        if widget.get("type") not in ("alarm", "explorer", "log", "metric", "text"):
            return "InvalidParameterInput", f"/widgets/{number}/type: should be one of the types of widgets"
        if widget["x"] + widget["width"] > 24 or widget["height"] > 1000:
            return "InvalidParameterInput", f"/widgets/{number}: should fit into 24 columns"


@refuses(
    "logs",
    "PutMetricFilter",
    "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html",
)
def filtered_group(request, account):
    if request["logGroupName"] not in account("logs").groups:
        return "ResourceNotFoundException", "The specified log group does not exist."
