"""What several formats share; each module is one tool."""
