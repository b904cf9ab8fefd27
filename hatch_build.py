"""What installing runs besides copying files: the compiled kernel is built where there is a C compiler."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class KernelHook(BuildHookInterface[Any]):
    """Builds the kernel beside its source; without a compiler the installation goes on, and numpy is used."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build it before the files are gathered; a wheel that holds it fits machines of this kind only."""
        # Loaded by its path: the packages themselves need numpy, which may not be there yet.
        spec = spec_from_file_location("building", Path(self.root) / "engine" / "match" / "building.py")
        assert spec is not None and spec.loader is not None
        building = module_from_spec(spec)
        spec.loader.exec_module(building)
        reason = building.build()
        if reason:
            print(f"huice goes without the compiled kernel: {reason}", file=sys.stderr)
        elif version != "editable":
            build_data["pure_python"] = False
            build_data["infer_tag"] = True
