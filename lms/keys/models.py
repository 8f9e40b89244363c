from django.db import models
from django.utils import timezone


class WrappedKey(models.Model):
    """The data key of one recording, wrapped by a master key that is kept elsewhere.

    Lives in a database of its own (alias ``keys``), so that its backups can be kept apart and
    short. Destroying the row is what destroys the recording.
    """

    ref = models.UUIDField(primary_key=True)  # Recording.public_id
    master_key_id = models.CharField(max_length=40)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.ref)
