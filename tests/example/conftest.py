def pytest_configure(config):
    config.addinivalue_line("markers", "baseline: the variant that the others are compared with")
    config.addinivalue_line("markers", "limit: returns the seconds that the machine would need at best")
