"""A station without a line: its signed package, the journal of what it did alone, and the handing over."""
