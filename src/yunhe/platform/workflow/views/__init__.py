"""Pages of approvals, of both faces."""
