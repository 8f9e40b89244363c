"""The folder of the embedded default that stands in for a broker."""

from kombu import Connection

from lms.celery import app


class Watcher:
    """Looks into the folder at the moment that the message is being written."""

    def __init__(self, folder):
        self.folder, self.seen = folder, None

    def __json__(self):
        self.seen = [path.name for path in self.folder.iterdir()]
        return "gezien"


def connection(tmp_path):
    folders = {"data_folder_in": tmp_path / "queue", "data_folder_out": tmp_path / "queue"}
    folders |= {"control_folder": tmp_path / "control", "processed_folder": tmp_path / "processed"}
    for folder in folders.values():
        folder.mkdir(exist_ok=True)
    options = {name: str(folder) for name, folder in folders.items()}
    return Connection("filesystem://", transport_options=options | {"store_processed": True})


def test_no_worker_finds_half_a_message(tmp_path):
    assert app.main == "lms"
    watcher = Watcher(tmp_path / "queue")
    with connection(tmp_path) as broker:
        channel = broker.default_channel
        channel._put("fast", {"job": watcher})
        assert (watcher.seen, channel._get("fast")) == ([], {"job": "gezien"})
