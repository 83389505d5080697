"""Static files under a name that changes with their content."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class RememberedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Compressed and fingerprinted, with each address made once a process: while a portal runs, none changes."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Take what the storage takes."""
        super().__init__(*args, **kwargs)
        self.addresses: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        """The address of a file; raises ValueError when it was not collected."""
        if name not in self.addresses:
            self.addresses[name] = super().url(name, force)
        return self.addresses[name]
