"""What is measured: one folder per suite, plain pytest-benchmark. The contract is in README.md."""
