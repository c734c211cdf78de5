"""What is kept, for how long, and destroying it: the zero report, the impact assessment, the end of the roll."""
