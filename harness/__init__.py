"""A reproducible environment and benchmark harness for scaling machine learning."""

__version__ = "0.1.0"
