"""S3 for sealed bytes, lean enough for many threads."""

import threading
from functools import lru_cache
from typing import Any

import boto3
from botocore.exceptions import ClientError
from django.core.files import File
from django.core.files.base import ContentFile
from storages.backends.s3 import S3Storage

making = threading.Lock()


@lru_cache
def session_of(access_key: str, secret_key: str) -> boto3.Session:
    return boto3.Session(aws_access_key_id=access_key, aws_secret_access_key=secret_key)


class SealedS3Storage(S3Storage):
    """Each thread has a connection of its own; what they know of S3, 25 MB, they have together.

    What is stored here fits in memory and in one request. So it goes as one: the objects that
    boto3 makes for transfers refer to each other, and kept half a megabyte of every part that came
    in.
    """

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

    def _save(self, name: str, content: "File[bytes]") -> str:
        content.seek(0)
        self.connection.meta.client.put_object(
            Bucket=self.bucket_name,
            Key=self._normalize_name(name),
            Body=content.read(),
            **self.get_object_parameters(name),
        )
        return name

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        try:
            stored = self.connection.meta.client.get_object(
                Bucket=self.bucket_name, Key=self._normalize_name(name)
            )
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                raise FileNotFoundError(name) from error
            raise
        return ContentFile(stored["Body"].read(), name=name)
