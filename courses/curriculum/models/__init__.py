"""What editors write, and the versions of it that editions use."""

from courses.curriculum.models.documents import CourseDocument, PinnedHandout
from courses.curriculum.models.licences import Licence, Licensed
from courses.curriculum.models.loaded import LoadedPage
from courses.curriculum.models.pages import (
    AssignmentPage,
    CoursePage,
    EveningPage,
    FollowUpPage,
    GlossaryPage,
    HomePage,
    LessonPage,
    ModulePage,
    NoPublicAddress,
    TextPage,
    TrackPage,
    WorkshopPage,
)
from courses.curriculum.models.pictures import Picture, PictureRendition
from courses.curriculum.models.versions import (
    ContentPin,
    ContentVersion,
    Correction,
    PanelMember,
    PanelRemark,
    VersionFollower,
)

__all__ = [
    "AssignmentPage",
    "ContentPin",
    "ContentVersion",
    "Correction",
    "CourseDocument",
    "CoursePage",
    "EveningPage",
    "FollowUpPage",
    "GlossaryPage",
    "HomePage",
    "LessonPage",
    "Licence",
    "Licensed",
    "LoadedPage",
    "ModulePage",
    "NoPublicAddress",
    "PanelMember",
    "PanelRemark",
    "Picture",
    "PictureRendition",
    "PinnedHandout",
    "TextPage",
    "TrackPage",
    "VersionFollower",
    "WorkshopPage",
]
