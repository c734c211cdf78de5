"""Who stands, shown to everybody: the candidates' pages, the booklet, and the same as open data."""
