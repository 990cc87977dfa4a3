"""A busy machine may be slow: no example fails for the time it takes."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
