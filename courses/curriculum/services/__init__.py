"""What editors and coordinators make happen with content."""

from courses.curriculum.services.corrections import (
    CorrectionRefused,
    correct_pages,
    correct_version,
    stale_pins,
)
from courses.curriculum.services.drafts import (
    DraftRefused,
    let_go_of,
    make_draft,
    publish_draft,
    version_before,
)
from courses.curriculum.services.panel import (
    PanelRefused,
    PartGone,
    handle_remark,
    invite_to_panel,
    make_remark,
)
from courses.curriculum.services.pins import copied_data, publish_version

__all__ = [
    "CorrectionRefused",
    "DraftRefused",
    "PanelRefused",
    "PartGone",
    "copied_data",
    "correct_pages",
    "correct_version",
    "handle_remark",
    "invite_to_panel",
    "let_go_of",
    "make_draft",
    "make_remark",
    "publish_draft",
    "publish_version",
    "stale_pins",
    "version_before",
]
