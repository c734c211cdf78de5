"""What a candidate does online: fills in part by part, sends, follows the case; and what supporters do."""
