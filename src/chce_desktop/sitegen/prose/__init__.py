"""Markdown as editors write it, turned into safe HTML with Chinese typesetting."""

from chce_desktop.sitegen.prose.renderer import Prose, Renderer, resolve

__all__ = ["Prose", "Renderer", "resolve"]
