"""Officials, their roles as dated rows, sign-in with server-side sessions, the lock-out."""
