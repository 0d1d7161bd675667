"""From a SiteSnapshot to the pages that readers get."""

from chce_desktop.sitegen.building import BuildResult, build
from chce_desktop.sitegen.errors import OutputFolderUnusable, PageNotFound, TemplateFailed, ThemeFaulty
from chce_desktop.sitegen.generator import Generator
from chce_desktop.sitegen.outputs import Output, OutputKind, Rendered

__all__ = [
    "BuildResult",
    "Generator",
    "Output",
    "OutputFolderUnusable",
    "OutputKind",
    "PageNotFound",
    "Rendered",
    "TemplateFailed",
    "ThemeFaulty",
    "build",
]
