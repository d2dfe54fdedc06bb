"""What AWS refuses and its models can't say, one module for each group of services. Every rule names its source.

`values.txt` says what single parameters must be, the modules what depends on more. The codes are AWS's. So are the words
where a report quotes them; otherwise they say the same in plain ones.
"""

from refusals import data, database, loadbalancing, monitoring, names, network, policies, quotas  # noqa: F401
from refusals import services, statements, storage, tasks, values  # noqa: F401
from refusals.rules import refusal_by_rule

__all__ = ["refusal_by_rule"]
