"""Every run tries the same generated cases and reads nothing that another kept, so that a green run stays green."""

import os

from hypothesis import settings

settings.register_profile("steady", derandomize=True)
settings.load_profile("steady")

os.environ["HUICE_CACHE"] = "off"  # the tests of the cache turn it on in folders of their own
