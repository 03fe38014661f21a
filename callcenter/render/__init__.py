"""From a site to the text of Asterisk's files, pure: the same site gives the same bytes."""

from callcenter.render.escape import UnsafeText
from callcenter.render.files import render
from callcenter.render.prompts import prompt_paths

__all__ = ["UnsafeText", "prompt_paths", "render"]
