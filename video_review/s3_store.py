"""S3 for sealed bytes, lean enough for many threads."""

import threading
from functools import lru_cache
from typing import Any

import boto3
from boto3.s3.transfer import TransferConfig
from storages.backends.s3 import S3Storage

making = threading.Lock()


@lru_cache
def session_of(access_key: str, secret_key: str) -> boto3.Session:
    return boto3.Session(aws_access_key_id=access_key, aws_secret_access_key=secret_key)


class SealedS3Storage(S3Storage):
    """Each thread has a connection of its own; what they know of S3, 25 MB, they have together."""

    def __init__(self, **options: Any) -> None:
        # What is stored here fits in one request: no threads of its own for each of them.
        super().__init__(**options, transfer_config=TransferConfig(use_threads=False))

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        """The type a browser is told when nginx passes an object on."""
        is_segment = name.endswith(".ts")
        return {"ContentType": "video/mp2t" if is_segment else "application/octet-stream"}

    def _create_session(self) -> boto3.Session:
        return session_of(self.access_key, self.secret_key)

    @property
    def connection(self) -> Any:
        with making:  # a session makes one thing at a time
            return super().connection
