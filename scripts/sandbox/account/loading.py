"""AWS's API models and lists of regions, which botocore has in files: read once. moto makes a reader for each of its sessions and models,
and every reader parses them anew.
"""

from botocore import session
from moto.core import utils
from moto.core.loaders import create_loader

loader = create_loader()

session.create_loader = lambda _: loader
utils.create_loader = lambda: loader
