"""Commands around the application. Each executable here is a thin wrapper; what is long stands in a package."""
