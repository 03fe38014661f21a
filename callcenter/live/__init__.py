"""The running controller: one mailbox, one writer, effects performed over ARI and AMI."""
