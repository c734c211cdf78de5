"""When nothing works: numbered paper forms, keyed in afterwards by two people who do not see each other's lines."""
