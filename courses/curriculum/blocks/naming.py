"""Names for fields that the screen shows without one."""

from typing import Any

from wagtail import blocks


def named(block: blocks.FieldBlock, name: Any = None) -> blocks.FieldBlock:
    """In a list or a stream Wagtail gives a single field no label of its own: its input says its
    name, to who does not see where it stands."""
    block.field.widget.attrs["aria-label"] = name or block.label
    return block
