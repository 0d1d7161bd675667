"""What knows nothing of the portal: errors, paths, atomic files, resources, translation, secrets, logs."""
