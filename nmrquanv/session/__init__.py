"""The running application without widgets: documents, undo, jobs, settings."""
