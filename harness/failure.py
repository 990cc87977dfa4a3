"""What the harness tells a user when it cannot go on."""


class HarnessError(Exception):
    """A fault that the user can mend: says what is wrong, where, and what to do.

    The command line prints it as one paragraph, without a traceback, and exits with `exit_code`.
    """

    exit_code = 2
