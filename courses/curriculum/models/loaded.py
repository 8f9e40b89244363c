from django.db import models
from wagtail.models import Page, Revision


class LoadedPage(models.Model):
    """What the loader made of one text file entry, so that it never overwrites an editor's work."""

    key = models.CharField(max_length=200, unique=True)  # place in the files, such as course/M7
    page = models.ForeignKey(Page, on_delete=models.SET_NULL, null=True, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.SET_NULL, null=True, related_name="+")
    source_hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.key
