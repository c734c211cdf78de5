"""Backups by key: `scripts/backup make | list | check | restore`.

A backup is one encrypted file with a key of its own in the keys folder. Destroying the key destroys the backup,
wherever its copies lie: that is how a destroyed roll leaves the backups too (docs/keys.md).
"""
