"""The ballot paper, and the paper ledger: every sheet from the printer to the box."""
