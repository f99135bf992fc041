"""Parts of the pages benchmark."""
