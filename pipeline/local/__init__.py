"""The embedded stack: the pipeline on this machine, with no AWS account and no container engine.

The same handlers, the same template, S3, SQS, Lambda and IAM over real HTTP from MiniStack, in one process that is gone
when you are. Not for production: it keeps everything in memory.
"""
