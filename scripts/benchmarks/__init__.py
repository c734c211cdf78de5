"""What `scripts/bench` measures: each figure beside a reference of the same run, A B A B, and their ratio."""
