"""One self-contained page from the published marts: ``segmentation-report``."""
