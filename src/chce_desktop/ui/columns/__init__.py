"""The column tree and its dialogs."""
