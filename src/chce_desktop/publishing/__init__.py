"""From a local tree to a remote host: manifests, plan, run and one file per transport."""
