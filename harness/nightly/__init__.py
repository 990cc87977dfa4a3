"""Every night: today against a fixed anchor, and what to blame where it differs."""
