from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Static files under hashed names, imports between our ES modules included."""

    support_js_module_import_aggregation = True
    manifest_strict = True
