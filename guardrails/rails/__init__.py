"""The rails, one file each; the policy names those that run."""
