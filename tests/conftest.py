"""A busy machine may be slow: no example of hypothesis fails for the time that it takes, or that drawing it takes."""

from importlib.util import find_spec

# pytest reads this file for the suite in tests/example, too, in measured environments that have no hypothesis.
if find_spec("hypothesis"):
    from hypothesis import HealthCheck, settings

    settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("patient")
