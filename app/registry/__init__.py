"""WHICH models may be called: the signed list, verified, in force at an instant."""
