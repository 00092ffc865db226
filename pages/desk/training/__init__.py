"""Pages of training, assessment, certificates, expert review and placement at the desk."""
