"""Moves a job through AWS. Names no format: what there is to export to, the registry of `exporters` says."""
