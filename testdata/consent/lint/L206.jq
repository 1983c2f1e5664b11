# rules of long ago
.effective_from = "2029-01-01T00:00:00Z"
