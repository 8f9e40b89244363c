"""What a fresh start of the demo begins with."""

import shutil

from lms.demo import prepared

MARK = "0" * 64


def test_files_that_rows_point_to_come_back_with_the_databases(tmp_path, monkeypatch, settings):
    settings.VAR_DIR = var = tmp_path / "var"
    monkeypatch.setattr(prepared, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(prepared, "is_file", lambda alias: True)
    monkeypatch.setattr(prepared, "database_file", lambda alias: var / f"{alias}.sqlite3")
    files = [var / "media" / "documents" / "slides.pdf", var / "handouts" / "wall"]
    for file in files:
        file.parent.mkdir(parents=True)
        file.write_text(file.name)

    prepared.keep(MARK)
    shutil.rmtree(var)
    var.mkdir()

    assert prepared.take(MARK)
    assert [file.read_text() for file in files if file.exists()] == ["slides.pdf", "wall"]
