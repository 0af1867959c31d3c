"""A study's runs: what decides one, how it is done, where, and what it leaves."""
