"""The constitutive meeting: chair, vice-chair and the other posts, elected in rounds on top of the meeting."""
