"""When nothing works: numbered paper forms, keyed in afterwards by two who do not see each other's lines."""
