"""What lies on the disk: trees -> bytes, counted by inode, and what would be freed."""
