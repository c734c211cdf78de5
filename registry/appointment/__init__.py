"""From elected to appointed: the case for the municipal council, and its decision on each person."""
