"""“May I vote?”: somebody asks about themself, by poll card or by MitID, and never about anybody else."""
