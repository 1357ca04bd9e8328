"""What auditors make of the log: figures, samples, findings, saved searches, and bundles that prove themselves elsewhere."""
